import type { Store } from '../store/index.ts';

/** The state of the whole queue that outlives a sidecar. */
export type Brakes = {
  /** By a person. */
  pausedAt: string | null;
  /** Attempts in a row that failed, over all entries. */
  failures: number;
  breakerUntil: string | null;
};

/** A revival, which outlives its entry. */
export type Tombstone = { sessionId: string; runId: string | null; at: string };

type Row = { paused_at: string | null; failures: number; breaker_until: string | null };
type TombstoneRow = { session_id: string; run_id: string | null; at: string };

/** The SQL of what holds the queue back. */
export function brakeStore({ db }: Store) {
  const read = db.prepare<[], Row>('SELECT paused_at, failures, breaker_until FROM resume_brakes');
  const write = db.prepare<Row>(
    `INSERT INTO resume_brakes (id, paused_at, failures, breaker_until)
     VALUES (1, :paused_at, :failures, :breaker_until)
     ON CONFLICT (id) DO UPDATE SET paused_at = :paused_at, failures = :failures, breaker_until = :breaker_until`,
  );
  const bury = db.prepare<TombstoneRow & { entry_id: string; turn_id: string }>(
    `INSERT INTO resume_tombstones (entry_id, turn_id, session_id, run_id, at)
     VALUES (:entry_id, :turn_id, :session_id, :run_id, :at)`,
  );
  const ofSession = db
    .prepare<[string, string], number>(
      'SELECT count(*) FROM resume_tombstones WHERE session_id = ? AND at > ?',
    )
    .pluck();
  const ofRun = db
    .prepare<[string, string], number>('SELECT count(*) FROM resume_tombstones WHERE run_id = ? AND at > ?')
    .pluck();
  const since = db.prepare<[string], TombstoneRow>(
    'SELECT session_id, run_id, at FROM resume_tombstones WHERE at > ? ORDER BY at',
  );
  const dropOld = db.prepare<[string, number]>(
    'DELETE FROM resume_tombstones WHERE seq IN (SELECT seq FROM resume_tombstones WHERE at < ? LIMIT ?)',
  );

  return {
    read: (): Brakes => {
      const row = read.get();
      return {
        pausedAt: row?.paused_at ?? null,
        failures: row?.failures ?? 0,
        breakerUntil: row?.breaker_until ?? null,
      };
    },
    /** Inside a transaction of the caller's, in which it was read. */
    write: ({ pausedAt, failures, breakerUntil }: Brakes): void => {
      write.run({ paused_at: pausedAt, failures, breaker_until: breakerUntil });
    },
    bury: (
      entry: { id: string; turnId: string; sessionId: string; runId: string | null },
      at: string,
    ): void => {
      const { id, turnId, sessionId, runId } = entry;
      bury.run({ entry_id: id, turn_id: turnId, session_id: sessionId, run_id: runId, at });
    },
    /** How often it was revived after a moment: by its run, which may have had several sessions, or by itself. */
    revivals: ({ sessionId, runId }: { sessionId: string; runId: string | null }, after: string): number =>
      Math.max(ofSession.get(sessionId, after) ?? 0, runId === null ? 0 : (ofRun.get(runId, after) ?? 0)),
    tombstones: (after: string): Tombstone[] =>
      since.all(after).map(({ session_id, run_id, at }) => ({ sessionId: session_id, runId: run_id, at })),
    dropBefore: (at: string, limit: number): number => dropOld.run(at, limit).changes,
  };
}

export type BrakeStore = ReturnType<typeof brakeStore>;
