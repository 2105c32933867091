import type { Driver } from './drive-runs.ts';
import { end } from './kill.ts';
import { requireRun } from './require-run.ts';
import type { RunRooms } from './rooms.ts';
import { isFinished, type Run } from './run.ts';
import { unmakeWorktree } from './worktrees.ts';

export type RolledBack = { outcome: 'deleted' | 'killed' | 'unchanged'; run: Run };

/**
 * Takes a seed back as if it had never been: only while nothing was started may a row go. Past that the run
 * is killed, and its history stays. A finished one is left as it is.
 */
export async function rollbackRun(rooms: RunRooms, driver: Driver, id: string): Promise<RolledBack> {
  const before = requireRun(rooms, id);
  if (isFinished(before)) return { outcome: 'unchanged', run: before };
  const release = await driver.halt(id); // A worktree or a set-up in the making is given up first.
  try {
    const seed = rooms.store.write(() => {
      const run = rooms.runs.one(id);
      const unstarted = run?.state === 'seed' && rooms.turns.ofRun(id).length === 0;
      return unstarted && rooms.runs.remove(run) ? run : null;
    });
    if (seed) {
      await rooms.exclusive(seed.project, () => unmakeWorktree(rooms.git, seed));
      return { outcome: 'deleted', run: seed };
    }
  } finally {
    release();
  }
  const run = requireRun(rooms, id);
  if (isFinished(run)) return { outcome: 'unchanged', run };
  return { outcome: 'killed', run: await end(rooms, driver, run) };
}
