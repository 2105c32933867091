import type { Token } from '../tokens.ts';
import { COORDINATORS, INTERJECTIONS, PREPOSITIONS } from '../words/small.ts';
import { REQUESTS } from '../words/user.ts';
import { type Contingency, contingencyOf, openerAt, timeAt } from './contingency.ts';
import { type Licence, licenceAt } from './licences.ts';

/** A licence with what surrounds it: what it waits for, and how far it reaches. */
export type Clause = { licence: Licence; end: number; front: Contingency | null; asked: boolean };

export function clausesOf(tokens: readonly Token[]): Clause[] {
  const licences = licencesOf(tokens);
  const clauses: Clause[] = [];
  for (const licence of licences) {
    const before = clauses.at(-1);
    const from = before?.licence.next ?? 0;
    const front = frontOf(tokens, from, licence, before !== undefined);
    if (before) before.end = front ? front.from : licence.at;
    clauses.push({
      licence,
      end: tokens.length,
      front,
      asked: isRequest(tokens, from, licence.at, before?.licence),
    });
  }
  return clauses;
}

function licencesOf(tokens: readonly Token[]): Licence[] {
  const licences: Licence[] = [];
  let boundary = 0;
  for (let i = 0; i < tokens.length; i++) {
    const licence = licenceAt(tokens, i);
    if (!licence) {
      if (isBoundary(tokens[i])) boundary = i + 1;
      continue;
    }
    if (!opensClause(tokens, boundary, i, licence)) {
      licences.push({ ...licence, kind: 'nothing' });
    } else licences.push(licence);
    const behindOpener =
      licence.kind === 'nothing' && PREPOSITIONS.has(tokens[boundary]?.word ?? '') && boundary < i;
    i = Math.max(i, licence.next - 1);
    if (!behindOpener) boundary = i + 1;
  }
  return licences;
}

const ANSWERS = /^(?:say|reply|type|answer|tell|choose|pick|confirm|just|please|give)$/;

export function isBoundary(token: Token | undefined): boolean {
  if (!token) return false;
  return (
    (token.kind === 'punctuation' && token.word !== '-' && token.word !== "'") ||
    COORDINATORS.has(token.word) ||
    token.word === 'so' ||
    token.word === 'or' ||
    token.word === 'because'
  );
}

