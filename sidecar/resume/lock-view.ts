import { readLockFile } from './lock-file.ts';
import { readHolder } from './lock-text.ts';

/** What lies in the lock's place, for people. A null part is unknown. */
export type LockView = {
  pid: number | null;
  hostname: string | null;
  machineId: string | null;
  bootId: string | null;
  heartbeatAt: string | null;
  /** This very file with this very text: what an unlock names. Null: it cannot be read, nor ended here. */
  generation: string | null;
  ours: boolean;
  understood: boolean;
};

/** Reading only. Null: nothing lies there. */
export function viewLock(path: string, ours: boolean): LockView | null {
  const found = readLockFile(path);
  if (found.kind === 'none') return null;
  const holder = found.kind === 'file' ? readHolder(found.text) : null;
  return {
    pid: holder?.pid ?? null,
    hostname: holder?.hostname ?? null,
    machineId: holder?.machineId ?? null,
    bootId: holder?.bootId ?? null,
    heartbeatAt: found.kind === 'file' ? momentOf(found.mtimeMs) : null,
    generation: found.kind === 'file' ? found.generation : null,
    ours,
    understood: holder !== null,
  };
}

/** A filesystem holds times that no calendar has. */
function momentOf(ms: number): string | null {
  const moment = new Date(ms);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}
