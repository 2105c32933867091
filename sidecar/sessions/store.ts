import { isSameProcess, type ProcessIdentity } from '../machine/index.ts';
import { daysBefore, type Store } from '../store/index.ts';
import type { Unfinished } from './signs.ts';
import type { SessionState } from './states.ts';

export type SessionRow = {
  id: string;
  state: SessionState;
  reason: string | null;
  project: string | null;
  cwd: string | null;
  model: string | null;
  transcript_path: string | null;
  permission_mode: string | null;
  pid: number | null;
  process_start: string | null;
  boot_id: string | null;
  /** 1: a person wants it revived. */
  autonomous: number;
  started_at: string;
  ended_at: string | null;
  version: number;
};

/** What the events of a session add up to. Asked for when somebody looks, and stored nowhere. */
export type SessionFacts = {
  last_event_at: string | null;
  last_prompt_at: string | null;
  last_tool: string | null;
  events: number;
  prompts: number;
  tool_calls: number;
};

/** A session with a process that somebody can look for. */
export type WatchedRow = SessionRow & { pid: number };

/** That a session's process went, and what it left. A fact of that moment. */
export type Reaping = {
  at: string;
  why: 'process-gone' | 'other-process' | 'other-boot';
  stateBefore: SessionState;
  reasonBefore: string | null;
  process: ProcessIdentity;
  unfinished: Unfinished;
};

type ReapingRow = {
  session_id: string;
  at: string;
  why: Reaping['why'];
  state_before: SessionState;
  reason_before: string | null;
  pid: number;
  process_start: string | null;
  boot_id: string | null;
  unfinished: string;
};

export type SessionFilter = { state?: string | undefined; project?: string | undefined };

