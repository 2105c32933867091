import type { CompletedClaim } from '../evidence/index.ts';
import type { Commitment } from './commitment.ts';

/** The client keeps hints short too: more than this would crowd the prompt. */
const LONGEST = 1_400;
const LONGEST_QUOTE = 140;

/** Facts and no orders: an agent may take commanding text for an attack, and rightly. */
export function fitting({ open, said }: { open: string[]; said: string[] }): string {
  const parts = [
    ...(said.length > 0
      ? ['Said to be done, and contradicted by the tool calls of this session:', ...said]
      : []),
    ...(open.length > 0 ? ['Open promises in the Holdfast ledger, oldest first:', ...open] : []),
    'A tool call that does it closes a promise; saying that it will not be done withdraws it.',
  ];
  let text = parts.join('\n');
  for (let left = parts.length - 2; text.length > LONGEST && left > 1; left--) {
    parts.splice(left, 1);
    text = parts.join('\n');
  }
  return text.slice(0, LONGEST);
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

function cut(text: string, longest: number): string {
  const line = text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').replaceAll('"', "'");
  return line.length <= longest ? line : `${line.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

function age(from: string, to: string): string {
  const minutes = Math.max(0, Math.round((Date.parse(to) - Date.parse(from)) / 60_000));
  if (minutes < 60) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.round(minutes / 60)} h` : `${Math.round(minutes / 1440)} d`;
}
