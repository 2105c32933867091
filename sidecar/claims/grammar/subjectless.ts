import type { Verb } from '../claim.ts';
import type { Token } from '../tokens.ts';
import { readingOf } from '../words/lexicon.ts';
import {
  AUXILIARIES,
  COORDINATORS,
  DETERMINERS,
  INTERJECTIONS,
  NEGATIONS,
  PREPOSITIONS,
} from '../words/small.ts';
import { USER_WORDS } from '../words/user.ts';
import type { BeforeGerund } from './before-gerund.ts';
import { openerAt, timeAt } from './contingency.ts';
import type { Licence } from './licences.ts';
import { overAdverbs } from './licences.ts';
import { phraseAt } from './object.ts';
import { type Found, verbAt } from './verb-at.ts';

const SOON = /^(?:now|next|shortly|immediately|right|asap|first|momentarily|straight|rn)$/;
/** Of these a bare gerund is news, and seldom a title. */
const TERSE: ReadonlySet<Verb> = new Set<Verb>([
  'deploy',
  'push',
  'commit',
  'merge',
  'restart',
  'rebase',
  'revert',
  'release',
]);
const PLACES = /^(?:production|prod|staging|canary|preview|main|master|trunk|origin|upstream|pypi|npm)$/;
const FINITE =
  /^(?:takes|fixes|clears|makes|means|works|helps|needs|requires|breaks|causes|fails|gives|gets|keeps|leaves|solves|resolves|brings|costs|seems|looks|depends|changes|breaks|wants|adds|turns|sounds|feels|remains|stays|goes|happens|comes|needed|took|made|failed|worked|helped|fixed|caused|brought|would've|starts|stops|removes|drops|reduces)$/;

/** A sentence that begins with its verb: "Restarting the server now.", "Deployed to staging.", "Gonna rebase". */
export function subjectlessAt(
  tokens: readonly Token[],
  from: number,
  {
    needsSoon,
    before,
    isBareAllowed,
  }: { needsSoon: boolean; before: BeforeGerund['kind']; isBareAllowed: boolean },
): Licence | null {
  let i = from;
  while (i < tokens.length && skips(tokens[i])) i += 1;
  const start = i;
  i = overAdverbs(tokens, i);
  const skipped = tokens.slice(from, i).map(({ word }) => word);
  if (
    skipped.some(
      (word) => NEGATIONS.has(word) || /^(?:still|currently|always|almost|nearly|when|once)$/.test(word),
    )
  )
    return null;
  const word = tokens[i]?.word ?? '';
  const make = (kind: Licence['kind'], next: number, forms: Licence['forms']): Licence => ({
    kind,
    at: start,
    next,
    forms,
    we: false,
  });
  if (word === 'will' && start === i) {
    const saysYes = tokens[i + 1]?.word === 'do' && /^[:—–]$/.test(tokens[i + 2]?.word ?? '');
    return make('promise', overAdverbs(tokens, saysYes ? i + 3 : i + 1), ['base']);
  }
  if (word === 'gotta') return make('needed', i + 1, ['base']);
  if (word === 'gonna') return make('promise', i + 1, ['base']);
  if (/^(?:heading|headed)$/.test(word) && tokens[i + 1]?.word === 'off' && tokens[i + 2]?.word === 'to')
    return make('promise', i + 3, ['base']);
  if (/^(?:going|about|off)$/.test(word) && tokens[i + 1]?.word === 'to')
    return make('promise', i + 2, ['base']);
  if (word === 'went' && tokens[i + 1]?.word === 'ahead' && tokens[i + 2]?.word === 'and') i += 3;
  if (/ed$/.test(word) && !readingOf(word) && tokens[i + 1]?.word === 'and') {
    // "Squashed and merged #77".
    const second = overAdverbs(tokens, i + 2);
    const form = readingOf(tokens[second]?.word ?? '')?.forms;
    if (form?.has('past') && !form.has('base')) i = second;
  }
  const reading = readingOf(tokens[i]?.word ?? '');
  if (!reading || tokens[i]?.kind === 'code') return null;
  const end = clauseEnd(tokens, i);
  if (reading.forms.has('ing')) {
    const said = lastGerund(tokens, i);
    if (!said) return null;
    const isBare = said.object === '' && !said.isPronoun;
    if (isBare && isBareAllowed && isOver(tokens, said.next)) return make('promise', i, ['ing']);
    if (isBare && isBareAllowed && start === from && isCircumstance(tokens, said))
      return make('promise', i, ['ing']);
    if (isBare && before !== 'waits' && !soonBehind(tokens, i, end)) return null;
    const rest = tokens.slice(i + 1, endOfAction(tokens, i, end)).map((token) => token.word);
    if (rest.some((next, n) => isFiniteVerb(next, rest[n - 1])) && !isRelative(rest)) return null;
    const soon = tokens.slice(from, end).some((token) => SOON.test(token.word));
    if (soon) return make('promise', i, ['ing']);
    if (!isWhole(tokens, said.next)) return null;
    const isGoAhead = before === 'ready' || before === 'waits' || (before === 'told' && said.isPronoun);
    if (needsSoon && !isGoAhead) return null;
    if (end - i > 18 || /^[:—–]$/.test(tokens[end]?.word ?? '')) return null;
    return make('promise', i, ['ing']);
  }
  const isAlsoBase = reading.forms.has('base') && (needsSoon || !/^(?:cut|shut)$/.test(word));
  if ((reading.forms.has('participle') || reading.forms.has('past')) && !isAlsoBase) {
    if (tokens[i + 1]?.word === ':' && i + 2 >= tokens.length) return null;
    const said = verbAt(tokens, i, ['participle', 'past']);
    if (!said) return null;
    if (
      said.object === '' &&
      /^(?:status|state|verdict|resolution|result)$/.test(tokens[from - 2]?.word ?? '')
    )
      return null;
    const isOrder = reading.forms.has('base') && tokens.some((token) => USER_WORDS.has(token.word));
    if (isOrder || skipped.includes('last') || isDescription(tokens, i)) return null;
    const behind = tokens[said.next]?.word ?? '';
    if (AUXILIARIES.has(behind) || (said.object !== '' && isTitle(tokens, i, said.next))) return null;
    if (
      tokens
        .slice(i + 1, i + 6)
        .some(
          ({ word: next }, n, near) =>
            next === 'by' && !/^(?:me|hand|accident|mistake)$|ing$/.test(near[n + 1]?.word ?? ''),
        )
    )
      return null;
    return make('done', i, ['participle', 'past']);
  }
  return null;
}

/** "Built with Vite", "released under MIT", "opened in 2019". */
function isDescription(tokens: readonly Token[], at: number): boolean {
  const [word, next, third] = [at, at + 1, at + 2].map((i) => tokens[i]?.word ?? '');
  if (/^(?:in|since)$/.test(next ?? '') && /^(?:19|20)\d\d$/.test(third ?? '')) return true;
  return /^(?:built with|written (?:in|by|for|with)|released under|tested by)$/.test(`${word} ${next}`);
}

/** "Updated files:" and "closed issues: 12" name what follows; "ran the tests: all green" tells. */
function isTitle(tokens: readonly Token[], at: number, behind: number): boolean {
  const words = tokens.slice(at + 1, behind).map(({ word }) => word);
  if (words.some((word) => /^(?:stay|remain|need|live|keep)$/.test(word))) return true;
  const isTime = /^(?:this|last)$/.test(tokens[behind]?.word ?? '');
  const colon = isTime ? behind + 2 : behind;
  if (tokens[colon]?.word !== ':') return false;
  const next = tokens[colon + 1];
  return (
    !next ||
    (next.kind === 'number' &&
      !/^(?:pass|passed|passing|green|ok|of)$/.test(tokens[colon + 2]?.word ?? '')) ||
    isTime ||
    (!DETERMINERS.has(words[0] ?? '') && !words.some((word) => /[#\d]/.test(word)))
  );
}

/** Of "committing and pushing the branch" the second says how it goes on. */
function lastGerund(tokens: readonly Token[], at: number): Found | null {
  let said = verbAt(tokens, at, ['ing']);
  for (let next = said; next; ) {
    let i = next.next;
    while (tokens[i]?.word === ',' || COORDINATORS.has(tokens[i]?.word ?? '')) i += 1;
    next = i > next.next ? verbAt(tokens, overAdverbs(tokens, i), ['ing']) : null;
    if (said && next)
      said = { ...next, object: next.object || said.object, isPronoun: next.isPronoun || said.isPronoun };
  }
  return said;
}

/** "To be sure" is none. */
function isFiniteVerb(word: string, before: string | undefined): boolean {
  return (AUXILIARIES.has(word) && before !== 'to') || (FINITE.test(word) && !DETERMINERS.has(before ?? ''));
}

function isOver(tokens: readonly Token[], at: number): boolean {
  return tokens.slice(at).every(({ kind }) => kind === 'punctuation');
}

/** "Redeploying with the new secret.", "Committing as one change.", and not "Building with Vite.", which is a title. */
function isCircumstance(tokens: readonly Token[], { verb, next: at }: Found): boolean {
  if (!TERSE.has(verb) || !/^(?:with|as|without|to|from|onto)$/.test(tokens[at]?.word ?? '')) return false;
  const phrase = phraseAt(tokens, at + 1);
  if (phrase.next === at + 1 || !/^[.…!]$/.test(tokens[phrase.next]?.word ?? '')) return false;
  const inside = tokens.slice(at + 1, phrase.next).map(({ word }) => word);
  if (inside.length === 1) return tokens[at]?.word === 'to' && PLACES.test(inside[0] ?? '');
  if (!/^(?:the|this|that|one|two|three|my)$/.test(inside[0] ?? '')) return false;
  return !inside.some(
    (word, n) => FINITE.test(word) || (n < inside.length - 1 && /[^s]s$/.test(word) && n > 0),
  );
}

/** What stands behind the object of a gerund and belongs to it; a finite verb makes a subject of the gerund. */
function isWhole(tokens: readonly Token[], at: number): boolean {
  const behind = tokens[at];
  const next = behind && openerAt(tokens, at) > 0 ? behind : tokens[overAdverbs(tokens, at)];
  if (next?.kind !== 'word') return true;
  return (
    PREPOSITIONS.has(next.word) ||
    COORDINATORS.has(next.word) ||
    SOON.test(next.word) ||
    /ing$/.test(next.word)
  );
}

/** "Cleaning up." is a title; "Pushing now", "Merging once it is green" are not. */
function soonBehind(tokens: readonly Token[], at: number, end: number): boolean {
  for (let i = at + 1; i < end; i++)
    if (SOON.test(tokens[i]?.word ?? '') || openerAt(tokens, i) > 0 || timeAt(tokens, i) > 0) return true;
  return tokens.slice(0, at).some(({ word }) => SOON.test(word));
}

/** What is waited for, and what follows a finished thought, are no part of it. */
function endOfAction(tokens: readonly Token[], from: number, end: number): number {
  let soon = false;
  for (let i = from + 1; i < end; i++) {
    if (openerAt(tokens, i) > 0) return i;
    soon ||= SOON.test(tokens[i]?.word ?? '');
    if (soon && tokens[i]?.word === ',') return i;
  }
  return end;
}

function isRelative(rest: readonly string[]): boolean {
  return rest.some((word) => /^(?:so|which|that|because|since|while|who|where)$/.test(word));
}

function skips(token: Token | undefined): boolean {
  if (!token) return false;
  if (token.kind === 'punctuation') return !/^[([]$/.test(token.word);
  return (token.kind === 'word' && INTERJECTIONS.has(token.word)) || token.word === 'done';
}

export function clauseEnd(tokens: readonly Token[], from: number): number {
  for (let i = from; i < tokens.length; i++) if (/^[;:—–→.!?]$/.test(tokens[i]?.word ?? '')) return i;
  return tokens.length;
}
