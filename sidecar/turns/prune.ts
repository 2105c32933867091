import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../home/index.ts';
import { daysBefore, type Store } from '../store/index.ts';

const DAY_MS = 86_400_000;
const BODIES_DAYS = 14;
const FILES_DAYS = 30;
const TURNS_A_STEP = 20;
const BODIES_A_STEP = 5;

export type PruneOptions = {
  store: Store;
  home: Pick<HomePaths, 'turns'>;
  isRunOpen: (runId: string) => boolean;
};

type Old = { id: string; run_id: string | null };

/** One short step: bodies go first, then files, then the rows with their events. Open runs keep all of theirs. */
export function pruneTurns({ store, home, isRunOpen }: PruneOptions) {
  const { db } = store;
  const old = db.prepare<[string], Old>('SELECT id, run_id FROM turns WHERE ended_at < ? ORDER BY ended_at');
  const remove = db.prepare<[string]>('DELETE FROM turns WHERE id = ?');
  const isLive = db
    .prepare<[string], number>('SELECT count(*) FROM turns WHERE id = ? AND ended_at IS NULL')
    .pluck();
  // A turn loses all of its bodies at once: the first one tells of them, and nobody has to look through millions.
  const withBodies = db
    .prepare<[string, number], string>(
      `SELECT id FROM turns WHERE ended_at < ? AND EXISTS (
         SELECT 1 FROM turn_events WHERE turn_id = turns.id AND number = 1 AND body IS NOT NULL) LIMIT ?`,
    )
    .pluck();
  const dropBodies = db.prepare<[string]>('UPDATE turn_events SET body = NULL WHERE turn_id = ?');
  const endedBefore = (limit: string) =>
    old.all(limit).filter((row) => !row.run_id || !isRunOpen(row.run_id));

  return (now: Date, keepDays: number): boolean => {
    const bodies = withBodies.all(daysBefore(now, BODIES_DAYS), BODIES_A_STEP);
    const gone = endedBefore(daysBefore(now, keepDays)).slice(0, TURNS_A_STEP);
    if (bodies.length + gone.length > 0)
      store.write(() => {
        for (const id of bodies) dropBodies.run(id);
        for (const { id } of gone) remove.run(id);
      });
    dropFiles(now);
    return bodies.length === BODIES_A_STEP || gone.length === TURNS_A_STEP;
  };

  function dropFiles(now: Date): void {
    const limit = now.getTime() - FILES_DAYS * DAY_MS;
    const keep = new Set(open().map(({ id }) => id));
    for (const name of readdirSync(home.turns)) {
      const id = name.split('.')[0] ?? '';
      const file = join(home.turns, name);
      const isOld = (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? now.getTime()) < limit;
      if (isOld && !keep.has(id) && isLive.get(id) === 0) rmSync(file, { force: true });
    }
  }

  /** Ended turns of runs that go on. */
  function open(): Old[] {
    return old.all('9999').filter((row) => row.run_id !== null && isRunOpen(row.run_id));
  }
}
