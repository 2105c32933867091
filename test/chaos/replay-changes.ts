import type { Database } from 'better-sqlite3';

type ChangeRow = {
  seq: number;
  table_name: string;
  row_id: string;
  op: 'insert' | 'update' | 'delete';
  old: string | null;
  new: string | null;
};
type Row = Record<string, unknown>;

/** Each watched table, and what the log calls a row of it. */
const WATCHED: Record<string, { select: string; nameOf: (row: Row) => unknown }> = {
  // Bodies and their hashes stay out of the change log.
  events: {
    select: `SELECT seq, id, event, session_id, agent_id, tool_name, tool_use_id, source, via, at, received_at,
      outcome, detail, body_bytes FROM events`,
    nameOf: ({ id }) => id,
  },
  sessions: { select: 'SELECT * FROM sessions', nameOf: ({ id }) => id },
  evidence: { select: 'SELECT * FROM evidence', nameOf: ({ seq }) => seq },
  commitments: { select: 'SELECT * FROM commitments', nameOf: ({ id }) => id },
  completed_claims: { select: 'SELECT * FROM completed_claims', nameOf: ({ id }) => id },
  plans: { select: 'SELECT * FROM plans', nameOf: ({ session_id }) => session_id },
  plan_items: {
    select: 'SELECT * FROM plan_items',
    nameOf: ({ session_id, origin, id }) => `${session_id}/${origin}/${id}`,
  },
  runs: { select: 'SELECT * FROM runs', nameOf: ({ id }) => id },
  turns: { select: 'SELECT * FROM turns', nameOf: ({ id }) => id },
  turn_events: {
    select: 'SELECT turn_id, number, source, type, subtype, tools, at, body_bytes, cut FROM turn_events',
    nameOf: ({ turn_id, number }) => `${turn_id}/${number}`,
  },
  attention_items: { select: 'SELECT * FROM attention_items', nameOf: ({ id }) => id },
  reapings: { select: 'SELECT * FROM reapings', nameOf: ({ seq }) => seq },
  resume_entries: { select: 'SELECT * FROM resume_entries', nameOf: ({ id }) => id },
  resume_history: { select: 'SELECT * FROM resume_history', nameOf: ({ seq }) => seq },
  resume_refusals: { select: 'SELECT * FROM resume_refusals', nameOf: ({ seq }) => seq },
  resume_tombstones: { select: 'SELECT * FROM resume_tombstones', nameOf: ({ seq }) => seq },
  resume_brakes: { select: 'SELECT * FROM resume_brakes', nameOf: ({ id }) => id },
  host_lock_changes: { select: 'SELECT * FROM host_lock_changes', nameOf: ({ seq }) => seq },
};

/**
 * Plays the change log from its beginning and compares what comes of it with the tables. Returns a
 * sentence for each difference. `forgetful`: rows were forgotten, of which the log keeps the end alone.
 */
export function changeLogFaults(db: Database, { forgetful = false } = {}): string[] {
  const faults: string[] = [];
  const tables = new Map<string, Map<string, Row>>(Object.keys(WATCHED).map((name) => [name, new Map()]));
  for (const change of db.prepare<[], ChangeRow>('SELECT * FROM changes ORDER BY seq').iterate()) {
    const rows = tables.get(change.table_name);
    if (rows) play(change, rows);
    else faults.push(`change ${change.seq} is of an unknown table ${change.table_name}`);
  }
  for (const [name, { select, nameOf }] of Object.entries(WATCHED)) {
    compare(name, tables.get(name) ?? new Map(), db.prepare<[], Row>(select).all(), nameOf);
  }
  return faults;

  function play({ seq, op, row_id: id, old, new: now }: ChangeRow, rows: Map<string, Row>): void {
    const row = rows.get(id);
    if (op === 'insert') {
      if (row) faults.push(`change ${seq} inserts ${id}, which is there`);
      rows.set(id, asStored(JSON.parse(now ?? '{}')));
    } else if (op === 'delete') {
      if (!row && !forgetful) faults.push(`change ${seq} deletes ${id}, which is not there`);
      rows.delete(id);
    } else if (!row) faults.push(`change ${seq} updates ${id}, which is not there`);
    else {
      for (const [column, was] of Object.entries(JSON.parse(old ?? '{}')))
        if (row[column] !== was) faults.push(`change ${seq} finds another ${column} in ${id}`);
      Object.assign(row, JSON.parse(now ?? '{}'));
    }
  }

  function compare(
    table: string,
    replayed: Map<string, Row>,
    actual: Row[],
    nameOf: (row: Row) => unknown,
  ): void {
    for (const row of actual) {
      const id = String(nameOf(row));
      const told = replayed.get(id);
      replayed.delete(id);
      if (!told) faults.push(`${table} has ${id}, of which the log knows nothing`);
      else if (sorted(told) !== sorted(row)) faults.push(`${table} ${id} is not as the log tells`);
    }
    for (const id of replayed.keys()) faults.push(`the log tells of ${table} ${id}, which is not there`);
  }
}

/** A column of JSON is text in its table, and part of the whole in the log. */
function asStored(told: Row): Row {
  return Object.fromEntries(
    Object.entries(told).map(([column, value]) => [
      column,
      typeof value === 'object' && value !== null ? JSON.stringify(value) : value,
    ]),
  );
}

function sorted(row: Row): string {
  return JSON.stringify(Object.entries(row).sort(([a], [b]) => (a < b ? -1 : 1)));
}
