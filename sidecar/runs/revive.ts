import { type Begun, beginTurn } from './begin-turn.ts';
import { findClaude, isProgram } from './find-program.ts';
import { missingOfHandle, notAlone } from './require-run.ts';
import type { RunRooms } from './rooms.ts';
import type { Run } from './run.ts';
import { limitReached } from './spent.ts';
import { whatIsOpen } from './what-is-open.ts';

/** What died of itself, and not by a decision of a person or of the run. */
const DIED = ['crashed', 'error', 'api-error'];

/** A failed run that may go on without a person's word. Null: it may; else why not, in a word. */
export function notRevivable(rooms: RunRooms, run: Run): string | null {
  if (run.state === 'killed' || run.killAskedAt !== null) return 'stopped';
  if (run.state === 'completed') return 'run-finished';
  if (run.state !== 'failed') return 'running';
  if (run.reason === null || !DIED.includes(run.reason)) return 'run-finished';
  if (missingOfHandle(run) !== null) return 'incomplete';
  if (notAlone(rooms, run) !== null) return 'not-alone';
  return limitReached(run, rooms.turns.ofRun(run.id))?.reason ?? null;
}

/**
 * Inside the caller's transaction; `launch` comes after its commit. Its turns and its money go on counting
 * where they were, which a person's `restore` begins anew.
 */
export function beginRevival(rooms: RunRooms, run: Run, paragraph: string): Begun | null {
  const claude = isProgram(run.claude) ? run.claude : findClaude(rooms.limits.claudePath);
  return beginTurn(rooms, run, {
    open: whatIsOpen(rooms.open, run),
    change: { claude, tries: 0, idle: 0, openBefore: null },
    revival: paragraph,
  });
}