export function sessionStore(store: Store) {
  const { db } = store;
  const one = db.prepare<[string], SessionRow>('SELECT * FROM sessions WHERE id = ?');
  const insert = db.prepare<SessionRow>(
    `INSERT INTO sessions (id, state, reason, project, cwd, model, transcript_path, permission_mode, pid,
       process_start, boot_id, started_at, ended_at, version)
     VALUES (:id, :state, :reason, :project, :cwd, :model, :transcript_path, :permission_mode, :pid,
       :process_start, :boot_id, :started_at, :ended_at, :version)`,
  );
  const update = db.prepare<SessionRow & { expected: number }>(
    `UPDATE sessions SET state = :state, reason = :reason, project = :project, cwd = :cwd, model = :model,
       transcript_path = :transcript_path, permission_mode = :permission_mode, pid = :pid,
       process_start = :process_start, boot_id = :boot_id, ended_at = :ended_at, version = :version
     WHERE id = :id AND version = :expected`,
  );
  const mark = db.prepare<[number, string]>(
    'UPDATE sessions SET autonomous = ?, version = version + 1 WHERE id = ?',
  );
  const reapedSince = db
    .prepare<[string], string>('SELECT DISTINCT session_id FROM reapings WHERE at > ?')
    .pluck();
  const facts = db.prepare<{ id: string }, SessionFacts>(
    `SELECT
       (SELECT at FROM events WHERE session_id = :id ORDER BY seq DESC LIMIT 1) AS last_event_at,
       (SELECT at FROM events WHERE session_id = :id AND event = 'UserPromptSubmit'
          ORDER BY seq DESC LIMIT 1) AS last_prompt_at,
       (SELECT tool_name FROM events WHERE session_id = :id AND tool_name IS NOT NULL
          ORDER BY seq DESC LIMIT 1) AS last_tool,
       count(*) AS events,
       count(*) FILTER (WHERE event = 'UserPromptSubmit') AS prompts,
       count(*) FILTER (WHERE event = 'PreToolUse') AS tool_calls
     FROM events WHERE session_id = :id AND outcome <> 'duplicate'`,
  );
  const page = db.prepare<
    { state: string | null; project: string | null; at: string; id: string; limit: number },
    SessionRow
  >(
    `SELECT * FROM sessions
     WHERE (:state IS NULL OR state = :state) AND (:project IS NULL OR project = :project)
       AND (started_at, id) < (:at, :id)
     ORDER BY started_at DESC, id DESC LIMIT :limit`,
  );
  const byState = db.prepare<[], { state: SessionState; count: number }>(
    'SELECT state, count(*) AS count FROM sessions GROUP BY state',
  );
  const old = db
    .prepare<[string, number], string>(
      `SELECT id FROM sessions WHERE started_at < ?
         AND NOT EXISTS (SELECT 1 FROM events WHERE session_id = sessions.id)
       ORDER BY started_at LIMIT ?`,
    )
    .pluck();
  // The condition of the index `sessions_watched`, word for word, so that it is used.
  const watched = db.prepare<[], WatchedRow>(
    `SELECT * FROM sessions
     WHERE state IN ('booting', 'in_turn', 'between_turns', 'stalled') AND pid IS NOT NULL`,
  );
  const insertReaping = db.prepare<ReapingRow>(
    `INSERT INTO reapings (session_id, at, why, state_before, reason_before, pid, process_start, boot_id, unfinished)
     VALUES (:session_id, :at, :why, :state_before, :reason_before, :pid, :process_start, :boot_id, :unfinished)`,
  );
  const lastReaping = db.prepare<[string], ReapingRow>(
    'SELECT * FROM reapings WHERE session_id = ? ORDER BY seq DESC LIMIT 1',
  );
  const remove = db.prepare<[string]>('DELETE FROM sessions WHERE id = ?');

  /** Compare-and-set: false where somebody else has written the row since it was read. */
  function replace(before: SessionRow, after: SessionRow): boolean {
    return update.run({ ...after, version: before.version + 1, expected: before.version }).changes === 1;
  }

  return {
    /** Whether it may still speak. One that nobody knows does not; one whose process is not known does, until it ended. */
    isLive: (id: string): boolean => {
      const row = one.get(id);
      return row !== undefined && row.state !== 'ended' && row.state !== 'reaped' && !isGone(row);
    },
    one: (id: string): SessionRow | undefined => one.get(id),
    insert: (row: SessionRow) => insert.run(row),
    replace,
    /** Those that the watchdog looks after: live as far as their hooks told, with a known process. */
    watched: (): WatchedRow[] => watched.all(),
    /** Runs inside a transaction of the caller's. Compare-and-set, like `replace`. */
    reap: (
      before: WatchedRow,
      { at, why, unfinished }: Pick<Reaping, 'at' | 'why' | 'unfinished'>,
    ): boolean => {
      if (!replace(before, { ...before, state: 'reaped', reason: why })) return false;
      const { id, state, reason, pid, process_start, boot_id } = before;
      insertReaping.run({
        ...{
          session_id: id,
          at,
          why,
          state_before: state,
          reason_before: reason,
          pid,
          process_start,
          boot_id,
        },
        unfinished: JSON.stringify(unfinished),
      });
      return true;
    },
    /** A person's word on whether it may be revived. False where nobody knows the session. */
    mark: (id: string, autonomous: boolean): boolean =>
      store.write(() => mark.run(autonomous ? 1 : 0, id).changes === 1),
    /** Those that were reaped after a moment; some of them may have come back since. */
    reapedSince: (at: string): string[] => reapedSince.all(at),
    /** How many have a process that runs, or may run. */
    countLive: (): number => watched.all().filter((row) => !isGone(row)).length,
    /** The last time that it was reaped; it may have come back since. */
    lastReaping: (id: string): Reaping | null => reapingOf(lastReaping.get(id)),
    facts: (id: string): SessionFacts => facts.get({ id }) as SessionFacts,
    page: ({ state, project }: SessionFilter, after: { at: string; id: string }, limit: number) =>
      page.all({ state: state ?? null, project: project ?? null, ...after, limit }),
    countByState: () => byState.all(),
    /** Sessions go with the last of their events. Returns whether there may be more to do. */
    prune: (now: Date, keepDays: number): boolean => {
      const limit = daysBefore(now, keepDays);
      const gone = old.all(limit, 1_000);
      if (gone.length === 0) return false;
      store.write(() => {
        for (const id of gone) remove.run(id);
      });
      return gone.length === 1_000;
    },
  };
}

export type SessionStore = ReturnType<typeof sessionStore>;

/** Its process was killed, or its machine went down: no hook told of that. */
function isGone({ pid, process_start, boot_id }: SessionRow): boolean {
  return pid !== null && isSameProcess({ pid, processStart: process_start, bootId: boot_id }) === false;
}

function reapingOf(row: ReapingRow | undefined): Reaping | null {
  if (!row) return null;
  return {
    at: row.at,
    why: row.why,
    stateBefore: row.state_before,
    reasonBefore: row.reason_before,
    process: { pid: row.pid, processStart: row.process_start, bootId: row.boot_id },
    unfinished: JSON.parse(row.unfinished) as Unfinished,
  };
}
