import { cleanWorktrees } from './clean.ts';
import { createRuns } from './create.ts';
import { driveRuns } from './drive-runs.ts';
import { failureNotices } from './failure-notices.ts';
import { git as realGit } from './git.ts';
import { killRun } from './kill.ts';
import { oneAtATime } from './one-at-a-time.ts';
import { pruneRuns } from './prune.ts';
import { recoverRuns } from './recover.ts';
import { type Changes, restoreRun } from './restore.ts';
import { beginRevival, notRevivable } from './revive.ts';
import { rollbackRun } from './rollback.ts';
import type { RunRooms } from './rooms.ts';
import { isFinished, type Run, type RunRequest } from './run.ts';
import { sayToRun } from './say.ts';
import { runStore } from './store.ts';
import { turnEnded } from './turn-ended.ts';

export type { Begun } from './begin-turn.ts';
export { branchOf } from './branch-of.ts';
export { describeRun } from './describe.ts';
export { findClaude } from './find-program.ts';
export { forgetRuns } from './forget.ts';
export { oneLine, quoted } from './prompt.ts';
export type { RunLimits, RunRooms, TurnsFace } from './rooms.ts';
export { isFinished, type OpenThing, RUN_STATES, type Run, type RunRequest, type RunState } from './run.ts';
export { runProgram } from './run-program.ts';
export type { StepName } from './step.ts';
export { isFolder } from './worktrees.ts';

export type RunsOptions = Omit<RunRooms, 'runs' | 'git' | 'exclusive' | 'now'> &
  Partial<Pick<RunRooms, 'git' | 'now'>> & { tickMs?: number };

/** Opens the room of runs. Nothing goes on by itself before `recover`. */
export function openRuns({ tickMs, ...options }: RunsOptions) {
  const rooms: RunRooms = {
    git: realGit,
    now: () => new Date(),
    ...options,
    runs: runStore(options.store),
    exclusive: oneAtATime(),
  };
  const driver = driveRuns(rooms, tickMs);
  const create = createRuns(rooms, driver);

  return {
    rooms,
    /** Given to the turn engine: inside the transaction that closes a turn. */
    turnEnded: (turn: Parameters<typeof turnEnded>[1]): void => {
      const run = turnEnded(rooms, turn);
      if (run) driver.soon(run.id);
    },
    create: (request: RunRequest) => create(request),
    kill: (id: string) => killRun(rooms, driver, id),
    restore: (id: string, changes: Changes = {}) => restoreRun(rooms, driver, id, changes),
    rollback: (id: string) => rollbackRun(rooms, driver, id),
    say: (id: string, text: string) => sayToRun(rooms, driver, id, text),
    clean: (options: { dryRun: boolean }) => cleanWorktrees(rooms, options),
    /** Why a run that died may not go on by itself; null: it may. */
    notRevivable: (run: Run) => notRevivable(rooms, run),
    /** Inside the caller's transaction; null where the run was changed meanwhile. */
    beginRevival: (run: Run, paragraph: string) => beginRevival(rooms, run, paragraph),
    /** After its commit. */
    launch: driver.launch,
    /** After the turns were recovered. */
    recover: (): void => {
      recoverRuns(rooms);
      driver.begin();
    },
    isOpen: (id: string): boolean => {
      const run = rooms.runs.one(id);
      return run !== undefined && !isFinished(run);
    },
    /** What a person should know of. */
    notices: () => failureNotices(rooms),
    prune: pruneRuns(rooms),
    stop: driver.stop,
  };
}

export type Runs = ReturnType<typeof openRuns>;
