import { HoldfastError } from '../errors/index.ts';
import type { Store } from '../store/index.ts';

/**
 * Removes what the queue holds of sessions, inside the caller's transaction: rows, and what the change log
 * says of them but their `delete`.
 */
export function forgetEntries({ db }: Store, sessionIds: string[]): void {
  const sessions = JSON.stringify(sessionIds);
  const ofThem = 'session_id IN (SELECT value FROM json_each(?))';
  const starting = db
    .prepare<[string], { id: string; session_id: string }>(
      `SELECT id, session_id FROM resume_entries WHERE ${ofThem} AND state = 'starting'`,
    )
    .get(sessions);
  if (starting) {
    throw new HoldfastError(
      'SESSION_BUSY',
      `The session ${starting.session_id} is being revived, and would write on.`,
      'Ask again in a moment.',
      { details: { sessionId: starting.session_id, entryId: starting.id } },
    );
  }
  const dropChanges = (table: string, key: string, rows: string) =>
    db
      .prepare<[string]>(
        `DELETE FROM changes WHERE op <> 'delete' AND table_name = '${table}'
           AND row_id IN (SELECT CAST(${key} AS TEXT) FROM ${table} WHERE ${rows})`,
      )
      .run(sessions);
  const ofEntries = `entry_id IN (SELECT id FROM resume_entries WHERE ${ofThem})`;
  dropChanges('resume_history', 'seq', ofEntries);
  for (const table of ['resume_tombstones', 'resume_refusals']) {
    dropChanges(table, 'seq', ofThem);
    db.prepare<[string]>(`DELETE FROM ${table} WHERE ${ofThem}`).run(sessions);
  }
  dropChanges('resume_entries', 'id', ofThem);
  // An open entry is never deleted: it is ended first, by the same word.
  db.prepare<[string, string]>(
    `UPDATE resume_entries SET state = 'cancelled', ended_at = ?, version = version + 1
     WHERE ${ofThem} AND state = 'queued'`,
  ).run(new Date().toISOString(), sessions);
  dropChanges('resume_entries', 'id', ofThem);
  db.prepare<[string]>(`DELETE FROM resume_entries WHERE ${ofThem}`).run(sessions);
}
