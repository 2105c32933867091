import type { Store } from '../store/index.ts';
import type { Run, RunState } from './run.ts';

type Row = {
  seq: number;
  id: string;
  state: RunState;
  reason: string | null;
  detail: string | null;
  next_step: Run['nextStep'];
  wait_until: string | null;
  objective: string;
  project: string;
  directory: string;
  worktree: string | null;
  branch: string | null;
  new_branch: number;
  start_point: string | null;
  base_commit: string | null;
  session_id: string | null;
  claude: string;
  model: string | null;
  permission_mode: string;
  max_turns: number | null;
  max_usd: number | null;
  turns_before: number;
  until_command: string | null;
  until_result: string | null;
  setup_command: string | null;
  setup_output: string | null;
  command: string | null;
  says: string;
  tries: number;
  idle: number;
  open_before: string | null;
  kill_asked_at: string | null;
  external_key: string | null;
  created_at: string;
  ended_at: string | null;
  cleaned_at: string | null;
  version: number;
};

export type RunFilter = { state?: RunState | undefined; project?: string | undefined };

const LIVE = "state NOT IN ('completed', 'failed', 'killed')";

export function runStore(store: Store) {
  const { db } = store;
  const one = db.prepare<[string], Row>('SELECT * FROM runs WHERE id = ?');
  const insert = db.prepare<Omit<Row, 'seq'>>(
    `INSERT INTO runs (id, state, reason, detail, next_step, wait_until, objective, project, directory, worktree,
       branch, new_branch, start_point, base_commit, session_id, claude, model, permission_mode, max_turns,
       max_usd, turns_before, until_command, until_result, setup_command, setup_output, command, says, tries,
       idle, open_before, kill_asked_at, external_key, created_at, ended_at, cleaned_at, version)
     VALUES (:id, :state, :reason, :detail, :next_step, :wait_until, :objective, :project, :directory, :worktree,
       :branch, :new_branch, :start_point, :base_commit, :session_id, :claude, :model, :permission_mode,
       :max_turns, :max_usd, :turns_before, :until_command, :until_result, :setup_command, :setup_output,
       :command, :says, :tries, :idle, :open_before, :kill_asked_at, :external_key, :created_at, :ended_at,
       :cleaned_at, :version)`,
  );
  const update = db.prepare<Row & { expected: number }>(
    `UPDATE runs SET state = :state, reason = :reason, detail = :detail, next_step = :next_step,
       wait_until = :wait_until, session_id = :session_id, claude = :claude, model = :model,
       permission_mode = :permission_mode, max_turns = :max_turns, max_usd = :max_usd,
       turns_before = :turns_before, until_result = :until_result, setup_output = :setup_output,
       command = :command, says = :says, tries = :tries, idle = :idle, open_before = :open_before,
       kill_asked_at = :kill_asked_at, ended_at = :ended_at, cleaned_at = :cleaned_at, version = :version
     WHERE id = :id AND version = :expected`,
  );
  const openByKey = db.prepare<[string], Row>(`SELECT * FROM runs WHERE external_key = ? AND ${LIVE}`);
  const liveOnBranch = db.prepare<[string, string], Row>(
    `SELECT * FROM runs WHERE project = ? AND branch = ? AND ${LIVE}`,
  );
  const live = db.prepare<[], Row>(`SELECT * FROM runs WHERE ${LIVE} ORDER BY seq`);
  const withWorktree = db.prepare<[], Row>(
    'SELECT * FROM runs WHERE worktree IS NOT NULL AND cleaned_at IS NULL ORDER BY seq',
  );
  const page = db.prepare<
    { state: string | null; project: string | null; before: number; limit: number },
    Row
  >(
    `SELECT * FROM runs WHERE (:state IS NULL OR state = :state) AND (:project IS NULL OR project = :project)
       AND seq < :before ORDER BY seq DESC LIMIT :limit`,
  );
  const byState = db.prepare<[], { state: RunState; count: number }>(
    'SELECT state, count(*) AS count FROM runs GROUP BY state',
  );
  const remove = db.prepare<[string, number]>('DELETE FROM runs WHERE id = ? AND version = ?');
  const old = db.prepare<[string, number], Row>(
    'SELECT * FROM runs WHERE ended_at < ? ORDER BY ended_at LIMIT ?',
  );

  const ofSession = db.prepare<[string], Row>(
    'SELECT * FROM runs WHERE session_id = ? ORDER BY seq DESC LIMIT 1',
  );
  const endedSince = db.prepare<[string], Row>(
    `SELECT * FROM runs WHERE ended_at IS NOT NULL AND ended_at > ? AND state IN ('failed', 'killed')
     ORDER BY ended_at`,
  );

  return {
    one: (id: string): Run | undefined => readable(one.get(id)),
    openByKey: (key: string): Run | undefined => readable(openByKey.get(key)),
    liveOnBranch: (project: string, branch: string): Run | undefined =>
      readable(liveOnBranch.get(project, branch)),
    /** The newest one that works, or worked, in a session. */
    ofSession: (sessionId: string): Run | undefined => readable(ofSession.get(sessionId)),
    /** Failed or killed after a moment, oldest first. */
    endedSince: (at: string): Run[] => endedSince.all(at).map(runOf),
    live: (): Run[] => live.all().map(runOf),
    withWorktree: (): Run[] => withWorktree.all().map(runOf),
    add: (run: Omit<Run, 'seq'>): Run => {
      const { lastInsertRowid } = insert.run(rowOf(run));
      return { ...run, seq: Number(lastInsertRowid) };
    },
    /** Compare-and-set: null where somebody else has written the row since it was read. */
    replace: (before: Run, change: Partial<Run>): Run | null => {
      const after = { ...before, ...change, version: before.version + 1 };
      const row = { ...rowOf(after), seq: before.seq, expected: before.version };
      return update.run(row).changes === 1 ? after : null;
    },
    /** Compare-and-set too: what was read is what goes. */
    remove: ({ id, version }: Run): boolean => remove.run(id, version).changes === 1,
    page: ({ state, project }: RunFilter, before: number, limit: number): Run[] =>
      page.all({ state: state ?? null, project: project ?? null, before, limit }).map(runOf),
    countByState: () => byState.all(),
    /** Ended before this, oldest first. */
    old: (before: string, limit: number): Run[] => old.all(before, limit).map(runOf),
  };
}

