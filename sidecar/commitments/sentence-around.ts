import { wholeCharacter } from '../claims/index.ts';

const LONGEST = 400;

/** The sentence that a claim stands in, as a person would quote it: one line, and not too long. */
export function sentenceAround(message: string, { start, end }: { start: number; end: number }): string {
  const from = Math.max(beginning(message, start), start - LONGEST / 2);
  const to = Math.min(ending(message, end), from + LONGEST);
  return message
    .slice(wholeCharacter(message, from), wholeCharacter(message, to))
    .replace(/\s+/g, ' ')
    .trim();
}

function beginning(message: string, start: number): number {
  const before = message.slice(Math.max(0, start - LONGEST), start);
  const stops = [...before.matchAll(/[.!?…。！？]["'”’)\]*_]*\s+|\n\s*(?:[-*+•]|\d+[.)])?\s*/g)];
  const last = stops.at(-1);
  return last ? start - before.length + last.index + last[0].length : start - before.length;
}

function ending(message: string, end: number): number {
  const after = message.slice(end, end + LONGEST);
  const stop = /[.!?…。！？]+["'”’)\]*_]*(?=\s|$)|\n/.exec(after);
  return stop ? end + stop.index + stop[0].length : end + after.length;
}
