import type { Token } from '../tokens.ts';
import type { Form } from '../words/forms.ts';
import { readingOf } from '../words/lexicon.ts';
import { AUXILIARIES, COORDINATORS, DETERMINERS, isAdverb, OTHER_SUBJECTS } from '../words/small.ts';
import { type Contingency, contingencyOf, openerAt, timeAt } from './contingency.ts';
import { overAdverbs } from './licences.ts';
import { lightVerbAt } from './light-verb.ts';
import { isNoun } from './object.ts';
import { type Found, verbAt } from './verb-at.ts';

/** One action of a verb phrase; `waits` is what stands behind it ("once CI is green", "in ten minutes"). */
export type Said = Found & {
  waits: Contingency | null;
  /** What it waits for stands in front of it: the other actions do not wait with it. */
  isOwn?: boolean;
};

const ASKS = new Set(['whether', 'how', 'what', 'why', 'if']);
const RELATIVE = new Set(['which', 'who', 'whose', 'that', 'so', 'because', 'since', 'where']);

/** The actions that one licence covers: "I'll rebase, push and open the PR" has three. */
export function verbPhrases(
  tokens: readonly Token[],
  from: number,
  to: number,
  forms: readonly Form[],
): Said[] {
  const said: Said[] = [];
  let shape = forms;
  const aside = asideAt(tokens, overAdverbs(tokens, from), to);
  let i = overAdverbs(tokens, aside?.next ?? from);
  const word = tokens[i]?.word ?? '';
  const begins = /^(?:start|begin|finish|starting|beginning|finishing|finished)$/.test(word);
  const by = /^(?:up|off|on)$/.test(tokens[i + 1]?.word ?? '') ? i + 2 : i + 1;
  const goesOn = begins || /^(?:continue|follow|end|wrap)$/.test(word);
  if (goesOn && tokens[by]?.word === 'by') i = overAdverbs(tokens, by + 1);
  if (begins && /ing$/.test(tokens[i + 1]?.word ?? '') && readingOf(tokens[i + 1]?.word ?? '')) i += 1;
  if (goesOn && /ing$/.test(tokens[i]?.word ?? '')) shape = ['ing'];
  let needsComma = false;
  /** Behind an action that is none of the set: what is waited for belongs to that one. */
  let isDetached = false;
  const first = i < to ? (verbAt(tokens, i, shape) ?? lightVerbAt(tokens, i, shape)) : null;
  if (first) {
    said.push({ ...first, waits: aside?.waits ?? null });
    i = first.next;
    const again = repeated(tokens, i, to, first);
    if (again) {
      said.push({ ...again, waits: null });
      i = again.next;
    }
  } else if (begins && shape !== forms) return said;
  else i += tokens[i]?.word === ':' ? 0 : 1;
  while (i < to) {
    const token = tokens[i];
    if (!token) break;
    const behindOpener = openerAt(tokens, i);
    const behindTime = behindOpener < 0 ? timeAt(tokens, i) : -1;
    if (behindOpener > 0 || behindTime > 0) {
      const end = behindTime > 0 ? behindTime : endOfContingency(tokens, i, to);
      const waits = contingencyOf(tokens, i, end);
      const behind =
        said.length > 0 && behindOpener > 0 ? behindContingency(tokens, i, end, to, shape) : null;
      const last = said.at(-1);
      if (behind) said.push({ ...behind, waits, isOwn: true });
      else if (last && last.waits === null && !isDetached) last.waits = waits;
      i = behind?.next ?? end;
      continue;
    }
    if (ASKS.has(token.word) || /^[;—–]$/.test(token.word)) {
      if (ASKS.has(token.word)) break;
    }
    const verb = coordinated(tokens, i, to, shape, said);
    if (verb !== null) {
      const hasComma = token.word === ',' || token.word === ';' || token.word === ':';
      if (verb.found && !(needsComma && !hasComma)) {
        said.push({ ...verb.found, waits: null });
        needsComma = false;
        isDetached = false;
        i = verb.found.next;
        continue;
      }
      if (OTHER_SUBJECTS.has(tokens[verb.at]?.word ?? '') && token.word !== ',') break;
      isDetached ||= isOtherAction(tokens, verb.at);
      i = Math.max(verb.at, i + 1);
      continue;
    }
    const next = tokens[i + 1];
    const isThing =
      token.word === 'that' && (!next || next.kind === 'punctuation' || COORDINATORS.has(next.word));
    if (
      RELATIVE.has(token.word) &&
      !isThing &&
      !(token.word === 'that' && DETERMINERS.has(tokens[i - 1]?.word ?? ''))
    )
      needsComma = true;
    if (AUXILIARIES.has(token.word)) needsComma = true;
    i += 1;
  }
  return said;
}

