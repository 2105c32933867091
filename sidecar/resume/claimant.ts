import { hostname } from 'node:os';
import { identifyProcess, isSameProcess, machineId } from '../machine/index.ts';
import type { Holder } from './lock-text.ts';

/** A claim is held for some file operations without a pause: milliseconds. */
const LONGEST_CLAIM_MS = 5 * 60_000;

/** Who this process really is: a claim is about this very machine, whatever the lock is told. */
export function myself(owner: string): Holder {
  return { ...identifyProcess(process.pid), hostname: hostname(), machineId: machineId(), owner };
}

/**
 * Whether the holder of a claim can do nothing more with it. Where no process table tells (another host, a
 * rename in the middle, a claim that is not understood), only its age does.
 */
export function claimantIsGone(holder: Holder | null, mtimeMs: number, now = Date.now()): boolean {
  const old = now - mtimeMs > LONGEST_CLAIM_MS;
  if (holder === null) return old;
  const here = machineId();
  const foreign =
    holder.hostname !== hostname() ||
    (holder.machineId !== null && here !== null && holder.machineId !== here);
  if (foreign) return old;
  const same = isSameProcess(holder);
  return same === null ? old : !same;
}
