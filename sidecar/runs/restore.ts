import { HoldfastError } from '../errors/index.ts';
import { beginTurn } from './begin-turn.ts';
import type { Driver } from './drive-runs.ts';
import { findClaude, isProgram } from './find-program.ts';
import { notAlone, requireHandle, requireRun } from './require-run.ts';
import type { RunRooms } from './rooms.ts';
import type { Run } from './run.ts';
import { countedTurns } from './spent.ts';
import { whatIsOpen } from './what-is-open.ts';

/** Limits and rights that hold from now on. */
export type Changes = {
  maxTurns?: number | undefined;
  maxUsd?: number | undefined;
  permissionMode?: string | undefined;
  model?: string | undefined;
};

/** Goes on in the same session, with its turns counted anew; money that was spent stays spent. */
export async function restoreRun(
  rooms: RunRooms,
  driver: Driver,
  id: string,
  changes: Changes,
): Promise<Run> {
  const run = requireRun(rooms, id);
  requireHandle(run);
  requireRestorable(run);
  return goOn(rooms, driver, id, (fresh) => {
    requireRestorable(fresh);
    return {
      ...(changes.maxTurns === undefined ? {} : { maxTurns: changes.maxTurns || null }),
      ...(changes.maxUsd === undefined ? {} : { maxUsd: changes.maxUsd || null }),
      permissionMode: changes.permissionMode ?? fresh.permissionMode,
      model: changes.model ?? fresh.model,
      turnsBefore: countedTurns(rooms.turns.ofRun(id)),
    };
  });
}

/** One turn at once, in the session that it has. Nothing waits for it: not a backoff, not a command. */
export async function goOn(
  rooms: RunRooms,
  driver: Driver,
  id: string,
  change: (run: Run) => Partial<Run>,
  /** Looked at first: what was halted may have begun the next turn just before. */
  instead: (run: Run) => Run | null = () => null,
): Promise<Run> {
  const release = await driver.halt(id);
  try {
    const done = rooms.store.write(() => {
      const run = requireRun(rooms, id);
      const answer = instead(run);
      if (answer) return { answer };
      const changed = change(run);
      requireAlone(rooms, run);
      const claude = isProgram(run.claude) ? run.claude : findClaude(rooms.limits.claudePath);
      const open = whatIsOpen(rooms.open, run);
      const anew = { claude, tries: 0, idle: 0, openBefore: null, killAskedAt: null };
      return { begun: beginTurn(rooms, run, { open, change: { ...anew, ...changed } }) };
    });
    if (done.answer) return done.answer;
    // The row was read in this very transaction: nobody can have changed it.
    if (!done.begun) throw new Error(`the run ${id} changed under its own transaction`);
    return driver.launch(done.begun);
  } finally {
    release();
  }
}

function requireRestorable({ id, state }: Run): void {
  if (state === 'failed' || state === 'killed' || state === 'waiting') return;
  const hint =
    state === 'completed'
      ? `\`holdfast say ${id} TEXT\` gives it one more turn.`
      : `It is at work; \`holdfast kill ${id}\` ends it.`;
  throw new HoldfastError('RUN_NOT_RESTORABLE', `The run ${id} is ${state}.`, hint, { details: { state } });
}

function requireAlone(rooms: RunRooms, run: Run): void {
  const why = notAlone(rooms, run);
  if (why === null) return;
  throw new HoldfastError(
    'RUN_NOT_RESTORABLE',
    `The run ${run.id} cannot go on: ${why}.`,
    'Wait for the other one, or end it.',
    { details: { state: run.state } },
  );
}
