import { meets } from './meets.ts';
import type { Claim, Reading } from './reading.ts';

export type PromiseState = {
  state: 'kept' | 'attempted' | 'open';
  /** Which reading decided, counted from 0: the one that kept it, else the last that tried. */
  by: number | null;
};

/** What became of a promise, from the calls after it, in order of time. */
export function stateOf(claim: Claim, readings: Iterable<Reading>): PromiseState {
  let tried: number | null = null;
  let at = 0;
  for (const reading of readings) {
    const met = meets(reading, claim);
    if (met?.outcome === 'did') return { state: 'kept', by: at };
    if (met) tried = at;
    at += 1;
  }
  return tried === null ? { state: 'open', by: null } : { state: 'attempted', by: tried };
}
