import type { Claim, Withdrawal } from '../claim.ts';
import type { Token } from '../tokens.ts';
import { IMMEDIATE } from '../words/small.ts';
import { beforeGerund, gerundAt } from './before-gerund.ts';
import { promisedByMe } from './by-me.ts';
import { type Clause, clausesOf, frontOf } from './clauses.ts';
import { type Contingency, openerAt, waitsForUser, wordsOf } from './contingency.ts';
import type { Licence } from './licences.ts';
import { overAdverbs } from './licences.ts';
import { rowStatements } from './row.ts';
import { statementsIn } from './statements.ts';
import { clauseEnd, subjectlessAt } from './subjectless.ts';
import { verbAt } from './verb-at.ts';
import { type Said, verbPhrases } from './verb-phrases.ts';

/** What the surroundings of a sentence say about it. */
export type Surroundings = {
  message: string;
  isQuestion: boolean;
  /** The sentence before asks the reader something: an "if" behind it waits for the answer. */
  afterQuestion: boolean;
  isItem: boolean;
  isCell: boolean;
  /** The last sentence of its paragraph: "Cleaning up." in front of others is their title. */
  isLast: boolean;
  /** What the paragraph above this item lets its first verb be: "I'll now:" */
  lead: 'promise' | 'offer' | null;
};

export type Heard = { claims: Claim[]; withdrawals: Withdrawal[] };

export function claimsIn(tokens: readonly Token[], around: Surroundings): Heard {
  const heard: Heard = { claims: [], withdrawals: [] };
  const clauses = clausesOf(tokens);
  for (const clause of [...subjectless(tokens, around, clauses), ...clauses]) {
    hear(heard, tokens, clause, around, clause === clauses.at(-1) || clauses.length === 0);
  }
  if (!around.isQuestion) {
    for (const { verb, object, at } of promisedByMe(tokens)) {
      const token = tokens[at];
      if (token) heard.claims.push({ kind: 'commit', verb, object, start: token.start, end: token.end });
    }
    const said = around.isCell ? [...statementsIn(tokens), ...rowStatements(tokens)] : statementsIn(tokens);
    for (const { verb, object, at } of said) {
      const token = tokens[at];
      const known = heard.claims.find(({ start }) => start === token?.start);
      if (known && known.verb === verb && known.object === '') known.object = object;
      if (token) heard.claims.push({ kind: 'completed', verb, object, start: token.start, end: token.end });
    }
  }
  heard.claims = inOrder(heard.claims);
  return heard;
}

function subjectless(tokens: readonly Token[], around: Surroundings, clauses: Clause[]): Clause[] {
  const found: Clause[] = [];
  for (let from = 0; from < tokens.length; from++) {
    const opens = from === 0 || /^[:;—–→]$/.test(tokens[from - 1]?.word ?? '');
    const drops = tokens[from - 1]?.word === ',' && /ing$/.test(tokens[gerundAt(tokens, from)]?.word ?? '');
    if (!opens && !drops) continue;
    const next = clauses.find(({ licence }) => licence.at >= from);
    const led = from === 0 ? ledBy(tokens, around) : null;
    const before = beforeGerund(tokens, from);
    const needsSoon = around.isItem || (drops && from > 2);
    const isBareAllowed = !around.isItem && ((from === 0 && around.isLast) || before.kind !== 'other');
    const licence =
      led ??
      (around.isCell ? null : subjectlessAt(tokens, from, { needsSoon, before: before.kind, isBareAllowed }));
    if (!licence || (next && licence.next > next.licence.at)) continue;
    const stop = Math.min(next?.front?.from ?? tokens.length, next?.licence.at ?? tokens.length);
    const end = Math.max(licence.next, Math.min(stop, clauseEnd(tokens, licence.next)));
    const front = led ? frontOf(tokens, 0, led, false) : before.kind === 'waits' ? before.waits : null;
    found.push({ licence, end, front, asked: false });
    from = Math.max(from, licence.next);
  }
  return found;
}

/** An item below "I'll now:", or a bare question: "Commit and push?" */
function ledBy(tokens: readonly Token[], around: Surroundings): Licence | null {
  let i = 0;
  while (tokens[i]?.kind === 'punctuation' || tokens[i]?.word === 'and' || tokens[i]?.word === 'then') i += 1;
  if (around.lead && openerAt(tokens, i) > 0)
    i = tokens.findIndex(({ word }, n) => n > i && word === ',') + 1 || i;
  i = overAdverbs(tokens, i);
  if (around.lead && verbAt(tokens, i, ['base', 'ing']))
    return { kind: around.lead, at: i, next: i, forms: ['base', 'ing'], we: false };
  if (around.isQuestion && i === 0 && tokens.length < 14 && verbAt(tokens, 0, ['base']))
    return { kind: 'offer', at: 0, next: 0, forms: ['base'], we: false };
  return null;
}

