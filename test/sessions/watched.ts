import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { onTestFinished } from 'vitest';
import { type ProcessIdentity, processStart } from '../../sidecar/machine/index.ts';
import { lastEvents, type Unfinished } from '../../sidecar/sessions/index.ts';
import type { ProcessFate } from '../../sidecar/sessions/process-fate.ts';
import { newSweep, type SweepRooms } from '../../sidecar/sessions/sweep.ts';
import { ledger } from '../kit/ledger.ts';

export const LEFT: Unfinished = { strong: [{ kind: 'turn-in-flight', text: 'Bash was running.' }], weak: [] };

/** A ledger under a watchdog whose clock the test moves and whose process table it may make up. */
export function watched(given: Partial<SweepRooms> = {}) {
  const opened = ledger();
  const { store, sessions, take } = opened;
  const clock = { wall: Date.parse('2026-03-01T12:00:00.000Z'), steady: 1_000_000 };
  const reaped: string[] = [];
  const failures: string[] = [];
  /** Of pids that the test made up; any other is really looked at. */
  const fates = new Map<number, ProcessFate>();
  const sweep = newSweep({
    store,
    sessions,
    lastEvents: lastEvents(store),
    unfinishedOf: async () => LEFT,
    eventsWait: () => false,
    closing: new AbortController().signal,
    reaped: (id) => reaped.push(id),
    failed: (id) => failures.push(id),
    clock: { now: () => clock.wall, steady: () => clock.steady },
    lookAt: ({ pid }) => fates.get(pid) ?? 'runs',
    ...given,
  });

  return {
    ...opened,
    sweep,
    reaped,
    failures,
    fates,
    time: clock,
    /** Both clocks go on, as they do while the machine is awake. */
    pass: (ms: number) => {
      clock.wall += ms;
      clock.steady += ms;
    },
    /** A sweep that finds a death, and the one that makes it certain. */
    async sweepTwice() {
      await sweep();
      clock.wall += 1_000;
      clock.steady += 1_000;
      return sweep();
    },
    /** A session in mid-turn; its process is what the test says it is. */
    inTurn: (id: string, client: { pid: number; processStart: string | null } | null) => {
      const body = { session_id: id, cwd: '/' };
      take('SessionStart', { ...body, source: 'startup' }, { client });
      take('UserPromptSubmit', { ...body, prompt: 'Do it.' }, { client });
      take('PreToolUse', { ...body, tool_name: 'Bash', tool_input: { command: 'sleep 60' } }, { client });
    },
    send: (event: string, body: Record<string, unknown>) => take(event, { cwd: '/', ...body }).row,
    state: (id: string) => sessions.one(id)?.state,
  };
}

export type Client = { child: ChildProcess; identity: ProcessIdentity; kill: () => Promise<void> };

/** A process of our own that plays the client. */
export async function aClient(): Promise<Client & { pid: number; processStart: string | null }> {
  const child = spawn('sleep', ['60'], { stdio: 'ignore' });
  await once(child, 'spawn');
  const pid = Number(child.pid);
  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    child.kill('SIGKILL');
    await ended;
  }
  onTestFinished(kill);
  const start = processStart(pid);
  return { child, pid, processStart: start, identity: { pid, processStart: start, bootId: null }, kill };
}