export type RunStore = ReturnType<typeof runStore>;

function readable(row: Row | undefined): Run | undefined {
  return row && runOf(row);
}

function runOf(row: Row): Run {
  return {
    seq: row.seq,
    id: row.id,
    state: row.state,
    reason: row.reason,
    detail: row.detail,
    nextStep: row.next_step,
    waitUntil: row.wait_until,
    objective: row.objective,
    project: row.project,
    directory: row.directory,
    worktree: row.worktree,
    branch: row.branch,
    newBranch: row.new_branch === 1,
    startPoint: row.start_point,
    baseCommit: row.base_commit,
    sessionId: row.session_id,
    claude: row.claude,
    model: row.model,
    permissionMode: row.permission_mode,
    maxTurns: row.max_turns,
    maxUsd: row.max_usd,
    turnsBefore: row.turns_before,
    until: row.until_command,
    untilResult: row.until_result === null ? null : JSON.parse(row.until_result),
    setup: row.setup_command,
    setupOutput: row.setup_output,
    command: row.command === null ? null : JSON.parse(row.command),
    says: JSON.parse(row.says),
    tries: row.tries,
    idle: row.idle,
    openBefore: row.open_before,
    killAskedAt: row.kill_asked_at,
    externalKey: row.external_key,
    createdAt: row.created_at,
    endedAt: row.ended_at,
    cleanedAt: row.cleaned_at,
    version: row.version,
  };
}

function rowOf(run: Omit<Run, 'seq'>): Omit<Row, 'seq'> {
  return {
    id: run.id,
    state: run.state,
    reason: run.reason,
    detail: run.detail,
    next_step: run.nextStep,
    wait_until: run.waitUntil,
    objective: run.objective,
    project: run.project,
    directory: run.directory,
    worktree: run.worktree,
    branch: run.branch,
    new_branch: run.newBranch ? 1 : 0,
    start_point: run.startPoint,
    base_commit: run.baseCommit,
    session_id: run.sessionId,
    claude: run.claude,
    model: run.model,
    permission_mode: run.permissionMode,
    max_turns: run.maxTurns,
    max_usd: run.maxUsd,
    turns_before: run.turnsBefore,
    until_command: run.until,
    until_result: run.untilResult === null ? null : JSON.stringify(run.untilResult),
    setup_command: run.setup,
    setup_output: run.setupOutput,
    command: run.command === null ? null : JSON.stringify(run.command),
    says: JSON.stringify(run.says),
    tries: run.tries,
    idle: run.idle,
    open_before: run.openBefore,
    kill_asked_at: run.killAskedAt,
    external_key: run.externalKey,
    created_at: run.createdAt,
    ended_at: run.endedAt,
    cleaned_at: run.cleanedAt,
    version: run.version,
  };
}