/** "I'll, once it is green, push", "I'll (finally) push": what stands between the subject and its verb. */
function asideAt(
  tokens: readonly Token[],
  at: number,
  to: number,
): { next: number; waits: Contingency | null } | null {
  const open = tokens[at]?.word ?? '';
  if (!/^[,—–(]$/.test(open)) return null;
  const close = open === '(' ? ')' : open;
  for (let i = at + 2; i < Math.min(to, at + 14); i++) {
    if (tokens[i]?.word !== close) continue;
    if (openerAt(tokens, at + 1) > 0) return { next: i + 1, waits: contingencyOf(tokens, at + 1, i) };
    return i === overAdverbs(tokens, at + 1) ? { next: i + 1, waits: null } : null;
  }
  return null;
}

/** "And once CI is green, merge it": the action stands behind what it waits for. */
function behindContingency(
  tokens: readonly Token[],
  from: number,
  end: number,
  to: number,
  forms: readonly Form[],
): Found | null {
  const isAside = /^[,—–(]$/.test(tokens[from - 1]?.word ?? '');
  const joint = tokens[isAside ? from - 2 : from - 1]?.word ?? '';
  if (!COORDINATORS.has(joint) || !/^[,—–)]$/.test(tokens[end]?.word ?? '') || end + 1 >= to) return null;
  return verbAt(tokens, overAdverbs(tokens, end + 1), forms);
}

function isOtherAction(tokens: readonly Token[], at: number): boolean {
  const next = tokens[at + 1]?.word ?? '';
  return isNoun(tokens[at]) && (DETERMINERS.has(next) || /^(?:it|them|everything)$/.test(next));
}

/** "Run `a` and then `b`": the same action on two things. */
function repeated(tokens: readonly Token[], at: number, to: number, first: Found): Found | null {
  let i = at;
  while (i < to && COORDINATORS.has(tokens[i]?.word ?? '')) i += 1;
  if (i === at || tokens[i - 1]?.word !== 'then' || tokens[i]?.kind !== 'code') return null;
  const token = tokens[i];
  if (!token || readingOf(token.word)) return null;
  return { ...first, object: token.word, head: token.word, at: first.at, next: i + 1 };
}

function coordinated(
  tokens: readonly Token[],
  at: number,
  to: number,
  forms: readonly Form[],
  said: readonly Said[],
) {
  let i = at;
  while (i < to && isJoint(tokens[i], said.length === 0)) i += 1;
  if (i === at) return null;
  const joint = i;
  if (tokens[i]?.word === 'i.e') i += tokens[i + 1]?.word === '.' ? 2 : 1;
  i = overAdverbs(tokens, i);
  if (tokens[i]?.word === 'after' && /^(?:that|which|this)$/.test(tokens[i + 1]?.word ?? '')) i += 2;
  if (tokens[i]?.word === 'to' && forms.includes('base')) i += 1;
  if (i >= to) return { at: joint, found: null };
  const found = isNominal(tokens, at, i, said)
    ? null
    : (verbAt(tokens, i, forms) ?? lightVerbAt(tokens, i, forms));
  return { at: found ? i : i, found };
}

function isJoint(token: Token | undefined, isFirst: boolean): boolean {
  if (!token) return false;
  return (
    token.word === ',' ||
    token.word === ';' ||
    COORDINATORS.has(token.word) ||
    (isFirst && /^(?::|is)$/.test(token.word))
  );
}

/** "Update the build and test scripts": the noun in front is itself a word of an action. */
function isNominal(tokens: readonly Token[], joint: number, at: number, said: readonly Said[]): boolean {
  const before = tokens[joint - 1];
  if (!before || said.some((verb) => verb.at === joint - 1)) return false;
  if (before.kind === 'code' || !readingOf(before.word)?.forms.has('base')) return false;
  if (tokens[joint - 2]?.word === 'to') return true; // "A step to build and push the image".
  const next = tokens[at + 1];
  return (
    next?.kind === 'word' &&
    !DETERMINERS.has(next.word) &&
    !isAdverb(next.word) &&
    !/^(?:it|them|to|with)$/.test(next.word)
  );
}

function endOfContingency(tokens: readonly Token[], from: number, to: number): number {
  for (let i = from + 1; i < to; i++) {
    if (/^[,;:()—–]$/.test(tokens[i]?.word ?? '')) return i;
  }
  return to;
}
