import type { Verb } from '../claim.ts';
import type { Token } from '../tokens.ts';
import { outcomeAt } from './outcome.ts';
import { BE, passive } from './passive.ts';
import { telegram } from './telegram.ts';

export type Statement = { verb: Verb; object: string; at: number };

/** What is said to be done without naming who did it: passives, and tests that pass. */
export function statementsIn(tokens: readonly Token[]): Statement[] {
  const found: Statement[] = [];
  for (let i = 1; i < tokens.length; i++) {
    const { word = '' } = tokens[i] ?? {};
    if (BE.has(word)) found.push(...passive(tokens, i));
    else {
      const outcome = outcomeAt(tokens, i);
      found.push(...(outcome ? [outcome] : telegram(tokens, i)));
    }
  }
  return found;
}
