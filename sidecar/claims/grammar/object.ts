import type { Token } from '../tokens.ts';
import { AUXILIARIES, DETERMINERS, isAdverb, PREPOSITIONS, PRONOUNS, QUANTIFIERS } from '../words/small.ts';

/** The noun phrase that begins at `at`, up to its head: no determiners, no numbers in front, lower case. */
export type Phrase = { text: string; head: string; next: number; isPronoun: boolean };

const NOTHING = { text: '', head: '', isPronoun: false };
/** Set in front of a noun they count it; `of` may follow: the rest of the docs. */
const COUNTS = new Set(['couple', 'pair', 'rest', 'remainder', 'number', 'handful', 'bunch', 'lot']);
const MANNER = new Set([
  'too',
  'again',
  'properly',
  'live',
  'green',
  'alone',
  'instead',
  'asap',
  'real',
  'quick',
  'ready',
  'side',
  'back',
]);
const WEEKDAY = /^(?:mon|tues|wednes|thurs|fri|satur|sun)day$/;
const WHEN_DAY = /^(?:morning|afternoon|evening|night|noon)$/;
const DAYTIME = /^(?:morning|afternoon|evening|night|week|weekend|month|year|time|sprint)$/;

export function phraseAt(tokens: readonly Token[], at: number, until = tokens.length): Phrase {
  let i = at;
  let seenDeterminer = false;
  if (isWhen(tokens, at) || tokens[at]?.word === 'pending') return { ...NOTHING, next: at };
  while (i < until) {
    const token = tokens[i];
    if (!token || token.kind === 'code' || token.kind === 'quote') break;
    if (isCount(token, tokens[i + 1])) i += 1;
    else if (token.word === 'of' && seenDeterminer && tokens[i + 2]?.word === "'s") i += 1;
    else if (token.word === 'of' && i > at && seenDeterminer && !PRONOUNS.has(tokens[i + 1]?.word ?? ''))
      i += 1;
    else if (
      token.word === 'of' &&
      i > at &&
      DETERMINERS.has(tokens[i + 1]?.word ?? '') &&
      isNoun(tokens[i + 2])
    )
      i += 1;
    else if (
      i + 1 < until &&
      !isWhen(tokens, i + 1) &&
      DETERMINERS.has(token.word) &&
      (isNoun(tokens[i + 1]) || isCountAhead(tokens, i + 1))
    )
      i += 1;
    else break;
    seenDeterminer = true;
  }
  const first = tokens[i];
  if (seenDeterminer && QUANTIFIERS.has(first?.word ?? '') && !isNoun(tokens[i + 1]))
    return { ...NOTHING, isPronoun: true, next: i + 1 };
  if (!first || i >= until) return { ...NOTHING, next: i };
  if (PRONOUNS.has(first.word) && first.kind === 'word' && !(i + 1 < until && isPossessive(tokens[i + 1])))
    return { ...NOTHING, isPronoun: true, next: i + 1 };
  const from = i;
  while (i < until && isPart(tokens, i, from)) i += 1;
  const parts = tokens.slice(from, i);
  return {
    text: joined(parts),
    head: parts.at(-1)?.word ?? '',
    isPronoun: false,
    next: i,
  };
}

/** "This morning", "next week". */
function isWhen(tokens: readonly Token[], at: number): boolean {
  if (WEEKDAY.test(tokens[at]?.word ?? ''))
    return !isNoun(tokens[at + 1]) || WHEN_DAY.test(tokens[at + 1]?.word ?? '');
  if (tokens[at]?.word === 'the' && tokens[at + 1]?.word === 'day') return tokens[at + 2]?.word === 'after';
  if (tokens[at]?.word === 'real') return /^(?:quick|fast|soon)$/.test(tokens[at + 1]?.word ?? '');
  return /^(?:this|last|next)$/.test(tokens[at]?.word ?? '') && DAYTIME.test(tokens[at + 1]?.word ?? '');
}

function joined(parts: readonly Token[]): string {
  let text = '';
  for (const [n, { text: part, start }] of parts.entries()) {
    text += n > 0 && parts[n - 1]?.end !== start ? ` ${part}` : part;
  }
  return text.toLowerCase().replaceAll('’', "'");
}

function isPart(tokens: readonly Token[], at: number, from: number): boolean {
  const token = tokens[at];
  if (!token) return false;
  if (token.kind === 'code' || token.kind === 'quote') return true;
  if (token.kind === 'number') return true;
  if (token.word === "'s") return at > from;
  if (isPossessiveAhead(tokens, at)) return true;
  if (token.word === '-' || token.word === '/')
    return tokens[at - 1]?.end === token.start && tokens[at + 1]?.start === token.end;
  if (token.kind !== 'word') return false;
  if (token.word === 'last' || token.word === 'first' || token.word === 'current' || token.word === 'next')
    return at === from && isNoun(tokens[at + 1]);
  if (MANNER.has(token.word) && at > from) return false;
  if (at > from && tokens[at + 1]?.word === 'times') return false;
  if (PREPOSITIONS.has(token.word) || isAdverb(token.word) || AUXILIARIES.has(token.word)) return false;
  if (at > from && /^ones?$/.test(token.word)) return true;
  if (at > from && (DETERMINERS.has(token.word) || PRONOUNS.has(token.word)))
    return isPossessiveAhead(tokens, at);
  return !(at > from && /ing$/.test(token.word) && DETERMINERS.has(tokens[at + 1]?.word ?? ''));
}

function isPossessiveAhead(tokens: readonly Token[], at: number): boolean {
  return tokens[at + 1]?.word === "'s";
}

function isPossessive(token: Token | undefined): boolean {
  return token?.word === "'s";
}

/** Could be a noun or an adjective: anything that the small words do not claim. */
export function isNoun(token: Token | undefined): boolean {
  if (!token) return false;
  if (token.kind === 'code' || token.kind === 'quote') return true;
  if (token.kind !== 'word') return false;
  if (['first', 'last', 'next', 'same', 'other', 'whole', 'one', 'then', 'now'].includes(token.word))
    return token.word !== 'then' && token.word !== 'now';
  const { word } = token;
  return !PREPOSITIONS.has(word) && !isAdverb(word) && !AUXILIARIES.has(word) && !PRONOUNS.has(word);
}

function isCount(token: Token, next: Token | undefined): boolean {
  if (token.kind === 'number')
    return isNoun(next) || next?.word === 'of' || QUANTIFIERS.has(next?.word ?? '');
  if (COUNTS.has(token.word)) return next?.word === 'of';
  return (
    QUANTIFIERS.has(token.word) &&
    (isNoun(next) || next?.kind === 'number' || next?.word === 'of' || DETERMINERS.has(next?.word ?? ''))
  );
}

function isCountAhead(tokens: readonly Token[], at: number): boolean {
  const token = tokens[at];
  return (
    token !== undefined &&
    (isCount(token, tokens[at + 1]) || COUNTS.has(token.word) || DETERMINERS.has(token.word))
  );
}
