import { bootId, isSameProcess, type ProcessIdentity, pidExists } from '../machine/index.ts';
import type { Reaping } from './store.ts';

/** What became of a process: it runs, nobody can tell, or how it is known to be gone. */
export type ProcessFate = 'runs' | 'unknown' | Reaping['why'];

export type LookAtProcess = (identity: ProcessIdentity) => ProcessFate;

/** A recycled pid is another process, and so is any pid after a restart of the machine. */
export function processFate(identity: ProcessIdentity): ProcessFate {
  const same = isSameProcess(identity);
  if (same !== false) return same === true ? 'runs' : 'unknown';
  const here = bootId();
  if (identity.bootId !== null && here !== null && identity.bootId !== here) return 'other-boot';
  return pidExists(identity.pid) ? 'other-process' : 'process-gone';
}

export function isGone(fate: ProcessFate): fate is Reaping['why'] {
  return fate !== 'runs' && fate !== 'unknown';
}
