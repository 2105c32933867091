import type { Token } from '../tokens.ts';
import type { Form } from '../words/forms.ts';
import { readingOf } from '../words/lexicon.ts';
import { COORDINATORS, DETERMINERS, isAdverb, PREPOSITIONS } from '../words/small.ts';
import { waitsForUser } from './contingency.ts';

/**
 * Words that let the verbs behind them be a claim. Without one there is none: that is what keeps orders, other
 * people's work and plans in the imperative out.
 *
 * promise   I'll, I'm going to, let me, gonna
 * offer     I can, should I, want me to
 * needed    I have to: a promise only with "now" or the like
 * done      I have, I merged
 * refused   I won't, I'm not going to; the verbs behind it may be a withdrawal
 * nothing   closes what came before: I might, I was going to
 */
export type LicenceKind = 'promise' | 'offer' | 'needed' | 'done' | 'refused' | 'nothing';
export type Licence = { kind: LicenceKind; at: number; next: number; forms: readonly Form[]; we: boolean };

const PARTLY = /^(?:nearly|almost|half|partially|partly|mostly)$/;
const HEDGES = /^(?:probably|possibly|potentially|likely|maybe|perhaps|presumably)$/;

const HABITS = /^(?:every|each|always|usually|nightly|daily|weekly|only)$/;

const BASE: readonly Form[] = ['base'];
const ING: readonly Form[] = ['ing'];
const DONE: readonly Form[] = ['participle'];
const PAST: readonly Form[] = ['past'];

