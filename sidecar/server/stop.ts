import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../errors/index.ts';
import { ensureHome, type HomePaths, readSidecarRecord, withdrawEndpoint } from '../home/index.ts';
import { isSameProcess } from '../machine/index.ts';
import { whoServes } from './become-sidecar.ts';
import { acquireInstanceLock } from './instance-lock.ts';

const POLITE_MS = 10_000;
const LOOK_EVERY_MS = 25;

export type Stop = { how: 'stopped' | 'killed'; pid: number } | { how: 'not-running' };

/** Asks the sidecar to finish, and ends it by force only where it does not. Stopping nothing is no error. */
export async function stopSidecar({
  home,
  hold = false,
  askFirst,
}: {
  home: HomePaths;
  hold?: boolean;
  /** Whoever would start it again must be told before it ends. */
  askFirst?: () => void;
}): Promise<Stop> {
  if (hold) {
    ensureHome(home);
    writeFileSync(home.hold, '', { mode: 0o600 });
  }
  const pid = await findPid(home);
  askFirst?.();
  if (pid !== null && isFree(home)) return { how: 'stopped', pid };
  if (pid === null) {
    if (!isFree(home)) throw unknownHolder(home);
    return { how: 'not-running' };
  }
  signal(pid, 'SIGTERM');
  if (await freeWithin(home, POLITE_MS)) return { how: 'stopped', pid };
  signal(pid, 'SIGKILL');
  if (!(await freeWithin(home, POLITE_MS))) throw unknownHolder(home);
  withdrawEndpoint(home);
  return { how: 'killed', pid };
}

/** By its answer; where it hangs, by its record, and then only if that is the very process. */
async function findPid(home: HomePaths): Promise<number | null> {
  const serving = await whoServes(home);
  if (serving) return serving.health.pid;
  const record = readSidecarRecord(home);
  return record && isSameProcess(record) === true ? record.pid : null;
}

async function freeWithin(home: HomePaths, limitMs: number): Promise<boolean> {
  const deadline = Date.now() + limitMs;
  while (!isFree(home)) {
    if (Date.now() > deadline) return false;
    await sleep(LOOK_EVERY_MS);
  }
  return true;
}

function isFree(home: HomePaths): boolean {
  try {
    const lock = acquireInstanceLock(home.instanceLock);
    lock?.release();
    return lock !== null;
  } catch {
    return true; // No home, no lock, no sidecar.
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // Gone meanwhile: what was wanted.
  }
}

function unknownHolder(home: HomePaths): HoldfastError {
  return new HoldfastError(
    'SIDECAR_NOT_ANSWERING',
    `A process holds ${home.instanceLock}, and it cannot be told which.`,
    `Find it with \`fuser ${home.instanceLock}\` and end it.`,
  );
}
