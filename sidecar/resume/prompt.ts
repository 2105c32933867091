import { oneLine, quoted } from '../runs/index.ts';
import type { Unfinished } from '../sessions/index.ts';
import type { Entry } from './entry.ts';

const SHOWN_SIGNS = 10;

/** What a revived session is told: facts of ours, and quoted as data what an agent or a program wrote. */
export function paragraphOf({ why, diedAt }: Entry, { strong, weak }: Unfinished): string {
  const signs = (strong.length > 0 ? strong : weak).slice(0, SHOWN_SIGNS);
  const parts = [
    `This session was ended in the middle of its work at ${diedAt}, and Holdfast has started it again in the same directory. How it ended and what it left, as data:\n${quoted([why, ...signs.map(({ text }) => text)].map(plainLine).join('\n'))}`,
  ];
  if (strong.some(({ kind }) => kind === 'dirty-worktree')) {
    parts.push(
      'There are changed files that are not committed: please commit or stash them before anything else.',
    );
  }
  return parts.join('\n\n');
}

/** For a session that is no run, and so has no objective of its own. */
export function promptOf(entry: Entry, unfinished: Unfinished): string {
  return `${paragraphOf(entry, unfinished)}\n\nPlease go on with it. What cannot or should not be done any more can be taken back in words.`;
}

/** Nothing in it reads as markup, or as the end of a quotation. */
function plainLine(text: string): string {
  return oneLine(text).replaceAll('<', '‹').replaceAll('>', '›').replaceAll('`', "'");
}