export function licenceAt(tokens: readonly Token[], at: number): Licence | null {
  const word = tokens[at]?.word ?? '';
  const found = (kind: LicenceKind, next: number, forms = BASE) => ({
    kind,
    at,
    next,
    forms,
    we: word === 'we',
  });
  if (tokens[at]?.kind !== 'word') return null;
  const before = tokens[at - 1]?.word ?? '';
  const next = tokens[at + 1]?.word ?? '';
  if (word === 'i' || word === 'we') {
    if (before === 'unless' && next === 'hear') return null;
    const licence = subject(tokens, at, found);
    if (licence.kind === 'offer' && isRecalled(tokens, at)) return { ...licence, kind: 'nothing' };
    if (licence.kind === 'promise' && /^(?:maybe|perhaps|possibly)$/.test(before))
      return { ...licence, kind: 'nothing' };
    if (before === 'before' && isHeldFor(tokens, at, licence))
      return { ...licence, kind: 'offer', forms: BASE };
    return licence.kind === 'needed' && /^(?:if|whether)$/.test(before)
      ? { ...licence, kind: 'offer' }
      : licence;
  }
  const third = tokens[at + 2]?.word ?? '';
  if (word === 'is' && tokens[0]?.word === 'my' && tokens[1]?.word === 'next')
    return found('promise', next === 'to' ? at + 2 : at + 1, next === 'to' ? BASE : ING);
  if (word === 'let' && next === 'me') return found('promise', at + 2);
  if (word === 'ill' && readingOf(tokens[overAdverbs(tokens, at + 1)]?.word ?? '')?.forms.has('base'))
    return found('promise', overAdverbs(tokens, at + 1));
  if (/^(?:imma|i'mma|i'ma)$/.test(word)) return found('promise', at + 1);
  if (word === 'lemme') return found('promise', at + 1);
  if (/^(?:should|shall|can|could|may|must)$/.test(word) && /^(?:i|we)$/.test(next))
    return found('offer', at + 2);
  if (word === 'do' && next === 'i' && tokens.at(-1)?.word === '?') return found('offer', at + 2);
  if (/^(?:would|do|did|will|have|had|am|was|are|were)$/.test(word) && /^(?:i|we)$/.test(next))
    return found('nothing', at + 2);
  if (/^(?:want|like|prefer|need|rather)$/.test(word) && next === 'me' && third === 'to')
    return found('offer', at + 3);
  if (/^(?:have|rather|that|so)$/.test(word) && next === 'me') return found('offer', at + 2);
  if (word === 'for' && next === 'me' && third === 'to') return found('offer', at + 3);
  // A thing that is ready to be pushed offers nothing.
  const isOfThing = /^(?:not|is|are|'s|was|were|be|looks?|seems?)$/.test(before);
  if (/^(?:happy|glad|ready|willing|able)$/.test(word) && next === 'to' && !isOfThing)
    return found('offer', at + 2);
  const asks = at === 0 || tokens.at(-1)?.word === '?';
  if (asks && /^(?:ok|okay|fine|alright|safe|good|right|useful)$/.test(word) && next === 'to')
    return found('offer', at + 2);
  if (/^(?:go-ahead|permission|approval|blessing|ok|okay|consent)$/.test(word) && next === 'to')
    return found('offer', at + 2);
  if (word === 'how' && next === 'about' && third === 'i') return found('offer', at + 3);
  if (/^(?:with|mind|to)$/.test(word) && next === 'me' && /ing$/.test(third))
    return found('offer', at + 2, ING);
  if (
    asks &&
    /^(?:object|objections?|help|useful|helpful|better|matter|hurt|bother)$/.test(word) &&
    next === 'if' &&
    third === 'i'
  )
    return found('offer', at + 3, ['base', 'past']);
  if (word === 'will' && COORDINATORS.has(before)) return found('promise', overAdverbs(tokens, at + 1));
  if (/^(?:mind|ok|okay|fine|alright|prefer|rather|cool)$/.test(word) && /^(?:if|that|i)$/.test(next)) {
    const i = next === 'i' ? at + 1 : at + 2;
    if (tokens[i]?.word === 'i' && !['will', 'am', 'have', 'can'].includes(tokens[i + 1]?.word ?? ''))
      return found('offer', i + 1, ['base', 'past']);
  }
  return null;
}

/** "I said I'd push it": what was promised once. */
function isRecalled(tokens: readonly Token[], at: number): boolean {
  const said = tokens[at - 1]?.word === 'that' ? at - 2 : at - 1;
  return (
    /^(?:said|promised|mentioned|announced|wrote|thought)$/.test(tokens[said]?.word ?? '') &&
    tokens.slice(Math.max(0, said - 3), said).some(({ word }) => word === 'i' || word === 'we')
  );
}

/** "Awaiting your word before I push". */
function isHeldFor(tokens: readonly Token[], at: number, { next }: Licence): boolean {
  if (!readingOf(tokens[next]?.word ?? '')?.forms.has('base')) return false;
  const waits = tokens.slice(0, at).findIndex(({ word }) => /^(?:a?waiting|holding)$/.test(word));
  return waits >= 0 && waitsForUser(tokens, waits, at);
}

type Make = (kind: LicenceKind, next: number, forms?: readonly Form[]) => Licence;

function subject(tokens: readonly Token[], at: number, found: Make): Licence {
  let i = overAdverbs(tokens, at + 1);
  const we = tokens[at]?.word === 'we';
  const first = tokens[i]?.word ?? '';
  const skipTo = (n: number) => overAdverbs(tokens, n);
  if (
    tokens
      .slice(at + 1, i)
      .some(
        ({ word }) =>
          /^(?:usually|normally|typically|always)$/.test(word) || PARTLY.test(word) || HEDGES.test(word),
      )
  )
    return found('nothing', i);
  const isNot = (n: number) => /^(?:not|never)$/.test(tokens[n]?.word ?? '');
  if (first === 'will' || first === 'shall') {
    i = skipTo(i + 1);
    if (tokens.slice(at + 1, i).some(({ word }) => HEDGES.test(word))) return found('nothing', i);
    if (isNot(i)) return found('refused', skipTo(i + 1));
    if (tokens[i]?.word === 'be') return going(tokens, skipTo(i + 1), found, i);
    if (/^(?:need|have)$/.test(tokens[i]?.word ?? '') && tokens[i + 1]?.word === 'to')
      return found('needed', i + 2);
    return found('promise', tokens[i]?.word === 'to' ? i + 1 : i);
  }
  if (first === 'am' || (we && first === 'are')) {
    i = skipTo(i + 1);
    if (tokens[i]?.word === 'no' && tokens[i + 1]?.word === 'longer') i += 1;
    if (isNot(i) || tokens[i]?.word === 'longer') {
      const behind = skipTo(i + 1);
      if (tokens[behind]?.word === 'going' && tokens[behind + 1]?.word === 'to')
        return found('refused', behind + 2);
      return found('refused', behind, ING);
    }
    return going(tokens, i, found, i);
  }
  if (/^(?:can|could|would|'d)$/.test(first)) {
    i = skipTo(i + 1);
    const word = tokens[i]?.word ?? '';
    if (isNot(i) || word === 'have' || word === 'rather') return found('nothing', i + 1);
    if (/^(?:like|love|prefer)$/.test(word) && tokens[i + 1]?.word === 'to') return found('offer', i + 2);
    if (word === 'be')
      return /^(?:happy|glad)$/.test(tokens[i + 1]?.word ?? '')
        ? found('offer', i + 3)
        : found('nothing', i + 1);
    return found('offer', i);
  }
  if (/^(?:should|must)$/.test(first))
    return we || isNot(skipTo(i + 1)) ? found('nothing', i + 1) : found('needed', skipTo(i + 1));
  if (first === 'gotta') return found('needed', skipTo(i + 1));
  if (/^(?:need|have|ought|got)$/.test(first) && tokens[i + 1]?.word === 'to')
    return found('needed', skipTo(i + 2));
  if (
    (first === 'ended' && tokens[i + 1]?.word === 'up') ||
    (first === 'succeeded' && tokens[i + 1]?.word === 'in')
  )
    return found('done', i + 2, ING);
  if (first === 'took' && tokens[i + 2]?.word === 'liberty' && tokens[i + 3]?.word === 'of')
    return found('done', i + 4, ING);
  if (first === 'managed' && tokens[i + 1]?.word === 'to') return found('done', i + 2);
  if (/^(?:was|were)$/.test(first) && tokens[i + 1]?.word === 'able') return found('done', i + 3);
  if (first === 'have') {
    i = skipTo(tokens[i + 1]?.word === 'since' ? i + 2 : i + 1);
    if (tokens.slice(at, i).some(({ word }) => PARTLY.test(word))) return found('nothing', i);
    if (isNot(i)) return found('nothing', i + 1);
    if (tokens[i]?.word === 'got' && tokens[i + 1]?.word === 'to') return found('needed', i + 2);
    if (tokens[i]?.word === 'been') return found('nothing', i + 1);
    if (tokens[i]?.word === 'decided' && isNot(i + 1) && tokens[i + 2]?.word === 'to')
      return found('refused', i + 3);
    return found('done', i, DONE);
  }
  if (
    isNot(i) ||
    /^(?:may|might|was|were|did|do|had|used|wanted|meant|planned|tried|forgot|failed|refuse)$/.test(first)
  ) {
    if (first === 'did' && !isNot(i + 1) && readingOf(tokens[skipTo(i + 1)]?.word ?? ''))
      return found('done', skipTo(i + 1));
    if (first === 'did' && tokens[i + 1]?.word === 'was') return found('done', i + 2);
    if (first === 'did' && DETERMINERS.has(tokens[i + 1]?.word ?? '')) return found('done', i, PAST);
    return found('nothing', i + 1);
  }
  if (readingOf(first)?.forms.has('base') && (isNextStep(tokens, at) || endsInNow(tokens, i)))
    return found('promise', i);
  return found(isPast(first) ? 'done' : 'nothing', i, PAST);
}

/** Behind "I am" and "I will be". */
function going(tokens: readonly Token[], at: number, found: Make, from: number): Licence {
  const word = tokens[at]?.word ?? '';
  const next = tokens[at + 1]?.word ?? '';
  if (word === 'going' && next === 'now' && tokens[at + 2]?.word === 'to')
    return found('promise', overAdverbs(tokens, at + 3));
  if (word === 'going' && next === 'to') {
    const i = overAdverbs(tokens, at + 2);
    return tokens[i]?.word === 'be' ? found('promise', overAdverbs(tokens, i + 1), ING) : found('promise', i);
  }
  if (word === 'gonna') return found('promise', overAdverbs(tokens, at + 1));
  if ((word === 'about' || word === 'off') && next === 'to') return found('promise', at + 2);
  if (/^(?:happy|glad|ready|willing|able|free|prepared)$/.test(word) && next === 'to')
    return found('offer', at + 2);
  if (tokens.slice(from - 1, at).some((token) => /^(?:still|always)$/.test(token.word)))
    return found('nothing', at);
  return found('promise', at, ING);
}

/** Where the subject of the verb at this place stands. */
function overBackAdverbs(tokens: readonly Token[], at: number): number {
  let i = at - 1;
  while (i > 0 && !/^(?:i|we)$/.test(tokens[i]?.word ?? '')) i -= 1;
  return i;
}

/** "I restart the proxy now.": only where the clause is over with it. */
function endsInNow(tokens: readonly Token[], at: number): boolean {
  const before = tokens[overBackAdverbs(tokens, at) - 1]?.word ?? ',';
  if (!/^(?:[,;:—–.]|and|so|then|but|ok|okay)$/.test(before)) return false;
  if (readingOf(tokens[at]?.word ?? '')?.forms.has('past')) return false;
  const span = tokens.slice(at + 1, at + 9);
  const now = span.findIndex(({ word }) => word === 'now');
  if (
    now < 0 ||
    span
      .slice(0, now)
      .some(({ kind, word }) => kind === 'punctuation' || HABITS.test(word) || PREPOSITIONS.has(word))
  )
    return false;
  const behind = span[now + 1];
  return !behind || /^[.!,;…]$|^(?:and|then)$/.test(behind.word);
}

/** "Next I close it", "then I push": the plain present tells a plan only as a step of one. */
function isNextStep(tokens: readonly Token[], at: number): boolean {
  const before = tokens.slice(Math.max(0, at - 24), at).map(({ word }) => word);
  if (
    /(?:^| )(?:next|then|now|first|afterwards|after that|as (?:the |a )?next step|in (?:\d+|a few|two|five|ten) (?:minutes?|mins?|hours?|seconds?))(?: ,)?$/.test(
      before.join(' '),
    )
  )
    return true;
  const colon = before.lastIndexOf(':');
  if (colon >= 0 && before.slice(0, colon).some((word) => /^(?:next|now)$/.test(word)))
    return !before.includes('you');
  if (before.at(-1) === 'if' || before.includes('or')) return false;
  const clause = before.slice(before.lastIndexOf(';') + 1);
  if (clause[0] === 'once' || (clause[0] === 'as' && clause[1] === 'soon')) return !clause.includes('you');
  return before[0] === 'if' || before.some((word, n) => word === 'if' && /^[;,]$/.test(before[n - 1] ?? ''));
}

const PASTS =
  /ed$|^(?:went|ran|reran|wrote|found|took|made|read|saw|got|left|put|kept|built|rebuilt|sent|cut|gave|brought|set|shut|spun|undid|did|chose|split|drew|held|began|let|fell|hit|dug|ended|caught|tore|spent|added)$/;

export function isPast(word: string): boolean {
  return PASTS.test(word) || readingOf(word)?.forms.has('past') === true;
}

/** Adverbs and phrases that stand between a subject and its verb, or in front of one. */
export function overAdverbs(tokens: readonly Token[], at: number): number {
  let i = at;
  for (;;) {
    const word = tokens[i]?.word ?? '';
    const next = tokens[i + 1]?.word ?? '';
    if (word === 'go' && next === 'ahead' && tokens[i + 2]?.word === 'and') i += 3;
    else if (word === 'go' && next === 'on' && tokens[i + 2]?.word === 'to') i += 3;
    else if (/^proceed(?:ing)?$/.test(word) && next === 'to' && readingOf(tokens[i + 2]?.word ?? '')) i += 2;
    else if (word === 'go' && (next === 'and' || next === 'back')) i += 2;
    else if (word === 'go' && readingOf(next)?.forms.has('base')) i += 1;
    else if (word === 'be' && next === 'sure') i += tokens[i + 2]?.word === 'to' ? 3 : 2;
    else if (word === 'make' && next === 'sure' && tokens[i + 2]?.word === 'to') i += 3;
    else if (word === 'of' && next === 'course') i += 2;
    else if (word === 'force' && /^push/.test(next)) i += 1;
    else if (word === 'at' && next === 'once') i += 2;
    else if (word === 'in' && next === 'turn') i += 2;
    else if (isAdverb(word)) i += 1;
    else return i;
  }
}
