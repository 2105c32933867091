import type { Verb } from '../claim.ts';
import type { Token } from '../tokens.ts';
import { readingOf } from '../words/lexicon.ts';
import { AUXILIARIES, COORDINATORS, DETERMINERS, INTERJECTIONS, NEGATIONS } from '../words/small.ts';
import { THINGS } from '../words/things.ts';
import { openerAt } from './contingency.ts';
import { overAdverbs } from './licences.ts';
import { phraseAt } from './object.ts';
import { verbAt } from './verb-at.ts';

export type Statement = { verb: Verb; object: string; at: number };

const BE = new Set(['was', 'were', 'been', 'is', 'are', 'got', "'s"]);
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
const UNREAL =
  /^(?:will|would|can|could|should|may|might|must|be|being|if|once|when|unless|until|after|before|whether|while|because|as|since|that|which|who|whose|what|where|how|than|had|why|every|each|whenever|i|you|he|she|they|we|only)$/;
const HABIT =
  /^(?:automatically|always|usually|every|each|daily|nightly|weekly|hourly|when|whenever|once|after)$/;
const BUILDS = /^(?:builds?|bundle|apps?|image|images|compilation|wheel|binary|binaries)$/;
const NAMED_RUNS =
  /^(?:backfill|migration|migrations|script|job|import|export|seed|deploy|deployment|pipeline|dry-run|rollout|benchmark|benchmarks)$/;

/** What is said to be done without naming who did it: passives, and tests that pass. */
export function statementsIn(tokens: readonly Token[]): Statement[] {
  const found: Statement[] = [];
  for (let i = 1; i < tokens.length; i++) {
    const { word = '' } = tokens[i] ?? {};
    if (BE.has(word)) found.push(...passive(tokens, i));
    else {
      const outcome = outcomeAt(tokens, i) ?? telegram(tokens, i);
      if (outcome) found.push(outcome);
    }
  }
  return found;
}

function passive(tokens: readonly Token[], at: number): Statement[] {
  const be = tokens[at]?.word ?? '';
  const subjectEnd = be === 'been' ? auxiliaryBefore(tokens, at) : at;
  if (subjectEnd < 0) return [];
  const participle = overAdverbs(tokens, at + 1);
  if (
    tokens
      .slice(at, participle)
      .some(({ word }) => NEGATIONS.has(word) || word === 'currently' || word === 'always')
  )
    return [];
  const subject = subjectBefore(tokens, subjectEnd);
  if (!subject) return [];
  const found: Statement[] = [];
  let i = participle;
  for (;;) {
    const verb = verbAt(tokens, i, ['participle'], subject);
    if (!verb || readingOf(tokens[i]?.word ?? '')?.forms.has('base')) break;
    const isState = be === 'is' || be === 'are' || be === "'s";
    if (isState && !STATES.has(verb.verb) && !(tokens[i]?.word ?? '').startsWith('re')) break;
    if (isState && tokens.slice(i + 1, i + 4).some(({ word }) => HABIT.test(word))) break;
    if (byOther(tokens, i + 1)) return [];
    if (tokens[i]?.word === 'written' && be !== 'been') return []; // "It was written against 2.0" describes.
    found.push({ verb: retested(verb.verb, subject.head), object: subject.text, at: i });
    i += 1;
    const joint = i;
    while (i < tokens.length && (COORDINATORS.has(tokens[i]?.word ?? '') || tokens[i]?.word === ',')) i += 1;
    if (i === joint) break;
    i = overAdverbs(tokens, i);
  }
  return found;
}

