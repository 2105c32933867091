import type { Verb } from '../claim.ts';
import type { Token } from '../tokens.ts';
import { words } from '../words/small.ts';
import { THINGS } from '../words/things.ts';
import { phraseAt } from './object.ts';
import type { Statement } from './statements.ts';
import { type Subject, subjectBefore } from './subject-before.ts';

const BUILDS = /^(?:builds?|bundle|apps?|project|image|images|compilation|wheel|binary|binaries)$/;
const SOME = /^(?:some|most|few|fewer|many|several|only|half|other|others|part|partially)$/;
const NOUNS = new Map<string, Verb>(
  Object.entries({
    deploy: 'deploy',
    deployment: 'deploy',
    rollout: 'deploy',
    rollback: 'revert',
    rebase: 'rebase',
    restart: 'restart',
    install: 'install',
    installation: 'install',
  }),
);
const NAMED_RUNS =
  /^(?:backfill|migration|migrations|script|job|import|export|seed|deploy|deployment|pipeline|dry-run|rollout|benchmark|benchmarks)$/;

/** "All 12 tests pass", "the build succeeded", "tests: 12 passed". */
export function outcomeAt(tokens: readonly Token[], at: number): Statement | null {
  const word = tokens[at]?.word ?? '';
  const passes = /^(?:pass|passes|passed|passing)$/.test(word);
  const succeeds = /^(?:succeeds|succeeded|passes|passed)$/.test(word);
  const bare =
    word === 'green' &&
    isLast(tokens, at) &&
    (THINGS.tests.has(tokens[at - 1]?.word ?? '') || counted(tokens, at));
  const ran = word === 'ran' || word === 'completed' || word === 'finished';
  const green = word === 'green' && /^(?:is|are|was|were)$/.test(tokens[overBack(tokens, at)]?.word ?? '');
  const builds = /^(?:builds?|built|compiles?|compiled)$/.test(word);
  const over = (word === 'done' || word === 'complete') && endsClause(tokens, at);
  if (!passes && !succeeds && !ran && !green && !builds && !bare && !over) return null;
  if (
    isShort(tokens, at) ||
    hasFailure(tokens, at) ||
    tokens.slice(Math.max(0, at - 6), at).some((token) => SOME.test(token.word))
  )
    return null;
  const end = over ? beforeBe(tokens, at) : green ? overBack(tokens, at) : endOfSubject(tokens, at);
  const subject =
    (passes || bare) && counted(tokens, at) ? countedSubject(tokens, at) : subjectBefore(tokens, end);
  if (!subject || subject.text === '') return null;
  if (subject.isCode && (passes || succeeds || (ran && ranWell(tokens, at))))
    return ofCommand(subject.text, at);
  const isTests = subject.text
    .split(' ')
    .slice(-2)
    .some((part) => THINGS.tests.has(part));
  if (isTests && (passes || green || succeeds || bare)) return { verb: 'test', object: subject.text, at };
  if (BUILDS.test(subject.head) && (succeeds || green) && !/^(?:apps?|images?)$/.test(subject.head))
    return { verb: 'build', object: subject.text, at };
  const compiles = word.startsWith('compile') || BUILDS.test(subject.head);
  if (builds && compiles && !/^builds?$/.test(subject.head) && isLast(tokens, at) && !isBuiltWith(tokens, at))
    return { verb: 'build', object: subject.text, at };
  const done = NOUNS.get(subject.head);
  if (over) return overWith(subject, at);
  if (done && (succeeds || word === 'completed' || word === 'finished') && saysWell(tokens, at))
    return { verb: done, object: subject.text, at };
  if (isTests && word === 'ran' && saysWell(tokens, at)) return { verb: 'test', object: subject.text, at };
  if (ran && /^(?:build|builds|compilation)$/.test(subject.head) && word !== 'ran')
    return { verb: 'build', object: subject.text, at };
  if (ran && NAMED_RUNS.test(subject.head) && saysWell(tokens, at) && !isScheduled(tokens, at))
    return { verb: 'run', object: subject.text, at };
  if (word === 'ran' && !isTests && hasRun(tokens, at, subject.head))
    return { verb: 'run', object: subject.text, at };
  return null;
}

/** "`npm test` passes". */
function ofCommand(command: string, at: number): Statement {
  const words = command.split(/[\s:./_-]+/);
  if (words.some((word) => THINGS.tests.has(word))) return { verb: 'test', object: command, at };
  return { verb: words.includes('build') ? 'build' : 'run', object: command, at };
}

const SCHEDULED = /^(?:cron|scheduled|ci)$/;
const RUNNABLES =
  /^(?:backfill|crawl|seed|seeds|export|import|linter|formatter|models|script|benchmarks?|migrations?|etl|notebook|codemod|generator|query|queries|command|sync|scan|audit|dump|lint)$/;

