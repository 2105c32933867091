import type { Verb } from '../claim.ts';
import type { Token } from '../tokens.ts';
import type { Action } from '../words/actions.ts';
import type { Form } from '../words/forms.ts';
import { meaningsOf, readingOf } from '../words/lexicon.ts';
import { DETERMINERS, words } from '../words/small.ts';
import { THINGS } from '../words/things.ts';
import { type Phrase, phraseAt } from './object.ts';

export type Found = {
  verb: Verb;
  at: number;
  object: string;
  head: string;
  isPronoun: boolean;
  next: number;
};

const PARTICLES = new Set(['up', 'out', 'off', 'over', 'down', 'in', 'back']);
const NOBODY = new Set(['nothing', 'none', 'no', 'neither', 'nobody']);
/** Writing these is talking. */
const UNWRITTEN = /^(?:little|more|less|bit|much|lot|message|messages|line|word|words)\b|\btimes?$/;
const GREETINGS = new Set([
  'regards',
  'thanks',
  'greetings',
  'love',
  'apologies',
  'condolences',
  'congratulations',
]);
const MANIFESTS =
  /(?:^|\/)(?:package\.json|requirements\.txt|pyproject\.toml|cargo\.toml|go\.mod|gemfile|pom\.xml|composer\.json)$/;
const RECIPIENTS = new Set(['you', 'them', 'him', 'her', 'everyone', 'everybody', 'us']);

/** The action that the word at this place says in one of these forms, with its object. */
export function verbAt(
  tokens: readonly Token[],
  at: number,
  forms: readonly Form[],
  /** In a passive the thing stands in front: it decides what the verb means. */
  subject?: Pick<Phrase, 'text' | 'head'>,
): Found | null {
  const token = tokens[at];
  if (!token || token.kind === 'quote' || token.kind === 'number') return null;
  const reading = readingOf(token.word);
  if (!reading || !forms.some((form) => reading.forms.has(form))) return null;
  const colon = tokens[at + 1]?.word === ':' && !reading.forms.has('base') && !reading.forms.has('ing');
  for (const action of meaningsOf(reading.word)) {
    const found = subject
      ? meantPassive(action, tokens, at, subject)
      : meant(action, tokens, at, colon ? at + 2 : at + 1);
    if (found) return found;
  }
  return null;
}

/** `behind`: "Fixed: the parser" has its object behind the colon. */
function meant(action: Action, tokens: readonly Token[], at: number, behind: number): Found | null {
  let from = behind;
  const follows = tokens[from]?.word ?? '';
  if (NOBODY.has(follows)) return null;
  if (action.not?.split(' ').includes(follows)) return null;
  if (action.with !== undefined) {
    const particle = particleAt(tokens, from, action.with);
    if (particle < 0) return null;
    if (particle === from) from += 1;
  } else if (PARTICLES.has(follows) && (!['in', 'over'].includes(follows) || action.word === 'send'))
    from += 1;
  while (['now', 'also', 'again', 'then'].includes(tokens[from]?.word ?? '')) from += 1;
  let phrase = objectFor(action, tokens, from);
  if (action.alone === false && phrase.text === '' && !phrase.isPronoun)
    phrase = shared(tokens, at, from) ?? phrase;
  if (action.of !== undefined && !isOf(action.of, phrase)) {
    // "Deleting the draft release and cutting a new one".
    if (action.of !== 'releases' || !/^ones?$/.test(phrase.head)) return null;
    if (!tokens.slice(0, at).some(({ word }) => THINGS.releases.has(word))) return null;
  }
  if (/^(?:new|fresh|second|third|clean|better|proper|other) ones?$/.test(phrase.text))
    phrase = { ...phrase, text: '', head: '', isPronoun: true };
  if (action.alone === false && phrase.text === '' && !phrase.isPronoun) return null;
  if (action.word === 'stop' && /ing$/.test(tokens[from]?.word ?? '')) return null;
  if (
    action.word === 'add' &&
    action.verb === 'create' &&
    phrase.text === '' &&
    !/^(?:a|some|one|both|another)$/.test(follows)
  )
    return null;
  if (action.verb === 'send' && GREETINGS.has(phrase.head)) return null;
  if (action.word === 'send' && RECIPIENTS.has(follows) && phrase.text === '') return null;
  if (/^(?:itself|yourself|themselves)$/.test(follows)) return null;
  if (action.word === 'drop' && /^(?:you|him|her|me)$/.test(follows)) return null;
  const { next } = phrase;
  if (IDLE[action.word]?.has(phrase.head)) return null;
  if (action.word === 'tag' && isPerson(tokens, from, next)) return null;
  if (phrase.isPronoun && AWAY.get(action.word)?.test(tokens[next]?.word ?? '')) return null;
  if (action.word === 'run' && phrase.isPronoun && tokens[next]?.word === 'by') return null; // "Run this by you".
  if (action.word === 'write' && UNWRITTEN.test(phrase.text)) return null;
  const verb = action.word === 'add' && isAddedToPackages(tokens, next) ? 'install' : action.verb;
  return { verb, at, object: phrase.text, head: phrase.head, isPronoun: phrase.isPronoun, next };
}

