import { HoldfastError } from '../errors/index.ts';
import type { Store } from '../store/index.ts';
import { isFinished } from './run.ts';
import { runStore } from './store.ts';

/**
 * Removes the runs of a project or of sessions, inside the caller's transaction: rows, and what the change
 * log says of them but their `delete`. Their worktrees are the person's, and stay. Returns the sessions that
 * they had, of which more may be stored elsewhere.
 */
export function forgetRuns(
  store: Store,
  { sessionIds, project }: { sessionIds: string[]; project: string | null },
): { runIds: string[]; sessionIds: string[] } {
  const { db } = store;
  const runs = runStore(store);
  const found = db
    .prepare<{ project: string | null; sessions: string }, string>(
      `SELECT id FROM runs WHERE project = :project
         OR session_id IN (SELECT value FROM json_each(:sessions))`,
    )
    .pluck()
    .all({ project, sessions: JSON.stringify(sessionIds) })
    .flatMap((id) => runs.one(id) ?? []);
  const live = found.find((run) => !isFinished(run));
  if (live) {
    throw new HoldfastError(
      'SESSION_BUSY',
      `The run ${live.id} is ${live.state}, and would write on.`,
      `End it first: holdfast kill ${live.id}, or holdfast rollback ${live.id}.`,
      { details: { runId: live.id } },
    );
  }
  const dropChanges = db.prepare<[string]>(
    "DELETE FROM changes WHERE op <> 'delete' AND table_name = 'runs' AND row_id = ?",
  );
  for (const run of found) {
    dropChanges.run(run.id);
    runs.remove(run);
  }
  return { runIds: found.map(({ id }) => id), sessionIds: found.flatMap(({ sessionId }) => sessionId ?? []) };
}
