import { randomUUID } from 'node:crypto';
import { closeSync, linkSync, renameSync } from 'node:fs';
import { systemCode } from '../errors/index.ts';
import { claimantIsGone, myself } from './claimant.ts';
import { discard, readLockFile, writeBeside } from './lock-file.ts';
import { lockText, readHolder } from './lock-text.ts';

export type Judged = { generation: string; mtimeMs: number };

/**
 * Does `act` (which replaces or removes the file) only while the file is still the one that was judged, and
 * only where nobody else can be about to. False: too late, or somebody else was first.
 *
 * Why there is one winner: a file's generation is its inode and its bytes. Whoever wants to end a generation
 * first links a claim that is named after it, and a name is linked once. With the claim in hand the file is
 * read again: only the claim's holder could have changed it since, so what is read holds until `act` is done.
 * A claim whose holder died is itself a file with a generation, ended in the same way, by a claim on the
 * claim; so a kill at any point wedges nothing, and no unlink ever removes what it did not judge.
 *
 * All of it is synchronous: within one process nothing comes in between.
 */
export function endGeneration(base: string, file: string, judged: Judged, act: () => void): boolean {
  const claim = `${base}.claim-${judged.generation}`;
  if (!takeClaim(base, claim)) return false;
  try {
    const found = readLockFile(file);
    if (found.kind !== 'file' || found.generation !== judged.generation) return false;
    if (found.mtimeMs !== judged.mtimeMs) return false; // Its holder woke up.
    act();
    return true;
  } finally {
    discard(claim);
  }
}

function takeClaim(base: string, claim: string): boolean {
  const me = myself(randomUUID());
  const mine = `${base}.new-${me.owner}`;
  // Not synced: a claim that a power cut tears is one of a dead process.
  closeSync(writeBeside(mine, lockText(me)));
  try {
    if (linkWhereFree(mine, claim)) return true;
    const other = readLockFile(claim);
    if (other.kind !== 'file' || !claimantIsGone(readHolder(other.text), other.mtimeMs)) return false;
    return endGeneration(base, claim, other, () => renameSync(mine, claim));
  } finally {
    discard(mine);
  }
}

/** Exclusive, and whole at once, which no open() of a new file is. */
export function linkWhereFree(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}
