import type { Token } from '../tokens.ts';
import { isAdverb, PREPOSITIONS } from '../words/small.ts';
import { USER_WORDS } from '../words/user.ts';

export type Contingency = { on: 'user' | 'world'; from: number; to: number; isIf: boolean };

const OPENERS = new Set([
  'whichever',
  'whatever',
  'if',
  'once',
  'when',
  'whenever',
  'after',
  'unless',
  'until',
  'till',
  'should',
  'provided',
  'assuming',
  'upon',
  'pending',
  'following',
  'while',
]);
const TIMES = /^(?:seconds?|secs?|minutes?|mins?|hours?|hrs?|days?|weeks?|moment|bit|sec)$/;
const WEEKDAY = /^(?:mon|tues|wednes|thurs|fri|satur|sun)day$/;
const DAYTIME = /^(?:morning|afternoon|evening|night|noon)$/;
const CALENDAR = /^(?:week|weekend|month|sprint|(?:mon|tues|wednes|thurs|fri|satur|sun)day)$/;
/** "After that" is the next step of the speaker, no event. */
const SEQUENCE = new Set(['that', 'this', 'which', 'these', 'those']);

/** Where a contingency begins at this word: the index behind its opener, or -1. */
export function openerAt(tokens: readonly Token[], at: number): number {
  const word = tokens[at]?.word ?? '';
  const next = tokens[at + 1]?.word ?? '';
  const third = tokens[at + 2]?.word ?? '';
  if (word === 'as' && (next === 'soon' || next === 'long') && third === 'as') return at + 3;
  if (word === 'so' && next === 'long' && third === 'as') return at + 3;
  if (word === 'the' && (next === 'moment' || next === 'minute' || next === 'second' || next === 'instant'))
    return at + 2;
  if (word === 'in' && next === 'case') return at + 2;
  if (word === 'on' && (next === 'your' || next === 'approval')) return at + 1;
  if (word === 'with' && next === 'your') return at + 1;
  if (word === 'next' && next === 'time') return at + 2;
  if (!OPENERS.has(word)) return -1;
  if (word === 'after' && !/[\p{L}\p{N}]/u.test(next) && tokens[at + 1]?.kind !== 'code') return -1; // "Right after."
  if (word === 'while') return -1;
  if (word === 'after' && SEQUENCE.has(next) && !/^\p{L}/u.test(third)) return -1;
  if (
    word === 'after' &&
    (next === 'that' || next === 'this' || next === 'which') &&
    /^(?:i|we|let|it|then|is|was)$/.test(third)
  )
    return -1;
  if (word === 'after' && next === 'all') return -1;
  if (word === 'once' && tokens[at - 1]?.word === 'at') return -1;
  if (word === 'once' && /^(?:again|more|and)$/.test(next)) return -1;
  if (word === 'should' && (next === 'i' || next === 'we')) return -1;
  if (word === 'until' && next === 'now') return -1;
  return at + 1;
}

/** "In ten minutes", "at 09:00", "tomorrow": a time that is waited for. The index behind it, or -1. */
export function timeAt(tokens: readonly Token[], at: number): number {
  const word = tokens[at]?.word ?? '';
  const next = tokens[at + 1];
  if (word === 'tomorrow') return DAYTIME.test(next?.word ?? '') ? at + 2 : at + 1;
  if (
    word === 'the' &&
    next?.word === 'day' &&
    tokens[at + 2]?.word === 'after' &&
    tokens[at + 3]?.word === 'tomorrow'
  )
    return at + 4;
  if (WEEKDAY.test(word)) return DAYTIME.test(next?.word ?? '') ? at + 2 : at + 1;
  const behind = `${tokens[at + 2]?.word} ${tokens[at + 3]?.word}`;
  if (behind === 'from now' && TIMES.test(next?.word ?? '')) return at + 4;
  if (word === 'next' && CALENDAR.test(next?.word ?? '')) return at + 2;
  if (word === 'in' && next) {
    for (let i = at + 1; i < Math.min(tokens.length, at + 6); i++) {
      if (!TIMES.test(tokens[i]?.word ?? '')) continue;
      if (isNamed(tokens[i + 1])) return -1; // "In a second commit".
      return tokens[i + 1]?.word === 'or' && tokens[i + 2]?.word === 'so' ? i + 3 : i + 1;
    }
    if (/^\d+(?:m|min|s|h)$/.test(next.word)) return at + 2;
  }
  if (
    word === 'at' &&
    next &&
    (/^\d{1,2}(?::\d\d)?(?:am|pm)?$/.test(next.word) || /^(?:midnight|noon)$/.test(next.word))
  ) {
    return /^(?:am|pm|utc|cet|sharp)$/.test(tokens[at + 2]?.word ?? '') ? at + 3 : at + 2;
  }
  if (word === 'on' && /^(?:mon|tues|wednes|thurs|fri|satur|sun)day$/.test(next?.word ?? '')) return at + 2;
  return -1;
}

function isNamed(token: Token | undefined): boolean {
  if (token?.kind !== 'word') return false;
  return (
    !PREPOSITIONS.has(token.word) && !isAdverb(token.word) && !/^(?:so|i|we|it|time|if)$/.test(token.word)
  );
}

export function contingencyOf(tokens: readonly Token[], from: number, to: number): Contingency {
  const isIf = /^(?:if|unless|should)$/.test(tokens[from]?.word ?? '');
  return { on: waitsForUser(tokens, from, to) ? 'user' : 'world', from, to, isIf };
}

const APPROVING =
  /^(?:ok|okay|fine|good|right|alright|acceptable|welcome|useful|helpful|needed|reasonable|great|cool|agreeable|preferable|desirable)$/;

export function waitsForUser(tokens: readonly Token[], from: number, to: number): boolean {
  const span = tokens.slice(from, to).map(({ word }) => word);
  if (span.some((word, n) => USER_WORDS.has(word) && !(word === 'approved' && isTheirs(span, n))))
    return true;
  const text = span.join(' ');
  if (/^unless (?:i|we) hear\b/.test(text)) return true;
  if (/^if (?:so|not|yes|no|wanted|desired|preferred|that|it|this)$/.test(text.replace(/[ ,]+$/, '')))
    return true;
  if (/\bgo ahead\b|\bgreen light\b|\bthumbs up\b|\bsign off on\b|\bsay so\b|\bobjections?\b/.test(text))
    return true;
  if (/^if (?:that|this|it|either) (?:do|does|did|will|is) ?not (?:even )?(?:help|work|fix|do)/.test(text))
    return false;
  return (
    /^(?:if|as long as|unless) (?:that|this|it|either|any of (?:that|this))\b/.test(text) &&
    span.some((word) => APPROVING.test(word) || /^(?:suits?|helps?|works?|sounds?|matches|makes)$/.test(word))
  );
}

/** "When Kim has approved it": somebody else's word is an event; "once approved", "once it is approved" is the reader's. */
function isTheirs(span: readonly string[], at: number): boolean {
  const before = span[at - 1] ?? '';
  return (
    at > 1 && !/^(?:is|are|be|been|was|were|'s|gets?|got|if|once|when|as)$/.test(before) && !isAdverb(before)
  );
}

/** The contingency in the message's own words. */
export function wordsOf(message: string, tokens: readonly Token[], { from, to }: Contingency): string {
  const first = tokens[from];
  const last = tokens[to - 1];
  if (!first || !last) return '';
  return message
    .slice(first.start, last.end)
    .replace(/[*\n]+/g, (found) => (found.includes('\n') ? ' ' : ''))
    .replace(/[\s,;:.–—-]+$/, '')
    .trim();
}
