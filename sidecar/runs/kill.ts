import { HoldfastError } from '../errors/index.ts';
import { changeRun, killed } from './changes-of-state.ts';
import type { Driver } from './drive-runs.ts';
import { incompleteHandle, liveTurn, missingOfHandle, requireRun } from './require-run.ts';
import type { RunRooms } from './rooms.ts';
import { isFinished, type Run } from './run.ts';

/** Ends a run and every process of it. It is answered when they are gone. */
export async function killRun(rooms: RunRooms, driver: Driver, id: string): Promise<Run> {
  const run = requireRun(rooms, id);
  if (isFinished(run)) {
    throw new HoldfastError(
      'RUN_NOT_LIVE',
      `The run ${id} is ${run.state} already.`,
      'There is nothing to end; `holdfast restore` goes on with it.',
      { details: { state: run.state } },
    );
  }
  const missing = missingOfHandle(run);
  if (missing !== null && run.command === null && !liveTurn(rooms, run)) {
    throw incompleteHandle(
      run,
      missing,
      `No process of it lives: \`holdfast rollback ${id}\` takes it back.`,
    );
  }
  return end(rooms, driver, run);
}

/**
 * The wish is written down first: from then on the run ends as killed, whatever its turn comes to and
 * whether this sidecar lives to see it. Then nothing new is begun, and what runs is ended.
 */
export async function end(rooms: RunRooms, driver: Driver, { id }: Run): Promise<Run> {
  changeRun(rooms, id, (run) =>
    isFinished(run) || run.killAskedAt !== null ? null : { killAskedAt: rooms.now().toISOString() },
  );
  const release = await driver.halt(id);
  try {
    const turn = liveTurn(rooms, requireRun(rooms, id));
    if (turn) await rooms.turns.stop(turn.id);
    changeRun(rooms, id, (run) => (isFinished(run) ? null : killed(rooms.now())));
    return requireRun(rooms, id);
  } finally {
    release();
  }
}