function isScheduled(tokens: readonly Token[], at: number): boolean {
  return tokens.slice(Math.max(0, at - 5), at).some(({ word }) => SCHEDULED.test(word));
}

/** "The seed ran", "the crawl ran to the end", and not "the cron job ran" or "the team ran out of time". */
function hasRun(tokens: readonly Token[], at: number, head: string): boolean {
  if (isScheduled(tokens, at)) return false;
  return ranWell(tokens, at) || (RUNNABLES.test(head) && isLast(tokens, at));
}

/** "Ran clean", "ran in 41 seconds", "ran to the end". */
function ranWell(tokens: readonly Token[], at: number): boolean {
  const rest = tokens
    .slice(at + 1, at + 6)
    .map(({ word }) => word)
    .join(' ');
  return /^(?:clean|cleanly|fine|successfully|ok|okay|through(?! the \p{L})|to (?:the end|completion)|without (?:an? |any )?(?:errors?|problems?|issues?|incidents?|warnings?|hitch)|in [\d.]+ ?(?:s|ms|m|seconds?|minutes?|hours?)\b)/u.test(
    rest,
  );
}

/** "The image built with kaniko" describes it. */
function isBuiltWith(tokens: readonly Token[], at: number): boolean {
  return tokens[at]?.word === 'built' && /^(?:with|locally|now)$/.test(tokens[at + 1]?.word ?? '');
}

const FINISHED = new Map<string, Verb>(
  Object.entries({ push: 'push', merge: 'merge', redeploy: 'deploy', rebuild: 'build' }),
);

/** "The rebase is done", "merge complete". */
function overWith({ head, text }: Subject, at: number): Statement | null {
  const verb = NOUNS.get(head) ?? FINISHED.get(head) ?? (head === 'migration' ? 'run' : undefined);
  return verb ? { verb, object: text, at } : null;
}

function endsClause(tokens: readonly Token[], at: number): boolean {
  const behind = tokens[at + 1];
  return !behind || /^(?:[.,;!()✅✔—–]|and|now)$/.test(behind.word);
}

function beforeBe(tokens: readonly Token[], at: number): number {
  const back = overBack(tokens, at);
  return /^(?:is|are|was)$/.test(tokens[back]?.word ?? '') ? back : back + 1;
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
  return (
    /^[:|—–]$/.test(tokens[at - 1]?.word ?? '') ||
    ((tokens[at - 1]?.kind === 'number' || tokens[at - 1]?.word === 'all') &&
      /^[:,|—–]$/.test(tokens[at - 2]?.word ?? ''))
  );
}

function countedSubject(tokens: readonly Token[], at: number): Subject | null {
  let from = 0;
  while (tokens[from]?.kind === 'punctuation') from += 1;
  const phrase = phraseAt(tokens, from, /^[:|—–]$/.test(tokens[at - 1]?.word ?? '') ? at - 1 : at - 2);
  return phrase.text === '' ? null : phrase;
}

/** "38 of 40 tests". */
function isShort(tokens: readonly Token[], at: number): boolean {
  const text = tokens
    .slice(Math.max(0, at - 9), at)
    .map(({ word }) => word)
    .join(' ');
  const [, some, all] = /\b(\d+) ?(?:\/|(?:out )?of(?: the)?) ?(\d+)\b/.exec(text) ?? [];
  return some !== all;
}

/** "The build passes but the tests fail": what fails has a subject of its own. */
function ownEnd(tokens: readonly Token[], at: number): number {
  const but = tokens.findIndex(({ word }, i) => i > at && word === 'but');
  const fails = tokens.findIndex(({ word }, i) => i > but && FAILURES.has(word));
  return but > 0 && fails > but + 2 ? but : tokens.length;
}

const FAILURES = words('fail fails failed failing failure failures error errors');
const LESS = words(
  'fail fails failed failing except but broken red still when if unless until would locally-only',
);

/** "3 failed, 212 passed", "all but one", "pass except". What stands behind a comma only describes. */
function hasFailure(tokens: readonly Token[], at: number): boolean {
  const end = ownEnd(tokens, at);
  return tokens.slice(0, end).some(({ word }, i) => {
    const before = tokens[i - 1];
    if (before?.kind === 'number' && FAILURES.has(word)) return before.word !== '0';
    if (!LESS.has(word)) return false;
    // "The failing test passes now".
    if (word === 'failing' && i < at && before?.word === 'the' && THINGS.tests.has(tokens[i + 1]?.word ?? ''))
      return false;
    return !tokens
      .slice(Math.min(i, at), Math.max(i, at))
      .some((token) => /^(?:[,;:(—]|and)$/.test(token.word));
  });
}
