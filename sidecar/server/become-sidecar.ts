import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../errors/index.ts';
import { ensureHome, type HomePaths, readEndpoint, readSidecarRecord } from '../home/index.ts';
import { compareVersions, isSameProcess, VERSION } from '../machine/index.ts';
import { askHealth, type Health } from './ask.ts';
import { acquireInstanceLock, type InstanceLock } from './instance-lock.ts';
import { type Serving, serve } from './serve.ts';

/** Between lock and endpoint a start takes a fraction of a second; a stop may finish requests for five. */
const PATIENCE_MS = 18_000;
/** On a machine that is busy with a hundred starts the one that serves gets little of it: others look less often. */
const FIRST_LOOK_MS = 25;
const LAST_LOOK_MS = 1_500;
/** Times as patient with one that has no endpoint: it is starting or stopping, as slow as the machine. */
const STARTING_FACTOR = 4;

export type Start =
  | { how: 'serving'; serving: Serving; tookOverFrom: string | null }
  | { how: 'already'; health: Health; port: number };

export type BecomeOptions = {
  home: HomePaths;
  recover: boolean;
  launch: { node: string; cli: string };
  patienceMs?: number;
};

/** Serves the home, or says who does. Of any number that try at once, one serves. */
export async function becomeSidecar({
  home,
  recover,
  launch,
  patienceMs = PATIENCE_MS,
}: BecomeOptions): Promise<Start> {
  ensureHome(home);
  const began = Date.now();
  let tookOverFrom: string | null = null;
  for (let wait = FIRST_LOOK_MS; ; wait = Math.min(wait * 1.5, LAST_LOOK_MS)) {
    const lock = acquireInstanceLock(home.instanceLock);
    if (lock) return { how: 'serving', serving: await serveOrRelease(lock), tookOverFrom };
    // The first question is a short one; on a machine that is that busy, asking again costs more than waiting.
    const other = await whoServes(home, wait === FIRST_LOOK_MS ? 2_000 : 8_000);
    if (other && compareVersions(other.health.version, VERSION) >= 0) return { how: 'already', ...other };
    if (other && tookOverFrom === null) {
      tookOverFrom = other.health.version;
      process.kill(other.health.pid, 'SIGTERM'); // An older one: it finishes what it has, then leaves.
    }
    const patience = readEndpoint(home) === null ? patienceMs * STARTING_FACTOR : patienceMs;
    if (Date.now() - began > patience) throw notAnswering(home);
    await sleep(wait * (0.5 + Math.random() / 2));
  }

  async function serveOrRelease(lock: InstanceLock): Promise<Serving> {
    try {
      return await serve({ home, lock, recover, launch });
    } catch (error) {
      lock.release();
      throw error;
    }
  }
}

/**
 * The sidecar of this home, proved by its instance: the port of an old endpoint may belong to another
 * program by now, or to the sidecar of another home.
 */
export async function whoServes(
  home: HomePaths,
  timeLimitMs?: number,
): Promise<{ health: Health; port: number } | null> {
  const endpoint = readEndpoint(home);
  const health = endpoint && (await askHealth(endpoint, timeLimitMs));
  if (!endpoint || !health) return null;
  return readSidecarRecord(home)?.instance === health.instance ? { health, port: endpoint.port } : null;
}

function notAnswering(home: HomePaths): HoldfastError {
  const record = readSidecarRecord(home);
  const who = record && isSameProcess(record) ? ` (process ${record.pid})` : '';
  return new HoldfastError(
    'SIDECAR_NOT_ANSWERING',
    `Another sidecar${who} holds ${home.root} and does not answer.`,
    'Run `holdfast stop`, which ends it, and then `holdfast start`.',
  );
}
