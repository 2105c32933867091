import type { Store } from '../store/index.ts';
import type { Turn, TurnRequest, TurnState } from './turn.ts';

export type TurnRow = {
  seq: number;
  id: string;
  run_id: string | null;
  session_id: string;
  resume: number;
  seen_session_id: string | null;
  state: TurnState;
  directory: string;
  claude: string;
  model: string | null;
  permission_mode: string;
  pid: number | null;
  process_start: string | null;
  boot_id: string | null;
  malformed: number;
  cost_usd: number;
  input_tokens: number;
  output_tokens: number;
  error: string | null;
  denials: string;
  text: string | null;
  last_activity_at: string | null;
  started_at: string;
  ended_at: string | null;
  version: number;
};

type CountedRow = TurnRow & { events: number; tool_calls: number };

/** Counts are asked for when somebody looks, and stored nowhere. */
const COUNTED = `SELECT turns.*,
    (SELECT count(*) FROM turn_events WHERE turn_id = turns.id AND source = 'stream') AS events,
    (SELECT coalesce(sum(tools), 0) FROM turn_events WHERE turn_id = turns.id) AS tool_calls
  FROM turns`;

/** The SQL of `turns`. Whoever writes a row holds its lease, and proves it in the same transaction. */
export function turnStore({ db }: Store) {
  const one = db.prepare<[string], CountedRow>(`${COUNTED} WHERE id = ?`);
  const row = db.prepare<[string], TurnRow>('SELECT * FROM turns WHERE id = ?');
  const ofRun = db.prepare<[string], CountedRow>(`${COUNTED} WHERE run_id = ? ORDER BY seq`);
  const live = db.prepare<[], CountedRow>(`${COUNTED} WHERE ended_at IS NULL ORDER BY seq`);
  const costOf = db
    .prepare<[string], number | null>('SELECT sum(cost_usd) FROM turns WHERE session_id = ?')
    .pluck();
  const lastOfSession = db.prepare<[string], CountedRow>(
    `${COUNTED} WHERE session_id = ? ORDER BY seq DESC LIMIT 1`,
  );
  const spentSince = db
    .prepare<[string], number>('SELECT coalesce(sum(cost_usd), 0) FROM turns WHERE started_at > ?')
    .pluck();
  const insert = db.prepare<
    [string, string | null, string, number, string, string, string | null, string, string]
  >(
    `INSERT INTO turns (id, run_id, session_id, resume, state, directory, claude, model, permission_mode, started_at)
     VALUES (?, ?, ?, ?, 'spawning', ?, ?, ?, ?, ?)`,
  );
  const update = db.prepare<TurnRow>(
    `UPDATE turns SET seen_session_id = :seen_session_id, state = :state, pid = :pid,
       process_start = :process_start, boot_id = :boot_id, malformed = :malformed, cost_usd = :cost_usd,
       input_tokens = :input_tokens, output_tokens = :output_tokens, error = :error, denials = :denials,
       text = :text, last_activity_at = :last_activity_at, ended_at = :ended_at, version = version + 1
     WHERE id = :id AND ended_at IS NULL`,
  );

  return {
    one: (id: string): Turn | undefined => readable(one.get(id)),
    row: (id: string): TurnRow | undefined => row.get(id),
    ofRun: (runId: string): Turn[] => ofRun.all(runId).map(turnOf),
    /** Null: no turn of it was started here, and what a person's own client costs no hook tells. */
    costOfSession: (sessionId: string): number | null => costOf.get(sessionId) ?? null,
    lastOfSession: (sessionId: string): Turn | undefined => readable(lastOfSession.get(sessionId)),
    /** What all turns have cost that began after a moment. */
    spentSince: (at: string): number => spentSince.get(at) ?? 0,
    live: (): Turn[] => live.all().map(turnOf),
    add: (id: string, request: TurnRequest, startedAt: string): void => {
      const { runId, sessionId, resume, directory, claude, model, permissionMode } = request;
      insert.run(id, runId, sessionId, resume ? 1 : 0, directory, claude, model, permissionMode, startedAt);
    },
    /** False where the turn has ended already. */
    change: (id: string, change: Partial<TurnRow>): boolean => {
      const before = row.get(id);
      return before !== undefined && update.run({ ...before, ...change }).changes === 1;
    },
  };
}

export type TurnStore = ReturnType<typeof turnStore>;

function readable(row: CountedRow | undefined): Turn | undefined {
  return row && turnOf(row);
}

function turnOf(row: CountedRow): Turn {
  return {
    seq: row.seq,
    id: row.id,
    runId: row.run_id,
    sessionId: row.session_id,
    seenSessionId: row.seen_session_id,
    state: row.state,
    directory: row.directory,
    pid: row.pid,
    processStart: row.process_start,
    bootId: row.boot_id,
    events: row.events,
    toolCalls: row.tool_calls,
    malformed: row.malformed,
    costUsd: row.cost_usd,
    tokens: { input: row.input_tokens, output: row.output_tokens },
    error: row.error === null ? null : JSON.parse(row.error),
    denials: JSON.parse(row.denials),
    text: row.text,
    lastActivityAt: row.last_activity_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    version: row.version,
  };
}
