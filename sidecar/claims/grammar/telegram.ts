import type { Token } from '../tokens.ts';
import { readingOf } from '../words/lexicon.ts';
import { AUXILIARIES, DETERMINERS, NEGATIONS } from '../words/small.ts';
import { phraseAt } from './object.ts';
import type { Statement } from './statements.ts';
import { UNREAL } from './subject-before.ts';
import { verbAt } from './verb-at.ts';

/** "Docker image built (212 MB)", "20:00 consumer stopped": a line without article and auxiliary. */
export function telegram(tokens: readonly Token[], at: number): Statement | null {
  if (at > 6 || tokens.length > 14) return null;
  let from = 0;
  while (
    from < at &&
    (tokens[from]?.kind === 'punctuation' || (tokens[from]?.kind === 'number' && from === 0))
  )
    from += 1;
  const behind = tokens[at + 1];
  if (from >= at || DETERMINERS.has(tokens[from]?.word ?? '')) return null;
  if (behind && !/^(?:[(.,;!✓✔✅]|and|without|cleanly|successfully)$/.test(behind.word)) return null;
  if (
    tokens.some(
      ({ word, kind }) =>
        kind === 'word' &&
        (AUXILIARIES.has(word) || UNREAL.test(word) || NEGATIONS.has(word) || word === 'by'),
    )
  )
    return null;
  const phrase = phraseAt(tokens, from, at);
  if (phrase.next !== at || phrase.text === '' || readingOf(tokens[at]?.word ?? '')?.forms.has('base'))
    return null;
  const verb = verbAt(tokens, at, ['participle'], phrase);
  return verb && { verb: verb.verb, object: phrase.text, at };
}
