import type { Verb } from '../claims/index.ts';
import { fitOf } from './matching/fits.ts';
import { meets } from './meets.ts';
import type { Claim, Reading } from './reading.ts';
import { discards } from './worktree.ts';

export type Verdict = {
  verdict: 'backed' | 'contradicted' | 'unbacked';
  /** Which reading decided, counted from 0, the newest. */
  by: number | null;
  /** One plain sentence for a person. */
  why: string;
};

/** An edit after one of these makes it stale. */
const GROWS_STALE: ReadonlySet<Verb> = new Set(['test', 'build', 'run']);

/**
 * Judges "I did it" by the session's calls, newest first, and stops at the first that decides: the last call that
 * could have done it.
 */
export function verdictOf(claim: Claim, newestFirst: Iterable<Reading>): Verdict {
  const canGrowStale = GROWS_STALE.has(claim.verb);
  let edit: { at: number; summary: string } | null = null;
  const discarded = discards();
  let taken: { at: number; summary: string } | null = null;
  let at = 0;
  for (const whole of newestFirst) {
    discarded.seen(whole);
    const reading = { ...whole, deeds: whole.deeds.filter((deed) => !discarded.has(deed)) };
    if (taken === null && reading.deeds.length < whole.deeds.length && meets(whole, claim))
      taken = { at, summary: whole.summary };
    if (isUndoneBy(reading, claim)) return unbacked(at, `it was taken back by: ${reading.summary}`);
    const met = meets(reading, claim) ?? failedPart(reading, claim);
    if (met?.outcome === 'failed') {
      return {
        verdict: 'contradicted',
        by: at,
        why: `The last call that could have done it failed: ${reading.summary}`,
      };
    }
    if (met && canGrowStale && edit) return unbacked(edit.at, `code changed after it: ${edit.summary}`);
    if (met && canGrowStale && isStaleAtOnce(reading, claim))
      return unbacked(at, `the same call changed code after it: ${reading.summary}`);
    if (met) return { verdict: 'backed', by: at, why: `Done by: ${reading.summary}` };
    if (reading.changesCode && edit === null) edit = { at, summary: reading.summary };
    at += 1;
  }
  if (taken) return unbacked(taken.at, `the edit was discarded: ${taken.summary}`);
  return unbacked(null, 'no call could have done it');
}

const unbacked = (by: number | null, why: string): Verdict => ({
  verdict: 'unbacked',
  by,
  why: `Nothing backs it: ${why}`,
});

/** `git reset HEAD~1` after a commit. */
function isUndoneBy({ deeds }: Reading, claim: Claim): boolean {
  const own = deeds.filter(
    ({ verb, outcome, worktree }) => verb === claim.verb && outcome === 'did' && !worktree,
  );
  const last = own.findLastIndex((deed) => deed.undoes && fitOf(claim, deed) !== null);
  if (last < 0) return false;
  // `compose down && compose up`: what was done after it counts again.
  return !own.slice(last + 1).some((deed) => !deed.undoes && fitOf(claim, deed) !== null);
}

/** Some tests that failed say as much of "all tests pass" as all of them would; some that passed say nothing. */
function failedPart({ deeds }: Reading, claim: Claim): { outcome: 'failed' } | null {
  if (claim.verb !== 'test') return null;
  const isFailed = deeds.some(
    (deed) =>
      deed.verb === 'test' &&
      deed.part &&
      deed.outcome === 'failed' &&
      fitOf({ ...claim, detail: '' }, deed) !== null,
  );
  return isFailed ? { outcome: 'failed' } : null;
}

function isStaleAtOnce({ deeds }: Reading, { verb }: Claim): boolean {
  return deeds.some((deed) => deed.verb === verb && deed.stale);
}
