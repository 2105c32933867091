import { stripVTControlCharacters } from 'node:util';
import type { OpenThing, Run } from './run.ts';

const LONGEST_LINE = 300;
const SHOWN_THINGS = 20;
const SHOWN_OUTPUT = 4_000;
const LONGEST_OBJECTIVE = 2_000;

export type TurnFacts = {
  /** The client knows the session already. */
  resume: boolean;
  open: OpenThing[];
  /** How the turn before ended, where it did not end well. */
  interrupted: string | null;
  /** What a run is told that was revived, instead of how its turn ended. */
  revival?: string | null;
};

/**
 * What a turn is asked. The first one gets the objective as it was written. A later one gets what the
 * person said meanwhile, and facts; what the agent or a program wrote is quoted as data.
 */
export function promptOf(run: Run, { resume, open, interrupted, revival = null }: TurnFacts): string {
  if (!resume) return [run.objective, ...endsWhen(run), ...run.says].join('\n\n');
  const parts = [...run.says];
  if (revival !== null) parts.push(revival);
  else if (interrupted !== null) parts.push(`The last turn was cut off: ${oneLine(interrupted)}.`);
  if (open.length > 0) parts.push(listOf(open), ...outputOf(run));
  parts.push(`The objective of this run, for reference:\n${quoted(cut(run.objective, LONGEST_OBJECTIVE))}`);
  if (run.says.length === 0) {
    parts.push(
      'Please go on with it. What cannot or should not be done any more can be taken back in words.',
    );
  }
  return parts.join('\n\n');
}

function endsWhen({ until }: Run): string[] {
  return until === null
    ? []
    : [`This run counts as completed when this command succeeds in the working directory:\n${quoted(until)}`];
}

function listOf(open: OpenThing[]): string {
  const named = { promise: 'promised', plan: 'on the plan', until: 'must succeed' };
  const lines = open.slice(0, SHOWN_THINGS).map(({ kind, text }) => `- ${named[kind]}: ${oneLine(text)}`);
  const more = open.length > SHOWN_THINGS ? [`- and ${open.length - SHOWN_THINGS} more`] : [];
  return ['Holdfast looked after the last turn, and this is still open:', ...lines, ...more].join('\n');
}

function outputOf({ untilResult }: Run): string[] {
  const output = untilResult === null || untilResult.code === 0 ? '' : untilResult.output.trim();
  if (output === '') return [];
  return [`The end of what that command printed, as data:\n${quoted(output.slice(-SHOWN_OUTPUT))}`];
}

/** Each line marked, so that nothing in it can end the quotation. */
export function quoted(text: string): string {
  const plain = stripVTControlCharacters(text).replace(/[^\P{Cc}\n\t]/gu, '');
  return plain
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

export function oneLine(text: string): string {
  return cut(text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' '), LONGEST_LINE);
}

function cut(text: string, longest: number): string {
  return text.length <= longest ? text : `${text.slice(0, longest - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}
