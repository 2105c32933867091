import type { Store } from '../store/index.ts';
import type { Entry, EntryState, HistoryRow } from './entry.ts';

type Row = {
  seq: number;
  id: string;
  death: string;
  session_id: string;
  run_id: string | null;
  state: EntryState;
  reason: string | null;
  died_at: string;
  why: string;
  unfinished: string;
  directory: string;
  branch: string | null;
  transcript: string | null;
  transcript_mark: string | null;
  attempts: number;
  next_attempt_at: string | null;
  turn_id: string | null;
  would_resume_at: string | null;
  queued_at: string;
  expires_at: string;
  ended_at: string | null;
  version: number;
};

/** What a list shows of those that are over. */
const SHOWN_ENDED = 50;

/** The SQL of entries and of their history. */
export function entryStore({ db }: Store) {
  const one = db.prepare<[string], Row>('SELECT * FROM resume_entries WHERE id = ?');
  // By the index of the open ones, and not through all that ever were: they are sorted afterwards.
  const open = db.prepare<[], Row>(
    "SELECT * FROM resume_entries WHERE state IN ('queued', 'starting') ORDER BY +seq",
  );
  const ended = db.prepare<[number], Row>(
    'SELECT * FROM resume_entries WHERE ended_at IS NOT NULL ORDER BY ended_at DESC LIMIT ?',
  );
  const openOf = db.prepare<[string], Row>(
    "SELECT * FROM resume_entries WHERE session_id = ? AND state IN ('queued', 'starting')",
  );
  const lastOf = db.prepare<[string], Row>(
    'SELECT * FROM resume_entries WHERE session_id = ? ORDER BY seq DESC LIMIT 1',
  );
  const ofDeath = db.prepare<[string], Row>('SELECT * FROM resume_entries WHERE death = ?');
  const insert = db.prepare<Omit<Row, 'seq'>>(
    `INSERT INTO resume_entries (id, death, session_id, run_id, state, reason, died_at, why, unfinished, directory,
       branch, transcript, transcript_mark, attempts, next_attempt_at, turn_id, would_resume_at, queued_at,
       expires_at, ended_at, version)
     VALUES (:id, :death, :session_id, :run_id, :state, :reason, :died_at, :why, :unfinished, :directory,
       :branch, :transcript, :transcript_mark, :attempts, :next_attempt_at, :turn_id, :would_resume_at,
       :queued_at, :expires_at, :ended_at, :version)`,
  );
  const update = db.prepare<Row & { expected: number }>(
    `UPDATE resume_entries SET state = :state, reason = :reason, unfinished = :unfinished, branch = :branch,
       transcript = :transcript, transcript_mark = :transcript_mark, attempts = :attempts,
       next_attempt_at = :next_attempt_at, turn_id = :turn_id, would_resume_at = :would_resume_at,
       queued_at = :queued_at, expires_at = :expires_at, ended_at = :ended_at, version = :version
     WHERE id = :id AND version = :expected`,
  );
  const tell = db.prepare<[string, string, string, string | null]>(
    'INSERT INTO resume_history (entry_id, at, what, detail) VALUES (?, ?, ?, ?)',
  );
  const history = db.prepare<[string], HistoryRow>(
    'SELECT at, what, detail FROM resume_history WHERE entry_id = ? ORDER BY seq',
  );
  const dropOld = db.prepare<[string, number]>(
    `DELETE FROM resume_entries WHERE seq IN
       (SELECT seq FROM resume_entries WHERE ended_at < ? ORDER BY ended_at LIMIT ?)`,
  );

  return {
    one: (id: string): Entry | undefined => readable(one.get(id)),
    /** Queued and starting, oldest first. */
    open: (): Entry[] => open.all().map(entryOf),
    /** The newest that are over. */
    ended: (): Entry[] => ended.all(SHOWN_ENDED).map(entryOf),
    openOf: (sessionId: string): Entry | undefined => readable(openOf.get(sessionId)),
    lastOf: (sessionId: string): Entry | undefined => readable(lastOf.get(sessionId)),
    ofDeath: (death: string): Entry | undefined => readable(ofDeath.get(death)),
    add: (entry: Omit<Entry, 'seq'>): void => {
      const { seq: _, ...row } = rowOf({ ...entry, seq: 0 });
      insert.run(row);
    },
    /** Compare-and-set: null where somebody else has written the row since it was read. */
    replace: (before: Entry, change: Partial<Entry>): Entry | null => {
      const after = { ...before, ...change, version: before.version + 1 };
      return update.run({ ...rowOf(after), expected: before.version }).changes === 1 ? after : null;
    },
    tell: (id: string, at: string, what: string, detail: string | null = null): void => {
      tell.run(id, at, what, detail);
    },
    history: (id: string): HistoryRow[] => history.all(id),
    /** Those that ended before; their history goes with them. Returns how many. */
    dropEndedBefore: (at: string, limit: number): number => dropOld.run(at, limit).changes,
  };
}

export type EntryStore = ReturnType<typeof entryStore>;

function readable(row: Row | undefined): Entry | undefined {
  return row && entryOf(row);
}

function entryOf(row: Row): Entry {
  return {
    seq: row.seq,
    id: row.id,
    death: row.death,
    sessionId: row.session_id,
    runId: row.run_id,
    state: row.state,
    reason: row.reason,
    diedAt: row.died_at,
    why: row.why,
    unfinished: JSON.parse(row.unfinished),
    directory: row.directory,
    branch: row.branch,
    transcript: row.transcript,
    transcriptMark: row.transcript_mark,
    attempts: row.attempts,
    nextAttemptAt: row.next_attempt_at,
    turnId: row.turn_id,
    wouldResumeAt: row.would_resume_at,
    queuedAt: row.queued_at,
    expiresAt: row.expires_at,
    endedAt: row.ended_at,
    version: row.version,
  };
}

function rowOf(entry: Entry): Row {
  return {
    seq: entry.seq,
    id: entry.id,
    death: entry.death,
    session_id: entry.sessionId,
    run_id: entry.runId,
    state: entry.state,
    reason: entry.reason,
    died_at: entry.diedAt,
    why: entry.why,
    unfinished: JSON.stringify(entry.unfinished),
    directory: entry.directory,
    branch: entry.branch,
    transcript: entry.transcript,
    transcript_mark: entry.transcriptMark,
    attempts: entry.attempts,
    next_attempt_at: entry.nextAttemptAt,
    turn_id: entry.turnId,
    would_resume_at: entry.wouldResumeAt,
    queued_at: entry.queuedAt,
    expires_at: entry.expiresAt,
    ended_at: entry.endedAt,
    version: entry.version,
  };
}
