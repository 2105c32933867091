import type { Token } from '../tokens.ts';
import { INTERJECTIONS, NEGATIONS, words } from '../words/small.ts';
import { openerAt } from './contingency.ts';
import { overAdverbs } from './licences.ts';
import { phraseAt } from './object.ts';

export type Subject = { text: string; head: string; isCode?: boolean };

export const UNREAL = words(
  `will would can could should may might must be being if once when unless until after before whether while
  because as since that which who whose what where how than had why every each whenever i you he she they
  we only like seem seems appear appears say says said told claim claims show shows`,
);

/** The subject that ends at `end`, or null where the clause is unreal, negated or told of somebody else. */
export function subjectBefore(tokens: readonly Token[], end: number): Subject | null {
  let start = end;
  while (start > 0) {
    const token = tokens[start - 1];
    if (!token || /^[,;:()—–!?.]$/.test(token.word)) break;
    if (/^(?:and|but|so|then|&)$/.test(token.word)) break;
    start -= 1;
  }
  while (
    start < end &&
    (INTERJECTIONS.has(tokens[start]?.word ?? '') || tokens[start]?.kind === 'punctuation')
  )
    start += 1;
  const opened = start;
  start = overAssurance(tokens, start, end);
  if (isHearsay(tokens, start)) return null;
  if (start >= end || openerAt(tokens, start) > 0) return null;
  const span = tokens.slice(start, end);
  if (isTheirs(span)) return { text: '', head: '' };
  const isThat = span[0]?.word === 'that' && start === 0;
  if (
    span.some(
      ({ word, text, kind }, n) =>
        kind === 'word' &&
        text !== 'May' &&
        !(isThat && n === 0) &&
        (UNREAL.has(word) || NEGATIONS.has(word)),
    )
  )
    return null;
  if (waitsInFront(tokens, opened)) return null;
  const phrase = phraseAt(tokens, start, end);
  if (span.length === 1 && span[0]?.kind === 'code') return { ...phrase, isCode: true };
  if (phrase.isPronoun) return { text: '', head: '' };
  return phrase.text === '' || /^\d{1,2}(?::\d\d)+$/.test(phrase.text) ? null : phrase;
}

/** "They", "all of them". */
function isTheirs(span: readonly Token[]): boolean {
  return /^(?:they|(?:all|both|each|\d+) of (?:them|these|those))$/.test(
    span.map(({ word }) => word).join(' '),
  );
}

/** "I verified that the tests pass" says that they do. */
function overAssurance(tokens: readonly Token[], start: number, end: number): number {
  if (!/^(?:i|we)$/.test(tokens[start]?.word ?? '')) return start;
  let i = overAdverbs(tokens, start + 1);
  if (tokens[i]?.word === 'have') i = overAdverbs(tokens, i + 1);
  if (tokens[i]?.word === 'made' && tokens[i + 1]?.word === 'sure') i += 1;
  else if (!/^(?:verified|confirmed|checked|ensured)$/.test(tokens[i]?.word ?? '')) return start;
  i += tokens[i + 1]?.word === 'that' ? 2 : 1;
  return i < end ? i : start;
}

/** "Apparently", "according to the log", and a "no" that belongs to its noun. */
function isHearsay(tokens: readonly Token[], start: number): boolean {
  return tokens
    .slice(0, start)
    .some(
      ({ word }, n) =>
        /^(?:apparently|reportedly|allegedly|supposedly|according)$/.test(word) ||
        (word === 'no' && n === start - 1),
    );
}

/** "Once it is green and the branch is merged": the condition reaches over the "and". */
function waitsInFront(tokens: readonly Token[], start: number): boolean {
  let sameClause = true;
  for (let i = start - 1; i >= 0; i--) {
    const word = tokens[i]?.word ?? '';
    if (/^[;:—.]$/.test(word)) return false;
    if (word === ',') sameClause = false;
    if (openerAt(tokens, i) > 0) return true;
    if (sameClause && /^(?:whether|that|before|between)$/.test(word)) return true;
  }
  return false;
}
