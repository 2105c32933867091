import { fitOf } from './matching/fits.ts';
import type { Claim, Deed, Reading } from './reading.ts';

export type Met = { outcome: Deed['outcome']; byObject: boolean };

/** Whether the call did what the claim says, or tried to and failed. A success counts before a failure. */
export function meets(reading: Reading, claim: Claim): Met | null {
  let best: Met | null = null;
  for (const deed of reading.deeds) {
    if (deed.verb !== claim.verb || deed.undoes) continue;
    const fit = fitOf(claim, deed);
    if (fit === null) continue;
    const met = { outcome: deed.outcome, byObject: fit.byObject };
    if (best === null || rank(met) > rank(best)) best = met;
  }
  return best;
}

const rank = ({ outcome, byObject }: Met): number => (outcome === 'did' ? 2 : 0) + (byObject ? 1 : 0);