/** Said of these it is no action: "drop the idea", "release the lock". */
const IDLE: Record<string, ReadonlySet<string>> = {
  drop: words('idea ideas subject topic matter plan note line message hint comment word ball case charges'),
  release: words('lock locks memory buffer buffers connection connections handle handles brake'),
  close: words('loop gap gaps window tab tabs connection connections file files'),
  change: words('tack course direction approach mind tune subject'),
  clean: words('code'),
};
/** "Push it back", "write it off", "run it past Kim", "file it under". */
const AWAY = new Map([
  ['push', /^(?:back|off|for)$/],
  ['write', /^(?:off|down)$/],
  ['run', /^(?:by|past)$/],
  ['file', /^(?:under|away)$/],
  ['revert', /^(?:to)$/],
  ['raise', /^(?:with)$/],
]);

/** "Tag Kim for review". */
function isPerson(tokens: readonly Token[], at: number, next: number): boolean {
  return (
    next === at + 1 &&
    /^@?\p{Lu}\p{Ll}+$/u.test(tokens[at]?.text ?? '') &&
    /^(?:for|in|on)$/.test(tokens[next]?.word ?? '')
  );
}

/** "Stop and restart the proxy": what stands behind the second belongs to the first as well. */
function shared(tokens: readonly Token[], at: number, from: number): Phrase | null {
  if (tokens[from]?.word !== 'and') return null;
  const [one, other] = [readingOf(tokens[at]?.word ?? ''), readingOf(tokens[from + 1]?.word ?? '')];
  if (!one || !other || one.word === other.word) return null;
  if (![...one.forms].some((form) => other.forms.has(form))) return null;
  const phrase = phraseAt(tokens, from + 2);
  return phrase.text === '' && !phrase.isPronoun ? null : { ...phrase, next: from };
}

function meantPassive(
  action: Action,
  tokens: readonly Token[],
  at: number,
  subject: Pick<Phrase, 'text' | 'head'>,
): Found | null {
  if (action.with !== undefined && tokens[at + 1]?.word !== action.with) return null;
  if (action.of !== undefined && !isOf(action.of, { ...subject, isPronoun: subject.text === '', next: at }))
    return null;
  const verb = action.word === 'add' && isAddedToPackages(tokens, at + 1) ? 'install' : action.verb;
  const next = action.with === undefined ? at + 1 : at + 2;
  return { verb, at, object: subject.text, head: subject.head, isPronoun: false, next };
}

/** "Adding `zod` as a dependency", "added to package.json". */
function isAddedToPackages(tokens: readonly Token[], at: number): boolean {
  if (!/^(?:as|to)$/.test(tokens[at]?.word ?? '')) return false;
  return tokens.slice(at + 1, at + 5).some(({ word }) => THINGS.packages.has(word) || MANIFESTS.test(word));
}

function particleAt(tokens: readonly Token[], from: number, particle: string): number {
  for (let i = from; i < Math.min(tokens.length, from + 7); i++) {
    const token = tokens[i];
    if (!token || (token.kind === 'punctuation' && token.word !== '-')) return -1;
    if (token.word === particle) return i;
  }
  return -1;
}

/** "Send Lena the report": what stands first is who gets it. */
function objectFor(action: Action, tokens: readonly Token[], from: number): Phrase {
  const first = phraseAt(tokens, from);
  if (action.verb !== 'send') return first;
  const behind = tokens[first.next];
  return first.next > from &&
    behind &&
    DETERMINERS.has(behind.word) &&
    behind.word !== 'that' &&
    behind.word !== 'this'
    ? phraseAt(tokens, first.next)
    : first;
}

function isOf(thing: keyof typeof THINGS, { text, head, isPronoun }: Phrase): boolean {
  const words = text.split(' ');
  if (thing === 'releases' && /^v?\d+(?:\.\d+)+/.test(words.at(-1) ?? '')) return true;
  if (thing === 'threads' && (isPronoun || /^(?:\p{L}[\p{L}\p{N}]{1,9}-|[#!])\d+$/u.test(head))) return true;
  if (thing === 'packages' && head.startsWith('@')) return true;
  if (thing === 'requests') return THINGS.requests.has((/[#\d]/.test(head) ? words.at(-2) : head) ?? '');
  if (thing === 'numbers' && words.length > 3) return false;
  return words.some(
    (word, n) => THINGS[thing].has(word) && (n >= words.length - 2 || /[#\d]/.test(words.at(-1) ?? '')),
  );
}
