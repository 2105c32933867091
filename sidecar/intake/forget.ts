import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError, systemCode } from '../errors/index.ts';
import { type HomePaths, namesIn } from '../home/index.ts';
import { projectOf } from '../sessions/index.ts';
import type { Store } from '../store/index.ts';

export type Forgotten = { sessions: number; events: number; rejectedFiles: number };

/**
 * Removes everything that is stored about a project or a session: the rows, what the change log says of
 * them (its `delete` entries stay, which hold an id and nothing else), and rejected spool files that name them.
 */
export function forget(
  { store, home }: { store: Store; home: HomePaths },
  what: { project: string } | { sessionId: string },
): Forgotten {
  const { db } = store;
  const sessionIds =
    'sessionId' in what
      ? [what.sessionId]
      : db
          .prepare<[string], string>('SELECT id FROM sessions WHERE project = ?')
          .pluck()
          .all(projectOf(what.project));
  const dropEvents = db.prepare<[string]>('DELETE FROM events WHERE session_id = ?');
  const dropSession = db.prepare<[string]>('DELETE FROM sessions WHERE id = ?');
  const dropChanges = db.prepare<{ sessions: string }>(
    `DELETE FROM changes WHERE op <> 'delete' AND (
       (table_name = 'sessions' AND row_id IN (SELECT value FROM json_each(:sessions)))
       OR (table_name = 'events' AND row_id IN (
         SELECT id FROM events WHERE session_id IN (SELECT value FROM json_each(:sessions)))))`,
  );

  const forgotten = store.write(() => {
    const counted: Forgotten = { sessions: 0, events: 0, rejectedFiles: 0 };
    dropChanges.run({ sessions: JSON.stringify(sessionIds) });
    for (const sessionId of sessionIds) {
      counted.events += dropEvents.run(sessionId).changes;
      counted.sessions += dropSession.run(sessionId).changes;
    }
    return counted;
  });
  db.pragma('wal_checkpoint(TRUNCATE)'); // The log still holds the rows as they were written.
  const marks = 'project' in what ? [...sessionIds, what.project] : sessionIds;
  return { ...forgotten, rejectedFiles: dropRejected(home, marks) };
}

/** What could not be understood can still be searched for the names. */
function dropRejected(home: HomePaths, marks: string[]): number {
  let dropped = 0;
  for (const name of namesIn(home.rejected)) {
    if (name.endsWith('.reason')) continue;
    const file = join(home.rejected, name);
    const bytes = readRejected(file);
    if (!marks.some((mark) => bytes.includes(mark))) continue;
    rmSync(file, { recursive: true, force: true });
    rmSync(`${file}.reason`, { force: true });
    dropped++;
  }
  return dropped;
}

function readRejected(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (cause) {
    if (systemCode(cause) === 'EISDIR') return Buffer.alloc(0); // No hook ever made it: nothing of a session is in it.
    throw new HoldfastError(
      'STORAGE_UNWRITABLE',
      `${file} cannot be read, so it is not known whether it belongs to what should be forgotten.`,
      'Look at it, remove it by hand, and ask again.',
      { cause },
    );
  }
}
