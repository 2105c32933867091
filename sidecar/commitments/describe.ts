import type { CompletedClaim } from '../evidence/index.ts';
import type { Commitment } from './commitment.ts';

/** The client keeps hints short too: more than this would crowd the prompt. */
const LONGEST = 1_400;
const LONGEST_QUOTE = 140;
/** Marks that turn the direction of what follows them. */
const TURNS_TEXT = /[\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** One promise or claim, in one line. */
export type Line = { id: string; line: string };

/**
 * Facts and no orders: an agent may take commanding text for an attack, and rightly. What there is no room for
 * is left out, and `shown` tells what is not: only that was told.
 */
export function fitting({ said, open }: { said: Line[]; open: Line[] }): {
  text: string;
  shown: Set<string>;
} {
  const end = 'A tool call that does it closes a promise; saying that it will not be done withdraws it.';
  const parts: string[] = [];
  const shown = new Set<string>();
  let left = LONGEST - end.length;
  for (const [heading, lines] of [
    ['Said to be done, and contradicted by the tool calls of this session:', said],
    ['Open promises in the Holdfast ledger, oldest first:', open],
  ] as const) {
    for (const [index, { id, line }] of lines.entries()) {
      const part = index === 0 ? `${heading}\n${line}` : line;
      left -= part.length + 1;
      if (left < 0) break;
      parts.push(part);
      shown.add(id);
    }
  }
  return { text: [...parts, end].join('\n'), shown };
}

export function describePromise(
  { verb, object, quote, openedAt, trigger, attempts }: Commitment,
  { at, elsewhere }: { at: string; elsewhere: boolean },
): string {
  const what = `${verb}${object === '' ? '' : ` ${cut(object, 60)}`}`;
  const who = elsewhere ? ', by a session that is over or unknown' : '';
  const sentence = quote ? `: "${cut(quote, LONGEST_QUOTE)}"` : '';
  const wait = trigger ? ` Waits for: ${cut(trigger, 60)}.` : '';
  const tried = attempts[0] ? ` Tried and failed: ${cut(attempts[0].summary, 80)}.` : '';
  return `- ${what} (said ${age(openedAt, at)} ago${who})${sentence}${wait}${tried}`;
}

export function describeContradiction({ quote, why }: CompletedClaim): string {
  return `- "${cut(quote, LONGEST_QUOTE)}": ${cut(why, 160)}`;
}

/** Of one line, and so that nothing in it ends the quotation or the client's own frame around the text. */
function cut(text: string, longest: number): string {
  const line = text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(TURNS_TEXT, '')
    .replaceAll('"', "'")
    .replaceAll('<', '‹')
    .replaceAll('>', '›');
  return line.length <= longest ? line : `${line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function age(from: string, to: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`;
}
