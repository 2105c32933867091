import { readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { HoldfastError, systemCode } from '../errors/index.ts';
import { forgetNotices } from '../guards/index.ts';
import { type HomePaths, namesIn } from '../home/index.ts';
import { forgetEntries } from '../resume/index.ts';
import { forgetRuns } from '../runs/index.ts';
import { projectOf } from '../sessions/index.ts';
import type { Store } from '../store/index.ts';
import { forgetTurns } from '../turns/index.ts';
import { dropWord, type ForgottenWord } from './forget-word.ts';

export type Forgotten = ForgottenWord & { sessions: number; events: number; rejectedFiles: number };

/**
 * Removes everything that is stored about a project or a session: the rows, what the change log says of
 * them (its `delete` entries stay, which hold an id and nothing else), and rejected spool files that name them.
 */
export function forget(
  { store, home }: { store: Store; home: HomePaths },
  what: { project: string } | { sessionId: string },
): Forgotten {
  const { db } = store;
  const sessionIds = 'sessionId' in what ? [what.sessionId] : sessionsOf(db, projectOf(what.project));
  const directories = 'project' in what ? [what.project, projectOf(what.project)] : [];
  const { dropFiles, ...forgotten } = store.write(() => {
    // The sessions of its runs: also one whose hooks never came.
    const project = 'project' in what ? projectOf(what.project) : null;
    const ofRuns = forgetRuns(store, { sessionIds, project });
    const all = [...new Set([...sessionIds, ...ofRuns.sessionIds])];
    forgetEntries(store, all);
    const marks = [...directories, ...all].map((mark) => Buffer.from(mark));
    const guards = [...ofRuns.runIds, ...all].map((id) => `run.${id}`);
    forgetNotices(
      store,
      ({ guard, text }) => guards.includes(guard) || marks.some((mark) => names(Buffer.from(text), mark)),
    );
    const turns = forgetTurns({ store, home }, all);
    const loose = project === null ? [] : looseEventsOf(db, project);
    return {
      ...dropWord(db, sessionIds, [...directories, ...sessionIds.map((id) => `session:${id}`)]),
      ...dropRows(db, sessionIds, loose),
      dropFiles: turns.dropFiles,
    };
  });
  dropFiles();
  foldLog(db, home);
  return { ...forgotten, rejectedFiles: dropRejected(home, [...sessionIds, ...directories]) };
}

function sessionsOf(db: Database, project: string): string[] {
  return db.prepare<[string], string>('SELECT id FROM sessions WHERE project = ?').pluck().all(project);
}

/** Events that no session was made for (samples, events of a newer client) are known by their directory alone. */
function looseEventsOf(db: Database, project: string): string[] {
  return db
    .prepare<[], { id: string; cwd: unknown }>(
      `SELECT id, json_extract(body, '$.cwd') AS cwd FROM events
       WHERE body IS NOT NULL AND (session_id IS NULL OR session_id NOT IN (SELECT id FROM sessions))`,
    )
    .all()
    .filter(({ cwd }) => typeof cwd === 'string' && cwd !== '' && projectOf(cwd) === project)
    .map(({ id }) => id);
}

function dropRows(
  db: Database,
  sessionIds: string[],
  eventIds: string[],
): Pick<Forgotten, 'events' | 'sessions'> {
  const named = { sessions: JSON.stringify(sessionIds), events: JSON.stringify(eventIds) };
  const ofSessions = 'session_id IN (SELECT value FROM json_each(:sessions))';
  const ofThem = `${ofSessions}
    OR id IN (SELECT value FROM json_each(:events))`;
  db.prepare<typeof named>(
    `DELETE FROM changes WHERE op <> 'delete' AND (
       (table_name = 'sessions' AND row_id IN (SELECT value FROM json_each(:sessions)))
       OR (table_name = 'plans' AND row_id IN (SELECT value FROM json_each(:sessions)))
       OR (table_name = 'plan_items' AND row_id IN (
         SELECT session_id || '/' || origin || '/' || id FROM plan_items WHERE ${ofSessions}))
       OR (table_name = 'reapings' AND row_id IN (
         SELECT CAST(seq AS TEXT) FROM reapings WHERE ${ofSessions}))
       OR (table_name = 'events' AND row_id IN (SELECT id FROM events WHERE ${ofThem})))`,
  ).run(named);
  // Plans and reapings go with their session.
  return {
    events: db.prepare<typeof named>(`DELETE FROM events WHERE ${ofThem}`).run(named).changes,
    sessions: db
      .prepare<[string]>('DELETE FROM sessions WHERE id IN (SELECT value FROM json_each(?))')
      .run(named.sessions).changes,
  };
}

/** The log still holds the rows as they were written, until all of it is in the file. */
function foldLog(db: Database, home: HomePaths): void {
  if (db.pragma('wal_checkpoint(TRUNCATE)', { simple: true }) === 0) return;
  throw new HoldfastError(
    'STORAGE_UNWRITABLE',
    `The rows are gone, and their bytes are still in ${home.database}-wal, since another program reads the ledger.`,
    'Close that program, and ask again.',
  );
}

/** What could not be understood can still be searched for the names. */
function dropRejected(home: HomePaths, marks: string[]): number {
  let dropped = 0;
  for (const name of namesIn(home.rejected)) {
    if (name.endsWith('.reason')) continue;
    const file = join(home.rejected, name);
    const bytes = readRejected(file);
    if (!marks.some((mark) => names(bytes, Buffer.from(mark)))) continue;
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

/** Whole names only: forgetting `/code/a` must not take what `/code/ab` left. */
function names(bytes: Buffer, mark: Buffer): boolean {
  for (let at = bytes.indexOf(mark); at >= 0; at = bytes.indexOf(mark, at + 1)) {
    if (!goesOn(bytes[at - 1]) && !goesOn(bytes[at + mark.length])) return true;
  }
  return false;
}

/** A letter or digit, a dash, an underscore, or a part of a character beyond ASCII. */
function goesOn(byte: number | undefined): boolean {
  return byte !== undefined && (byte >= 0x80 || /[\w-]/.test(String.fromCharCode(byte)));
}
