import { daysBefore } from './days-before.ts';
import type { Store } from './store.ts';

export type Change = {
  seq: number;
  at: string;
  table: string;
  id: string;
  op: 'insert' | 'update' | 'delete';
  machineId: string;
  schemaVersion: number;
  old: Record<string, unknown> | null;
  new: Record<string, unknown> | null;
};

type ChangeRow = {
  seq: number;
  at: string;
  table_name: string;
  row_id: string;
  op: Change['op'];
  machine_id: string;
  schema_version: number;
  old: string | null;
  new: string | null;
};

/** The log is a window for readers that reconnect, and no archive: two weeks, and at most this many rows. */
const KEEP_DAYS = 14;
const KEEP_ROWS = 500_000;
/** A prune is one write transaction; small steps let intake in between. */
const PRUNE_STEP = 5_000;

export type ChangeLog = ReturnType<typeof changeLog>;

export function changeLog(store: Store) {
  const { db } = store;
  const page = db.prepare<[number, number], ChangeRow>(
    'SELECT * FROM changes WHERE seq > ? ORDER BY seq LIMIT ?',
  );
  const oldest = db.prepare<[], number | null>('SELECT min(seq) FROM changes').pluck();
  // Looks at one step's worth of the oldest rows only, however long the log is.
  const pruneStep = db.prepare<[number, string, number]>(
    `DELETE FROM changes WHERE seq <= (
       SELECT max(seq) FROM (SELECT seq, at FROM changes ORDER BY seq LIMIT ?) WHERE at < ? OR seq <= ?)`,
  );

  return {
    after: (cursor: number, limit: number): Change[] => page.all(cursor, limit).map(readable),
    last: store.lastChange,
    /** False where rows after the cursor were pruned, or where the cursor is of another ledger. */
    reaches: (cursor: number): boolean => {
      const last = store.lastChange();
      return cursor <= last && cursor >= (oldest.get() ?? last + 1) - 1;
    },
    /** One short transaction. Returns whether there may be more to do. */
    prune: (now: Date): boolean => {
      const before = daysBefore(now, KEEP_DAYS);
      return store.write(() => pruneStep.run(PRUNE_STEP, before, store.lastChange() - KEEP_ROWS).changes > 0);
    },
  };
}

function readable(row: ChangeRow): Change {
  return {
    seq: row.seq,
    table: row.table_name,
    id: row.row_id,
    op: row.op,
    at: row.at,
    machineId: row.machine_id,
    schemaVersion: row.schema_version,
    old: row.old === null ? null : JSON.parse(row.old),
    new: row.new === null ? null : JSON.parse(row.new),
  };
}