function hear(
  heard: Heard,
  tokens: readonly Token[],
  clause: Clause,
  around: Surroundings,
  isLast: boolean,
): void {
  const { licence, end, front } = clause;
  if (licence.kind === 'nothing') return;
  const said = verbPhrases(tokens, licence.next, end, licence.forms);
  if (said.length === 0) said.push(...waiting(tokens, licence, end));
  else waitFirst(tokens, licence, said);
  if (licence.kind === 'refused') {
    heard.withdrawals.push(...withdrawn(tokens, said, clause));
    return;
  }
  const onUser =
    clause.asked ||
    front?.on === 'user' ||
    said.some(({ waits, isOwn }) => waits?.on === 'user' && !isOwn) ||
    (front?.isIf && around.afterQuestion);
  for (const verb of said) {
    const token = tokens[verb.at];
    if (!token) continue;
    const kind = kindOf(
      tokens,
      clause,
      verb,
      Boolean(onUser),
      isLast ? around : { ...around, isQuestion: false },
    );
    if (kind === null) continue;
    const base = { kind, verb: verb.verb, object: verb.object, start: token.start, end: token.end };
    const waits: Contingency | null = front ?? verb.waits;
    heard.claims.push(
      kind === 'deferred' && waits ? { ...base, trigger: wordsOf(around.message, tokens, waits) } : base,
    );
  }
}

function kindOf(
  tokens: readonly Token[],
  { licence, end, front }: Clause,
  verb: Said,
  onUser: boolean,
  around: Surroundings,
): Claim['kind'] | null {
  if (licence.kind === 'offer') return front !== null && isImagined(tokens, front) ? null : 'offer';
  if (licence.kind === 'done')
    return around.isQuestion || (front !== null && !isPastEvent(tokens, front, licence)) ? null : 'completed';
  if (onUser || around.isQuestion || verb.waits?.on === 'user') return 'offer';
  if (licence.kind === 'needed' && !isImmediate(tokens, licence.at, end)) return null;
  return front !== null || verb.waits !== null ? 'deferred' : 'commit';
}

/** "After rebasing, I pushed": what came first, and not what it waits for. */
function isPastEvent(tokens: readonly Token[], { from }: Contingency, { at }: Licence): boolean {
  const opener = tokens[from]?.word ?? '';
  if (opener === 'at') return true;
  return /^(?:after|once|when|following|upon|as)$/.test(opener) && tokens[at - 1]?.word === ',';
}

/** "If I were you I'd ship it" offers nothing. */
function isImagined(tokens: readonly Token[], { from }: Contingency): boolean {
  return tokens[from + 1]?.word === 'i' && /^(?:were|was|had)$/.test(tokens[from + 2]?.word ?? '');
}

function isImmediate(tokens: readonly Token[], from: number, end: number): boolean {
  return tokens
    .slice(from, end)
    .some(
      ({ word }, n, span) =>
        IMMEDIATE.has(word) ||
        (word === 'right' && span[n + 1]?.word === 'away') ||
        (word === 'at' && span[n + 1]?.word === 'once'),
    );
}

/** "I'll wait for your OK before building it". */
function waiting(tokens: readonly Token[], licence: Licence, end: number): Said[] {
  if (!/^(?:wait|hold|waiting|holding)$/.test(tokens[licence.next]?.word ?? '')) return [];
  for (let i = licence.next + 1; i < end; i++) {
    if (tokens[i]?.word !== 'before') continue;
    const verb =
      verbAt(tokens, i + 1, ['ing']) ??
      (tokens[i + 1]?.word === 'i' ? verbAt(tokens, i + 2, ['base']) : null);
    if (!verb) return [];
    const from = licence.next + 1;
    const on = waitsForUser(tokens, from, i) ? 'user' : 'world';
    return [{ ...verb, waits: { on, from, to: i, isIf: false } }];
  }
  return [];
}

/** "I'll wait for the nightly run and then publish". */
function waitFirst(tokens: readonly Token[], { next: from }: Licence, said: Said[]): void {
  if (!/^(?:wait|hold|waiting|holding)$/.test(tokens[from]?.word ?? '')) return;
  if (!/^(?:for|on|until|till)$/.test(tokens[from + 1]?.word ?? '')) return;
  let to = said[0]?.at ?? from;
  while (to > from && /^(?:and|then|,|to)$/.test(tokens[to - 1]?.word ?? '')) to -= 1;
  const on = waitsForUser(tokens, from, to) ? 'user' : 'world';
  for (const [n, verb] of said.entries())
    said[n] = { ...verb, waits: verb.waits ?? { on, from, to, isIf: false } };
}

const TAKEN_BACK =
  /\b(?:after all|anymore|any more|any longer|no longer|decided not|for now|instead|changed my mind)\b/;

function withdrawn(
  tokens: readonly Token[],
  said: readonly Said[],
  { licence, front }: Clause,
): Withdrawal[] {
  const text = tokens.map(({ word }) => word).join(' ');
  if (front !== null || !TAKEN_BACK.test(text)) return [];
  return said.flatMap(({ at, verb, object }) => {
    const token = tokens[at];
    return token && at >= licence.next ? [{ verb, object, start: token.start, end: token.end }] : [];
  });
}

/** In reading order; of two that stand at the same word the first is kept, unless it has two objects. */
function inOrder(claims: readonly Claim[]): Claim[] {
  const sorted = [...claims].sort((a, b) => a.start - b.start);
  return sorted.filter((claim, n) => {
    const before = sorted[n - 1];
    return (
      !before ||
      before.start !== claim.start ||
      (before.kind === claim.kind &&
        before.verb === claim.verb &&
        before.object !== claim.object &&
        claim.kind !== 'completed')
    );
  });
}
