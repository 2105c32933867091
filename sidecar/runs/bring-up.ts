import { HoldfastError, messageOf } from '../errors/index.ts';
import { type Begun, beginTurn } from './begin-turn.ts';
import { changeRun, failed } from './changes-of-state.ts';
import type { RunRooms } from './rooms.ts';
import type { Run } from './run.ts';
import { runCommand } from './run-command.ts';
import { step } from './step.ts';
import { makeWorktree } from './worktrees.ts';

/**
 * From a seed to its first turn: worktree, set-up, turn. Each step begins anew where a sidecar before us was
 * killed in its middle, and nothing of a client exists before the last one. Returns the turn that was
 * begun, for the caller to launch.
 */
export async function bringUp(rooms: RunRooms, run: Run, options: BringUp): Promise<Begun | null> {
  try {
    return await takeSteps(rooms, run, options);
  } catch (error) {
    // A full disk or a busy session passes: the driver tries again. Anything else would fail for ever.
    if (error instanceof HoldfastError && error.retryable) throw error;
    fail(rooms, run, { detail: messageOf(error) });
    return null;
  }
}

type BringUp = { stop: AbortSignal; worktreeMade: () => void };

async function takeSteps(rooms: RunRooms, run: Run, { stop, worktreeMade }: BringUp): Promise<Begun | null> {
  step('seeded', run.id);
  const made = await rooms.exclusive(run.project, async () =>
    stop.aborted ? null : makeWorktree(rooms.git, run, stop),
  );
  if (made?.ok === false && !stop.aborted) {
    fail(rooms, run, { detail: `The worktree could not be made: ${made.why}` });
  }
  worktreeMade();
  if (!made?.ok || stop.aborted) return null;
  step('worktree-made', run.id);

  if (run.setup !== null && !(await setUp(rooms, run, run.setup, stop))) return null;
  step('set-up', run.id);

  await rooms.deployHooks();
  const begun = rooms.store.write(() => {
    const fresh = rooms.runs.one(run.id);
    return fresh?.state === 'seed' && fresh.killAskedAt === null ? beginTurn(rooms, fresh) : null;
  });
  step('turn-begun', run.id);
  return begun;
}

/** Once, in a fresh worktree; a sidecar that was killed meanwhile has left a worktree that was made anew. */
async function setUp(rooms: RunRooms, run: Run, setup: string, stop: AbortSignal): Promise<boolean> {
  const { code, output, timedOut } = await runCommand(setup, {
    directory: run.directory,
    limitMs: rooms.limits.untilSeconds * 1000,
    stop,
    begun: (command) => {
      if (!changeRun(rooms, run.id, () => ({ command }))) throw new Error('the run is gone');
    },
  });
  if (stop.aborted) {
    changeRun(rooms, run.id, () => ({ command: null }));
    return false;
  }
  const setupOutput = rooms.mask(output);
  if (code === 0) return changeRun(rooms, run.id, () => ({ command: null, setupOutput })) !== null;
  const how = timedOut ? 'was not done in time' : `ended with ${code ?? 'a signal'}`;
  fail(rooms, run, { detail: `The set-up command ${how}: ${setup}`, setupOutput });
  return false;
}

function fail(
  rooms: RunRooms,
  { id }: Run,
  { detail, ...more }: { detail: string; setupOutput?: string },
): void {
  changeRun(rooms, id, (run) =>
    run.state === 'seed' ? { ...more, ...failed('setup', detail, rooms.now()) } : null,
  );
}
