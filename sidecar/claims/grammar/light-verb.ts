import type { Verb } from '../claim.ts';
import type { Token } from '../tokens.ts';
import type { Form } from '../words/forms.ts';
import { DETERMINERS } from '../words/small.ts';
import { phraseAt } from './object.ts';
import { type Found, verbAt } from './verb-at.ts';

type Spellings = Partial<Record<Form, string>>;

const DO: readonly Spellings[] = [
  { base: 'do', ing: 'doing', past: 'did', participle: 'done' },
  { base: 'make', ing: 'making', past: 'made', participle: 'made' },
  { base: 'perform', ing: 'performing', past: 'performed', participle: 'performed' },
];
const GIVE: readonly Spellings[] = [{ base: 'give', ing: 'giving', past: 'gave', participle: 'given' }];
/** "I had it merged" is what somebody else did: only the forms of the future are meant. */
const GET: readonly Spellings[] = [
  { base: 'get', ing: 'getting', past: 'got', participle: 'got' },
  { base: 'have', ing: 'having' },
];

const DONE = new Map<string, Verb>(
  Object.entries({
    deploy: 'deploy',
    deployment: 'deploy',
    redeploy: 'deploy',
    rollout: 'deploy',
    release: 'release',
    merge: 'merge',
    rebase: 'rebase',
    push: 'push',
    commit: 'commit',
    rollback: 'revert',
    revert: 'revert',
    restart: 'restart',
    reboot: 'restart',
    build: 'build',
    rebuild: 'build',
    install: 'install',
    reinstall: 'install',
    upgrade: 'install',
    migration: 'migrate',
    fix: 'fix',
    rename: 'update',
    refactor: 'update',
  }),
);
const GIVEN = new Set(['restart', 'reboot', 'rebuild', 'redeploy']);

/** "Do the deploy", "give it a restart", "get the branch merged": the action is not in the verb. */
export function lightVerbAt(tokens: readonly Token[], at: number, forms: readonly Form[]): Found | null {
  const token = tokens[at];
  if (token?.kind !== 'word') return null;
  const is = (words: readonly Spellings[]) =>
    words.some((word) => forms.some((form) => word[form] === token.word));
  if (is(DO)) return doneAt(tokens, at);
  if (is(GIVE)) return givenAt(tokens, at);
  return is(GET) ? gottenAt(tokens, at) : null;
}

function doneAt(tokens: readonly Token[], at: number): Found | null {
  if (!DETERMINERS.has(tokens[at + 1]?.word ?? '')) return null;
  const phrase = phraseAt(tokens, at + 1);
  const verb = DONE.get(phrase.head);
  if (!verb || phrase.next === at + 1) return null;
  return { verb, at: phrase.next - 1, object: '', head: '', isPronoun: false, next: phrase.next };
}

function givenAt(tokens: readonly Token[], at: number): Found | null {
  const phrase = phraseAt(tokens, at + 1);
  if (!/^(?:a|an|another)$/.test(tokens[phrase.next]?.word ?? '')) return null;
  const noun = phraseAt(tokens, phrase.next);
  const verb = GIVEN.has(noun.head) ? DONE.get(noun.head) : undefined;
  if (!verb) return null;
  return { ...phrase, verb, at: noun.next - 1, object: phrase.text, next: noun.next };
}

function gottenAt(tokens: readonly Token[], at: number): Found | null {
  let phrase = phraseAt(tokens, at + 1);
  let next = phrase.next;
  // The participle may have been taken for the head of the noun: "the branch pushed".
  if (!verbAt(tokens, next, ['participle'], phrase) && next - at > 2) {
    phrase = phraseAt(tokens, at + 1, next - 1);
    next -= 1;
  }
  if (phrase.next !== next || next === at + 1) return null;
  const verb = verbAt(tokens, next, ['participle'], phrase);
  if (!verb || tokens.slice(next + 1, next + 4).some(({ word }) => word === 'by')) return null;
  return { ...verb, object: phrase.text, isPronoun: phrase.isPronoun };
}
