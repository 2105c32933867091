import type { Token } from '../tokens.ts';
import { openerAt } from './contingency.ts';
import { overAdverbs } from './licences.ts';
import { phraseAt } from './object.ts';
import type { Statement } from './statements.ts';
import { verbAt } from './verb-at.ts';

/** "The branch will be pushed by me": the only passive that promises. */
export function promisedByMe(tokens: readonly Token[]): Statement[] {
  return tokens.flatMap((token, by) => {
    if (token.word !== 'by' || tokens[by + 1]?.word !== 'me') return [];
    for (let at = by - 1; at > Math.max(0, by - 5); at--) {
      const be = tokens.slice(0, at).findLastIndex(({ word }) => /^(?:be|get|gets)$/.test(word));
      if (be < 1 || overAdverbs(tokens, be + 1) !== at) continue;
      const will = tokens[be - 1]?.word === 'will' ? be - 1 : be;
      if (tokens[be]?.word === 'be' && will === be) continue;
      const from = beginning(tokens, will);
      const subject = phraseAt(tokens, from, will);
      const verb = from < will ? verbAt(tokens, at, ['participle'], subject) : null;
      const isPlain = verb && openerAt(tokens, from) < 0 && subject.next === will;
      return isPlain ? [{ verb: verb.verb, object: subject.text, at }] : [];
    }
    return [];
  });
}

function beginning(tokens: readonly Token[], end: number): number {
  let from = end;
  while (from > 0 && !/^(?:[,;:.—–]|and|then|so|but)$/.test(tokens[from - 1]?.word ?? '')) from -= 1;
  return overAdverbs(tokens, from);
}
