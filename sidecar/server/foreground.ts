import { writeFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { HoldfastError, messageOf } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { isClientVariable } from '../machine/index.ts';
import { type BecomeOptions, becomeSidecar } from './become-sidecar.ts';

/** How a start ended, as the starting process hears it. */
export type StartReport =
  | {
      how: 'serving';
      pid: number;
      port: number;
      tookOverFrom: string | null;
      movedAside: string | null;
      upgradesFrom: string | null;
    }
  | { how: 'already'; pid: number; port: number; version: string }
  | { how: 'failed'; code: string; message: string; hint: string };

/** Serves until it is asked to stop. Reports once, when it serves or knows that it will not. */
export async function runSidecar(
  options: BecomeOptions,
  report: (start: StartReport) => void,
): Promise<void> {
  for (const name of Object.keys(process.env)) if (isClientVariable(name)) delete process.env[name];
  process.umask(0o077);
  // A server that idles all day should not keep what one busy minute asked for: without these the heap
  // grows by half under a load of events and never shrinks. The load costs no more with them (measured).
  setFlagsFromString('--semi-space-growth-factor=1');
  setFlagsFromString('--optimize-for-size');
  let leave: (() => Promise<void>) | undefined;
  let asked = false;
  function stop(): void {
    if (!leave) process.exit(1); // It does not serve yet: there is nothing to finish.
    if (asked) process.exit(0); // Asked twice: somebody is in a hurry; what was acknowledged is on the disk.
    asked = true;
    leave().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  }
  // Before anybody is told that it serves: whoever is told may ask it to leave in the same moment.
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
  process.on('SIGHUP', () => {}); // A terminal that closes is no reason to leave.

  const begun = await begin(options);
  leave = begun.stop;
  report(begun.report);
}

async function begin(options: BecomeOptions): Promise<{ report: StartReport; stop?: () => Promise<void> }> {
  try {
    const start = await becomeSidecar(options);
    if (start.how === 'already') {
      const { pid, version } = start.health;
      return { report: { how: 'already', pid, port: start.port, version } };
    }
    const { port, movedAside, upgradesFrom, stop } = start.serving;
    const { tookOverFrom } = start;
    return {
      report: { how: 'serving', pid: process.pid, port, tookOverFrom, movedAside, upgradesFrom },
      stop,
    };
  } catch (error) {
    const { code, hint } = error instanceof HoldfastError ? error : unexpected;
    const message = messageOf(error);
    leaveNote(options.home, `${message} ${hint}`);
    return { report: { how: 'failed', code, message, hint } };
  }
}

const unexpected = { code: 'START_FAILED', hint: 'Please report it, with the message above.' };

/** One ready line that the next SessionStart shows to the person. */
export function leaveNote(home: HomePaths, why: string): void {
  try {
    const line = `Holdfast is not running: ${why}`.replace(/\s+/g, ' ');
    writeFileSync(home.notRunning, `${line}\n`, { mode: 0o600 });
  } catch {
    // No home, or a full disk: then the report on the terminal is all there is, and `doctor` says the rest.
  }
}
