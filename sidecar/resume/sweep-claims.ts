import { readdirSync, rmSync, statSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { claimantIsGone } from './claimant.ts';
import { endGeneration } from './end-generation.ts';
import { readLockFile } from './lock-file.ts';
import { readHolder } from './lock-text.ts';

const OLD_MS = 3_600_000;

/** What takers left that were killed half-way: of no effect, and old. By the new holder alone. */
export function sweepClaims(path: string, now = Date.now()): void {
  for (const name of namesBeside(path)) {
    const left = join(dirname(path), name);
    try {
      if (name.startsWith(`${basename(path)}.new-`)) sweepUnused(left, now);
      if (name.startsWith(`${basename(path)}.claim-`)) sweepClaim(path, left, now);
    } catch {
      // It harms nobody: the next holder finds it again.
    }
  }
}

function namesBeside(path: string): string[] {
  try {
    return readdirSync(dirname(path));
  } catch {
    return []; // A folder that may be written and not listed: the lock is held all the same.
  }
}

/** Its name is random, and known to nobody but its writer. */
function sweepUnused(left: string, now: number): void {
  if (now - statSync(left).mtimeMs > OLD_MS) rmSync(left, { force: true });
}

/** By a claim on it, like everybody who takes it from the dead: a plain unlink could remove a newer one. */
function sweepClaim(path: string, left: string, now: number): void {
  const found = readLockFile(left);
  if (found.kind !== 'file' || now - found.mtimeMs <= OLD_MS) return;
  if (claimantIsGone(readHolder(found.text), found.mtimeMs, now))
    endGeneration(path, left, found, () => unlinkSync(left));
}
