import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import type { Store } from '../store/index.ts';

/**
 * Removes the turns of sessions, inside the caller's transaction: rows, events, and what the change log says of them
 * but their `delete`. Returns how to remove their files, which is for after the commit.
 */
export function forgetTurns(
  { store, home }: { store: Store; home: Pick<HomePaths, 'turns'> },
  sessionIds: string[],
): { turns: number; dropFiles: () => void } {
  const { db } = store;
  const sessions = JSON.stringify(sessionIds);
  const rows = db
    .prepare<[string], { id: string; session_id: string; ended_at: string | null }>(
      'SELECT id, session_id, ended_at FROM turns WHERE session_id IN (SELECT value FROM json_each(?))',
    )
    .all(sessions);
  const live = rows.find(({ ended_at }) => ended_at === null);
  if (live) {
    throw new HoldfastError(
      'SESSION_BUSY',
      `The session ${live.session_id} is in a turn, which would write on.`,
      'Stop it first, or wait for its end.',
      { details: { sessionId: live.session_id, turnId: live.id } },
    );
  }
  const ids = new Set(rows.map(({ id }) => id));
  const dropTurn = db.prepare<[string]>(
    "DELETE FROM changes WHERE op <> 'delete' AND table_name = 'turns' AND row_id = ?",
  );
  const dropEvents = db.prepare<[string]>(
    "DELETE FROM changes WHERE op <> 'delete' AND table_name = 'turn_events' AND row_id LIKE ? || '/%'",
  );
  const drop = db.prepare<[string]>('DELETE FROM turns WHERE id = ?');
  for (const id of ids) {
    dropTurn.run(id);
    dropEvents.run(id);
    drop.run(id);
  }
  return {
    turns: ids.size,
    dropFiles: () => {
      for (const name of readdirSync(home.turns))
        if (ids.has(name.split('.')[0] ?? '')) rmSync(join(home.turns, name), { force: true });
    },
  };
}