function retested(verb: Verb, head: string): Verb {
  return verb === 'run' && THINGS.tests.has(head) ? 'test' : verb;
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

type Subject = { text: string; head: string; isCode?: boolean };

/** The subject that ends at `end`, or null where the clause is unreal, negated or told of somebody else. */
function subjectBefore(tokens: readonly Token[], end: number): Subject | null {
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
  if (start >= end || openerAt(tokens, start) > 0) return null;
  const span = tokens.slice(start, end);
  const isThat = span[0]?.word === 'that' && span.length > 1 && start === 0;
  if (
    span.some(
      ({ word, kind }, n) =>
        kind === 'word' && !(isThat && n === 0) && (UNREAL.test(word) || NEGATIONS.has(word)),
    )
  )
    return null;
  if (waitsInFront(tokens, start)) return null;
  const phrase = phraseAt(tokens, start, end);
  if (span.length === 1 && span[0]?.kind === 'code') return { ...phrase, isCode: true };
  if (phrase.isPronoun) return { text: '', head: '' };
  return phrase.text === '' || /^\d{1,2}(?::\d\d)+$/.test(phrase.text) ? null : phrase;
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

/** "Docker image built (212 MB)", "20:00 consumer stopped": a line without article and auxiliary. */
function telegram(tokens: readonly Token[], at: number): Statement | null {
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

/** "All 12 tests pass", "the build succeeded", "tests: 12 passed". */
function outcomeAt(tokens: readonly Token[], at: number): Statement | null {
  const word = tokens[at]?.word ?? '';
  const passes = /^(?:pass|passes|passed|passing)$/.test(word);
  const succeeds = /^(?:succeeds|succeeded|passes|passed)$/.test(word);
  const ran = word === 'ran' || word === 'completed' || word === 'finished';
  const green = word === 'green' && /^(?:is|are|was|were)$/.test(tokens[overBack(tokens, at)]?.word ?? '');
  const builds = word === 'build' || word === 'builds' || word === 'compiles' || word === 'compile';
  if (!passes && !succeeds && !ran && !green && !builds) return null;
  if (hasFailure(tokens, at)) return null;
  const end = green ? overBack(tokens, at) : endOfSubject(tokens, at);
  const subject = passes && counted(tokens, at) ? countedSubject(tokens, at) : subjectBefore(tokens, end);
  if (!subject || subject.text === '') return null;
  if (subject.isCode && (passes || succeeds)) return ofCommand(subject.text, at);
  const isTests = subject.text
    .split(' ')
    .slice(-2)
    .some((part) => THINGS.tests.has(part));
  if (isTests && (passes || green || succeeds)) return { verb: 'test', object: subject.text, at };
  if (BUILDS.test(subject.head) && (succeeds || green) && !/^(?:apps?|images?)$/.test(subject.head))
    return { verb: 'build', object: subject.text, at };
  if (builds && BUILDS.test(subject.head) && !/^builds?$/.test(subject.head) && isLast(tokens, at))
    return { verb: 'build', object: subject.text, at };
  if (ran && NAMED_RUNS.test(subject.head) && saysWell(tokens, at))
    return { verb: 'run', object: subject.text, at };
  return null;
}

/** "`npm test` passes". */
function ofCommand(command: string, at: number): Statement {
  const words = command.split(/[\s:]+/);
  if (words.some((word) => THINGS.tests.has(word))) return { verb: 'test', object: command, at };
  return { verb: words.includes('build') ? 'build' : 'run', object: command, at };
}

function overBack(tokens: readonly Token[], at: number): number {
  let i = at - 1;
  while (i > 0 && /^(?:now|all|again|still|fully)$/.test(tokens[i]?.word ?? '')) i -= 1;
  return i;
}

function endOfSubject(tokens: readonly Token[], at: number): number {
  let i = at;
  while (
    i > 0 &&
    /^(?:all|now|still|have|has|again|are|is|also|already|both)$/.test(tokens[i - 1]?.word ?? '')
  )
    i -= 1;
  return i === 0 ? at : i;
}

function isLast(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1];
  return (
    !next ||
    next.kind === 'punctuation' ||
    /^(?:and|again|cleanly|now|without|fine|with|locally)$/.test(next.word)
  );
}

function saysWell(tokens: readonly Token[], at: number): boolean {
  const rest = tokens
    .slice(at + 1)
    .map(({ word }) => word)
    .join(' ');
  return (
    /without (?:an )?(?:error|problem|issue|incident|warning)|clean|success|through|to the end|fine/.test(
      rest,
    ) || tokens[at]?.word !== 'ran'
  );
}

/** "Pricing tests: 71 passed". */
function counted(tokens: readonly Token[], at: number): boolean {
  return tokens[at - 1]?.kind === 'number' && /^[:|]$/.test(tokens[at - 2]?.word ?? '');
}

function countedSubject(tokens: readonly Token[], at: number): Subject | null {
  let from = 0;
  while (tokens[from]?.kind === 'punctuation') from += 1;
  const phrase = phraseAt(tokens, from, at - 2);
  return phrase.text === '' ? null : phrase;
}

/** "3 failed, 212 passed", "all but one", "pass except". What stands behind a comma only describes. */
function hasFailure(tokens: readonly Token[], at: number): boolean {
  return tokens.some(({ word }, i) => {
    const before = tokens[i - 1];
    if (/^(?:failed|failures?|failing|errors?|fails?)$/.test(word) && before?.kind === 'number')
      return before.word !== '0';
    if (
      !/^(?:failed|failing|fails?|except|but|broken|red|still|when|if|unless|until|would|locally-only)$/.test(
        word,
      )
    )
      return false;
    return !tokens.slice(Math.min(i, at), Math.max(i, at)).some((token) => /^[,;:(—]$/.test(token.word));
  });
}
