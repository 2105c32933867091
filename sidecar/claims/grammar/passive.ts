import type { Verb } from '../claim.ts';
import type { Token } from '../tokens.ts';
import { readingOf } from '../words/lexicon.ts';
import { COORDINATORS, DETERMINERS, NEGATIONS } from '../words/small.ts';
import { THINGS } from '../words/things.ts';
import { overAdverbs } from './licences.ts';
import { phraseAt } from './object.ts';
import type { Statement } from './statements.ts';
import { subjectBefore } from './subject-before.ts';
import { verbAt } from './verb-at.ts';

export const BE = new Set(['was', 'were', 'been', 'is', 'are', 'got', "'s"]);
/** With "is" these tell a state that somebody brought about; "is run by cron" tells a habit. */
const STATES: ReadonlySet<Verb> = new Set<Verb>([
  'fix',
  'merge',
  'release',
  'deploy',
  'push',
  'close',
  'commit',
  'revert',
  'remove',
  'install',
  'restart',
  'rebase',
  'update',
  'migrate',
]);
const HABIT =
  /^(?:automatically|always|usually|every|each|daily|nightly|weekly|hourly|when|whenever|once|after)$/;

/** These tell as much only where the clause is over: "the site is built with Hugo" describes it. */
const BROUGHT: ReadonlySet<Verb> = new Set<Verb>(['build', 'start', 'stop', 'open', 'send', 'create']);

function isFinished(tokens: readonly Token[], at: number): boolean {
  const behind = tokens[overAdverbs(tokens, at)];
  if (!behind || /^[.;!()✅✔✓—–]$/.test(behind.word)) return true;
  return behind.word === 'and' || behind.word === 'but';
}

function isHabit(tokens: readonly Token[], from: number): boolean {
  const near = tokens.slice(from, from + 3);
  const end = near.findIndex(({ word }) => /^[;.—–:]$/.test(word));
  return near.slice(0, end < 0 ? near.length : end).some(({ word }) => HABIT.test(word));
}

/** "The gateway has been restarted", "the fix is merged": done, and nobody else is named. */
export function passive(tokens: readonly Token[], at: number): Statement[] {
  const be = tokens[at]?.word ?? '';
  const subjectEnd = be === 'been' ? auxiliaryBefore(tokens, at) : at;
  if (subjectEnd < 0) return [];
  const isAll = /^(?:all|both|each)$/.test(tokens[at + 1]?.word ?? '');
  const participle = overAdverbs(tokens, isAll ? at + 2 : at + 1);
  if (
    tokens
      .slice(at, participle)
      .some(({ word }) => NEGATIONS.has(word) || /^(?:currently|always|automatically)$/.test(word))
  )
    return [];
  const subject = subjectBefore(tokens, subjectEnd);
  if (!subject) return [];
  const found: Statement[] = [];
  let i = participle;
  for (;;) {
    const verb = verbAt(tokens, i, ['participle'], subject);
    const isAlsoBase = readingOf(tokens[i]?.word ?? '')?.forms.has('base');
    if (!verb || (isAlsoBase && tokens[i]?.word !== 'shut' && !/^(?:was|were|been|got)$/.test(be))) break;
    const isState = be === 'is' || be === 'are' || be === "'s";
    const isKnown = STATES.has(verb.verb) || (tokens[i]?.word ?? '').startsWith('re');
    if (isState && !isKnown && !(BROUGHT.has(verb.verb) && isFinished(tokens, verb.next))) break;
    if (isState && isHabit(tokens, i + 1)) break;
    if (byOther(tokens, i + 1) || isOld(tokens, i + 1)) return [];
    if (tokens[i]?.word === 'written' && be !== 'been') return []; // "It was written against 2.0" describes.
    found.push({ verb: retested(verb.verb, subject.head), object: subject.text, at: i });
    i = verb.next;
    const joint = i;
    while (i < tokens.length && (COORDINATORS.has(tokens[i]?.word ?? '') || tokens[i]?.word === ',')) i += 1;
    if (i === joint) break;
    found.push(...alike(tokens, i));
    i = overAdverbs(tokens, i);
  }
  return found;
}

/** "… and the branch deleted": the auxiliary is the same. */
function alike(tokens: readonly Token[], at: number): Statement[] {
  if (!DETERMINERS.has(tokens[at]?.word ?? '')) return [];
  const phrase = phraseAt(tokens, at);
  // The noun phrase reaches over a participle that ends the clause.
  const end = tokens[phrase.next];
  if ((end && end.kind !== 'punctuation') || phrase.next - at < 3) return [];
  const subject = phraseAt(tokens, at, phrase.next - 1);
  const verb = verbAt(tokens, phrase.next - 1, ['participle'], subject);
  return verb ? [{ verb: verb.verb, object: subject.text, at: verb.at }] : [];
}

function retested(verb: Verb, head: string): Verb {
  return verb === 'run' && THINGS.tests.has(head) ? 'test' : verb;
}

/** "Automatically", "in 2021": not what the speaker tells of this turn. */
function isOld(tokens: readonly Token[], at: number): boolean {
  const [next, year] = [tokens[at]?.word ?? '', tokens[at + 1]?.word ?? ''];
  return next === 'automatically' || (/^(?:in|since)$/.test(next) && /^(?:19|20)\d\d$/.test(year));
}

function auxiliaryBefore(tokens: readonly Token[], at: number): number {
  for (let i = at - 1; i >= Math.max(0, at - 3); i--) {
    const word = tokens[i]?.word ?? '';
    if (NEGATIONS.has(word)) return -1;
    if (word === 'has' || word === 'have' || word === "'s") return i;
  }
  return -1;
}

function byOther(tokens: readonly Token[], at: number): boolean {
  for (let i = at; i < Math.min(tokens.length, at + 14); i++) {
    if (/^[,;:()—]$/.test(tokens[i]?.word ?? '')) return false;
    if (tokens[i]?.word !== 'by') continue;
    const next = tokens[i + 1]?.word ?? '';
    return !/^(?:me|hand|mistake|accident|now)$/.test(next) && !/ing$/.test(next);
  }
  return false;
}
