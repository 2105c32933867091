import { daysBefore, type Store } from '../store/index.ts';

export type Via = 'live' | 'spool';
export type Outcome = 'applied' | 'stored' | 'refused-move' | 'duplicate' | 'sample';

export type EventRow = {
  id: string;
  event: string;
  session_id: string | null;
  agent_id: string | null;
  tool_name: string | null;
  tool_use_id: string | null;
  source: string;
  via: Via;
  at: string;
  received_at: string;
  outcome: Outcome;
  detail: string | null;
  body: string | null;
  body_bytes: number;
  body_hash: string;
};

export type StoredEvent = EventRow & { seq: number };

type BodySource = { source: string; outcome: Outcome; body_hash: string };

/** Bodies are the bulk of the ledger; what was derived from them stays longer. */
const KEEP_BODY_DAYS = 14;
const PRUNE_STEP = 1_000;

export function eventStore(store: Store) {
  const { db } = store;
  const insert = db.prepare<EventRow>(
    `INSERT INTO events (id, event, session_id, agent_id, tool_name, tool_use_id, source, via, at,
       received_at, outcome, detail, body, body_bytes, body_hash)
     VALUES (:id, :event, :session_id, :agent_id, :tool_name, :tool_use_id, :source, :via, :at,
       :received_at, :outcome, :detail, :body, :body_bytes, :body_hash)`,
  );
  const hashOf = db.prepare<[string], string>('SELECT body_hash FROM events WHERE id = ?').pluck();
  // Few people have both sources, so only the plugin's events are indexed by their body. Its own event
  // looks for the other one among the session's newest: the two come within seconds.
  const fromPlugin = db
    .prepare<[string], number>("SELECT 1 FROM events WHERE body_hash = ? AND source = 'plugin'")
    .pluck();
  const newestOf = db.prepare<[string | null], BodySource>(
    'SELECT source, outcome, body_hash FROM events WHERE session_id IS ? ORDER BY seq DESC LIMIT 100',
  );
  const one = db.prepare<[string], StoredEvent>('SELECT * FROM events WHERE id = ?');
  const columns = `seq, id, event, session_id, agent_id, tool_name, tool_use_id, source, via, at,
    received_at, outcome, detail, body_bytes`;
  const page = db.prepare<[number, number], StoredEvent>(
    `SELECT ${columns} FROM events WHERE seq > ? ORDER BY seq LIMIT ?`,
  );
  const pageOfSession = db.prepare<[string, number, number], StoredEvent>(
    `SELECT ${columns} FROM events WHERE session_id = ? AND seq > ? ORDER BY seq LIMIT ?`,
  );
  const latest = db.prepare<[number], StoredEvent>(`SELECT ${columns} FROM events ORDER BY seq DESC LIMIT ?`);
  const latestOfSession = db.prepare<[string, number], StoredEvent>(
    `SELECT ${columns} FROM events WHERE session_id = ? ORDER BY seq DESC LIMIT ?`,
  );
  // The last is the newest: an older one is never applied.
  const lastApplied = db
    .prepare<[string], string>(
      `SELECT at FROM events WHERE session_id = ? AND outcome = 'applied' AND agent_id IS NULL
       ORDER BY seq DESC LIMIT 1`,
    )
    .pluck();
  const receipts = db.prepare<[number, number], { seq: number; received_at: string }>(
    'SELECT seq, received_at FROM events WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const dropBodies = db.prepare<[number, number]>('UPDATE events SET body = NULL WHERE seq > ? AND seq <= ?');
  const dropRows = db.prepare<[number]>('DELETE FROM events WHERE seq <= ?');

  /** The last of the next rows after `from` that all were received before `limit`, or `from`. */
  function endOfOlder(from: number, limit: string): number {
    let end = from;
    for (const row of receipts.all(from, PRUNE_STEP)) {
      if (row.received_at >= limit) break;
      end = row.seq;
    }
    return end;
  }

  let bodiesDroppedUpTo = 0; // Begins anew with each start: the first rounds then pass over empty bodies.

  return {
    insert: (row: EventRow) => insert.run(row),
    hashOf: (id: string): string | undefined => hashOf.get(id),
    /** Whether the other source has sent this body once more often than its doubles came from this one. */
    hasUnpaired: (hash: string, source: string, sessionId: string | null): boolean => {
      if (source === 'settings' && fromPlugin.get(hash) === undefined) return false;
      const rows = newestOf.all(sessionId).filter((row) => row.body_hash === hash);
      const originals = rows.filter((row) => row.source !== source && row.outcome !== 'duplicate');
      const doubles = rows.filter((row) => row.source === source && row.outcome === 'duplicate');
      return originals.length > doubles.length;
    },
    one: (id: string): StoredEvent | undefined => one.get(id),
    page: (after: number, limit: number, sessionId?: string): StoredEvent[] =>
      sessionId === undefined ? page.all(after, limit) : pageOfSession.all(sessionId, after, limit),
    /** The newest so many, oldest of them first. */
    last: (count: number, sessionId?: string): StoredEvent[] =>
      (sessionId === undefined ? latest.all(count) : latestOfSession.all(sessionId, count)).reverse(),
    lastAppliedAt: (sessionId: string): string | null => lastApplied.get(sessionId) ?? null,
    /** One short transaction. Returns whether there may be more to do. */
    prune: (now: Date, keepDays: number): boolean => {
      const rowsUpTo = endOfOlder(0, daysBefore(now, keepDays));
      const bodiesFrom = Math.max(bodiesDroppedUpTo, rowsUpTo);
      const bodiesUpTo = endOfOlder(bodiesFrom, daysBefore(now, KEEP_BODY_DAYS));
      if (rowsUpTo === 0 && bodiesUpTo === bodiesFrom) return false;
      store.write(() => {
        dropRows.run(rowsUpTo);
        dropBodies.run(bodiesFrom, bodiesUpTo);
      });
      bodiesDroppedUpTo = bodiesUpTo;
      return true;
    },
  };
}

export type EventStore = ReturnType<typeof eventStore>;