/** "The nit I'll leave", "you said I could": a subject behind other words of its clause is not the speaker's own word. */
function opensClause(tokens: readonly Token[], boundary: number, at: number, licence: Licence): boolean {
  if (tokens[at]?.word !== 'i' && tokens[at]?.word !== 'we' && tokens[at]?.word !== 'let') return true;
  const before = tokens[at - 1]?.word ?? '';
  if (before === 'whether' && licence.kind === 'offer')
    return /^(?:know|tell|say|decide)$/.test(tokens[at - 2]?.word ?? '');
  if (/^(?:whether|than|how|why)$/.test(before)) return false;
  const isDeed = licence.kind === 'done' && tokens[licence.next - 1]?.word === 'was';
  if ((licence.kind === 'promise' || isDeed) && isAvowed(tokens, at)) return true;
  if (before === 'that' && !PREPOSITIONS.has(tokens[at - 2]?.word ?? '')) return false;
  let i = boundary;
  while (i < at && (tokens[i]?.kind === 'quote' || INTERJECTIONS.has(tokens[i]?.word ?? ''))) i += 1;
  if (i >= at || openerAt(tokens, i) > 0 || timeAt(tokens, i) > 0) return true;
  for (let k = i; k < at; k++) if (openerAt(tokens, k) > 0 && licence.kind !== 'done') return true;
  const first = tokens[i];
  if (!first || first.kind === 'number' || (first.kind === 'code' && at - i === 1))
    return licence.kind === 'done' || first?.kind === 'number';
  if (first.word === 'as' && i === 0 && licence.kind === 'promise') return true;
  if (/^(?:that|which|what|who|because|as|than|where|how|why|whether|like)$/.test(first.word)) {
    return (
      /^(?:what|which|where)$/.test(first.word) &&
      licence.kind !== 'done' &&
      at - i === 1 &&
      first.word === 'what'
    );
  }
  if (licence.kind === 'offer') return !/^(?:you|he|she|they|i|we)$/.test(first.word);
  return (
    PREPOSITIONS.has(first.word) ||
    /^(?:my|here's|here|this|last|earlier|everything)$/.test(first.word) ||
    /^(?:going|given|meaning|apart|regarding)$/.test(first.word)
  );
}

/** "I think I'll", "the next thing I'll do is": words about the promise, and not about something else. */
function isAvowed(tokens: readonly Token[], at: number): boolean {
  const before = tokens
    .slice(Math.max(0, at - 4), at)
    .map(({ word }) => word)
    .join(' ');
  return /\b(?:i (?:just )?(?:think|guess|believe|suppose|reckon|promise)|which means|the (?:next|first|last|only) (?:thing|step)|all)$/.test(
    before,
  );
}

export function frontOf(
  tokens: readonly Token[],
  from: number,
  licence: Licence,
  hasBefore: boolean,
): Contingency | null {
  const last = tokens[licence.at - 1]?.word ?? '';
  const waits = from + (/^(?:i|we)$/.test(tokens[from]?.word ?? '') ? 1 : 0);
  const isWait =
    /^wait(?:ing)?$/.test(tokens[waits]?.word ?? '') &&
    /^(?:for|until|till)$/.test(tokens[waits + 1]?.word ?? '');
  if (isWait && last === 'then') {
    let to = licence.at - 1;
    while (/^(?:and|,)$/.test(tokens[to - 1]?.word ?? '')) to -= 1;
    return contingencyOf(tokens, waits, to);
  }
  if (isAllInFront(tokens, from, licence.at)) return contingencyOf(tokens, from, licence.at);
  if (last === 'so' || last === ';' || last === ':') return null;
  for (let i = from; i < licence.at; i++) {
    const isOpener = openerAt(tokens, i) > 0;
    const isTime = !isOpener && timeAt(tokens, i) > 0;
    if (!isOpener && !isTime) continue;
    const before = tokens[i - 1];
    const atFront = i === 0 || isBoundary(before) || INTERJECTIONS.has(before?.word ?? '');
    if (isTime && (!atFront || licence.at - timeAt(tokens, i) > 1)) continue;
    const comma = tokens.slice(i, licence.at).some(({ word }) => word === ',');
    const isFront = hasBefore ? atFront && !(before?.word === ',' && comma) : true;
    if (!isFront) continue;
    if (tokens.slice(i, licence.at).some(({ word }) => /^[;:—]$/.test(word))) continue;
    // "Friday is when I'll deploy."
    return contingencyOf(tokens, isOpener && before?.word === 'is' ? from : i, licence.at);
  }
  return null;
}

/** "Once it is green: I'll merge". */
function isAllInFront(tokens: readonly Token[], from: number, at: number): boolean {
  return (
    at - from > 2 &&
    openerAt(tokens, from) > 0 &&
    /^[:—–]$/.test(tokens[at - 1]?.word ?? '') &&
    !tokens.slice(from, at - 1).some(({ word }) => /^[,;:—–.]$/.test(word))
  );
}

/** "Say the word and I'll ship it". */
function isRequest(tokens: readonly Token[], from: number, at: number, before: Licence | undefined): boolean {
  let last = at - 1;
  while (/^(?:then|,|gladly|happily)$/.test(tokens[last]?.word ?? '')) last -= 1;
  if (tokens[last]?.word === ':') return ANSWERS.test(tokens[from]?.word ?? '');
  if (last < 0 || !/^(?:and|or|[—–-])$/.test(tokens[last]?.word ?? '')) return false;
  if (
    /^(?:know|hear|have)$/.test(tokens[before?.next ?? -1]?.word ?? '') &&
    tokens[last]?.word === 'and' &&
    before?.forms[0] === 'base'
  )
    return true;
  let first = before && before.kind !== 'nothing' ? -1 : from;
  for (let i = from; i < last; i++)
    if (
      /^[.;:—–!]$/.test(tokens[i]?.word ?? '') ||
      (tokens[i]?.word === ',' && REQUESTS.has(tokens[i + 1]?.word ?? ''))
    )
      first = i + 1;
  if (first < 0) return false;
  while (first < last && (INTERJECTIONS.has(tokens[first]?.word ?? '') || tokens[first]?.word === ','))
    first += 1;
  if (first >= last || !REQUESTS.has(tokens[first]?.word ?? ''))
    return (
      tokens.slice(first, last).some(({ word }) => /^(?:you|your|thumbs-up|go-ahead|nod|ok)$/.test(word)) &&
      tokens[last]?.word === 'and'
    );
  return !/^(?:is|are|was|were|has|have|will)$/.test(tokens[first + 1]?.word ?? '');
}
