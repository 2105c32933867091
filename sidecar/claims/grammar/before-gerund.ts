import type { Token } from '../tokens.ts';
import { INTERJECTIONS, words } from '../words/small.ts';
import { type Contingency, contingencyOf, openerAt } from './contingency.ts';
import { isPast, overAdverbs } from './licences.ts';
import { statementsIn } from './statements.ts';

/**
 * What a gerund without a subject follows, behind a comma or a dash:
 *
 * ready   an answer, or what makes it possible: "On it, …", "All green, …", "Now that it is in, …"
 * waits   what it waits for: "Once it is in, …"
 * told    something done: "Typo fixed, …"; a gerund with an object then tells how, not what comes next
 * other   anything else, or nothing
 */
export type BeforeGerund = { kind: 'ready' | 'told' | 'other' } | { kind: 'waits'; waits: Contingency };

const ANSWERS = words(
  `on it got will do all green set good to go makes make sense sounds no problem worries sure thing understood noted
  agreed confirmed great nice cool catch point okay ok right clean clear perfect thanks you my bad mistake fair enough
  yes yep yup roger copy that 's k everything is are looks looking checks passes
  lgtm works approved that's`,
);

/** "Cache warm", "typo gone": a short line that ends in how things are. */
const STATE =
  /.ed$|^(?:gone|green|clean|ready|warm|in|out|up|off|fine|good|set|through|back|quiet|clear|over)$/;

/** "So pushing", "just pushing". */
export function gerundAt(tokens: readonly Token[], from: number): number {
  return overAdverbs(tokens, /^(?:so|and|then|but)$/.test(tokens[from]?.word ?? '') ? from + 1 : from);
}

export function beforeGerund(tokens: readonly Token[], from: number): BeforeGerund {
  const mark = tokens[from - 1]?.word ?? '';
  if (!/^[,—–→]$/.test(mark) || !/ing$/.test(tokens[gerundAt(tokens, from)]?.word ?? ''))
    return { kind: 'other' };
  let start = from - 1;
  while (start > 0 && !/^[.;:—–→!?]$/.test(tokens[start - 1]?.word ?? '')) start -= 1;
  while (start < from - 1 && (tokens[start]?.kind === 'punctuation' || isInterjection(tokens, start)))
    start += 1;
  const span = tokens.slice(start, from - 1);
  const first = span[0]?.word ?? '';
  const second = span[1]?.word ?? '';
  if (span.length === 0) return { kind: 'ready' };
  if (span.some(({ word }) => word === ',')) return { kind: 'other' };
  if (openerAt(tokens, start) > 0) return { kind: 'waits', waits: contingencyOf(tokens, start, from - 1) };
  if (/^(?:now|given|with|in) (?:that|the)$/.test(`${first} ${second}`) && first !== 'in')
    return { kind: 'ready' };
  if (first === 'in' && span.at(-1)?.word === 'meantime') return { kind: 'ready' };
  if (span.every(({ word }) => ANSWERS.has(word))) return { kind: 'ready' };
  if (isPast(first) || first === 'found' || statementsIn(span).length > 0) return { kind: 'told' };
  if (span.length <= 4 && STATE.test(span.at(-1)?.word ?? '')) return { kind: 'told' };
  return { kind: 'other' };
}

function isInterjection(tokens: readonly Token[], at: number): boolean {
  return INTERJECTIONS.has(tokens[at]?.word ?? '') && tokens[at + 1]?.word === ',';
}
