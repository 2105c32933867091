import type { Token } from '../tokens.ts';
import { readingOf } from '../words/lexicon.ts';
import { AUXILIARIES, COORDINATORS, DETERMINERS, NEGATIONS } from '../words/small.ts';
import { ARTEFACTS, OTHERS } from '../words/things.ts';
import { overAdverbs } from './licences.ts';
import { phraseAt } from './object.ts';
import type { Statement } from './statements.ts';
import { UNREAL } from './subject-before.ts';
import { verbAt } from './verb-at.ts';

/** "Status: merged" does not say of what. */
const LABELS = /^(?:current |final |overall )?(?:status|state|verdict|resolution|result|outcome)$/;

/** "Docker image built (212 MB)", "20:00 consumer stopped": a line without article and auxiliary. */
export function telegram(tokens: readonly Token[], at: number): Statement[] {
  if (tokens.length > 24 || readingOf(tokens[at]?.word ?? '')?.forms.has('base')) return [];
  const isMarked = /^[:→—–✅✔']s?$/.test(tokens[at - 1]?.word ?? '');
  const end = isMarked ? at - 1 : at;
  const from = beginning(tokens, end);
  if (from >= end || end - from > 6 || OTHERS.has(tokens[from]?.word ?? '')) return [];
  if (DETERMINERS.has(tokens[from]?.word ?? '') && !/^(?:all|both)$/.test(tokens[from]?.word ?? ''))
    return [];
  if (isNoTelegram(clauseAround(tokens, at))) return [];
  const phrase = phraseAt(tokens, from, end);
  if (phrase.next !== end || LABELS.test(phrase.text)) return [];
  if (phrase.text === '' && !(end === from + 1 && /^(?:all|both|everything)$/.test(tokens[from]?.word ?? '')))
    return [];
  const found: Statement[] = [];
  let i = at;
  for (;;) {
    const verb = verbAt(tokens, i, ['participle'], phrase);
    if (!verb || readingOf(tokens[i]?.word ?? '')?.forms.has('base')) break;
    found.push({ verb: verb.verb, object: phrase.text, at: i });
    i = verb.next;
    const joint = i;
    while (COORDINATORS.has(tokens[i]?.word ?? '') || (tokens[i]?.word === ',' && i === joint)) i += 1;
    if (i === joint || !readingOf(tokens[overAdverbs(tokens, i)]?.word ?? '')) {
      i = joint;
      break;
    }
    i = overAdverbs(tokens, i);
  }
  const isThing =
    /\d/.test(phrase.head) ||
    tokens[from]?.kind === 'code' ||
    ARTEFACTS.has(phrase.head) ||
    ARTEFACTS.has(phrase.text.split(' ')[0] ?? '');
  return endsThere(tokens, i, isThing) ? found : [];
}

/** Behind a number or a mark, or behind a telegram before it. */
function beginning(tokens: readonly Token[], at: number): number {
  let from = at;
  while (from > 0 && !/^[,;—–|]$/.test(tokens[from - 1]?.word ?? '')) from -= 1;
  const isFirst = from === 0;
  while (from < at && tokens[from]?.kind === 'punctuation') from += 1;
  if (isFirst && tokens[from]?.kind === 'number') from += 1;
  return from;
}

/** A semicolon ends the line. */
function clauseAround(tokens: readonly Token[], at: number): readonly Token[] {
  const from = tokens.slice(0, at).findLastIndex(({ word }) => word === ';') + 1;
  const length = tokens.slice(at).findIndex(({ word }) => word === ';');
  return tokens.slice(from, length < 0 ? tokens.length : at + length);
}

/** Somebody named as the doer, a negation or a finite verb: then it is no line of this kind. */
function isNoTelegram(tokens: readonly Token[]): boolean {
  return tokens.some(
    ({ word, kind }) =>
      kind === 'word' &&
      (AUXILIARIES.has(word) ||
        word === 'got' ||
        (UNREAL.has(word) && word !== 'as') ||
        (NEGATIONS.has(word) && word !== 'without') ||
        word === 'by'),
  );
}

/** A preposition behind the participle of just anything makes a part of a longer noun: "files sent to the printer". */
function endsThere(tokens: readonly Token[], at: number, isThing: boolean): boolean {
  const behind = tokens[at];
  if (
    !behind ||
    /^(?:[(.,;!✓✔✅]|and|without|cleanly|successfully|again|now|upstream|locally)$/.test(behind.word)
  )
    return true;
  if (!isThing) return false;
  if (behind.word === ':') return tokens[at + 1]?.kind === 'code' || /^#\d/.test(tokens[at + 1]?.word ?? '');
  return /^(?:to|on|into|from|in|as|for|with)$/.test(behind.word) && !tokens.some(({ word }) => word === ':');
}
