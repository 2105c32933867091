import { CODE, QUOTED } from './markdown/inline.ts';
import type { Sentence } from './sentences.ts';

export type Token = {
  /** Lower case, apostrophes straight, contractions spelt out: `'ll` is `will`. */
  word: string;
  /** As it stands in the message, without backticks and quotes. */
  text: string;
  start: number;
  end: number;
  kind: 'word' | 'code' | 'quote' | 'number' | 'punctuation';
};

const TOKEN =
  /\uE000+|\uE001+|\([rR]e-?\)(?=\p{L})|(?:[@#$](?=[\p{L}\p{N}_])|[./~](?=\p{L})|(?<![\p{L}\p{N}])!(?=\p{N}))?[\p{L}\p{N}_](?:[\p{L}\p{N}_./:@#+'’´ʼ&=-]*[\p{L}\p{N}_#])?|\S/gu;

const CONTRACTIONS: Record<string, string> = {
  "'ll": 'will',
  "'m": 'am',
  "'ve": 'have',
  "'re": 'are',
  "n't": 'not',
  "'d": "'d",
  "'s": "'s",
};
const CONTRACTED = /^(.+?)('ll|'m|'ve|'re|n't|'d|'s)$/;
const STEMS: Record<string, string> = { wo: 'will', ca: 'can', sha: 'shall' };

/** Typed without its apostrophe. `ill` and `wed` are words of their own, so only a capital I is believed. */
const TYPED: Record<string, [string, string]> = {
  Ill: ['i', 'will'],
  Im: ['i', 'am'],
  im: ['i', 'am'],
  Ive: ['i', 'have'],
  ive: ['i', 'have'],
  dont: ['do', 'not'],
  wont: ['will', 'not'],
  cant: ['can', 'not'],
  didnt: ['did', 'not'],
  havent: ['have', 'not'],
  cannot: ['can', 'not'],
};

export function tokensOf(sentence: Sentence, message: string): Token[] {
  const tokens: Token[] = [];
  for (const { index, 0: found } of sentence.speech.matchAll(TOKEN)) {
    const start = sentence.start + index;
    const end = start + found.length;
    if (found.startsWith(CODE) || found.startsWith(QUOTED)) {
      const text = message.slice(start, end).replace(/^[`"“„«「『‘'<\s]+|[`"”“»」』’'>\s]+$/g, '');
      tokens.push({
        word: text.toLowerCase(),
        text,
        start,
        end,
        kind: found.startsWith(CODE) ? 'code' : 'quote',
      });
    } else tokens.push(...spelt(found, start));
  }
  return tokens;
}

function spelt(found: string, start: number): Token[] {
  const end = start + found.length;
  if (/^\(re/i.test(found)) return [word('again', found, start)]; // "(Re)starting".
  const typed = Object.hasOwn(TYPED, found) ? TYPED[found] : undefined;
  if (typed) {
    const cut =
      found.toLowerCase() === 'cannot' ? 3 : found.length - (found.endsWith('nt') ? 2 : found.length - 1);
    return [word(typed[0], found.slice(0, cut), start), word(typed[1], found.slice(cut), start + cut)];
  }
  const plain = found.toLowerCase().replace(/[’´ʼ]/g, "'");
  const parts = plain.length < 20 ? CONTRACTED.exec(plain) : null;
  if (parts) {
    const [, stem = '', suffix = ''] = parts;
    const cut = stem.length;
    return [
      word(
        suffix === "n't" ? (Object.hasOwn(STEMS, stem) ? (STEMS[stem] ?? stem) : stem) : stem,
        found.slice(0, cut),
        start,
      ),
      word(CONTRACTIONS[suffix] ?? suffix, found.slice(cut), start + cut),
    ];
  }
  const kind =
    /^[\p{L}@#$./~_!]/u.test(plain) && /\p{L}|\p{N}/u.test(plain)
      ? 'word'
      : /^\p{N}/u.test(plain)
        ? 'number'
        : 'punctuation';
  return [{ word: plain, text: found, start, end, kind }];
}

function word(normal: string, text: string, start: number): Token {
  return { word: normal, text, start, end: start + text.length, kind: 'word' };
}
