import { daysBefore } from '../store/index.ts';
import type { RunRooms } from './rooms.ts';
import { isFolder } from './worktrees.ts';

const STEP = 500;

/** Ended ones go by age, but for those whose worktree is still there: nobody else knows whose it is. */
export function pruneRuns({ store, runs }: Pick<RunRooms, 'store' | 'runs'>) {
  return (now: Date, keepDays: number): boolean => {
    const before = daysBefore(now, keepDays);
    const old = runs.old(before, STEP);
    const gone = old.filter(({ worktree }) => worktree === null || !isFolder(worktree));
    if (gone.length > 0) {
      store.write(() => {
        for (const run of gone) runs.remove(run);
      });
    }
    return old.length === STEP && gone.length > 0;
  };
}
