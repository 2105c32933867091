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

/** Bodies and their hashes stay out of the change log. */
const WATCHED = {
  events: `SELECT seq, id, event, session_id, agent_id, tool_name, tool_use_id, source, via, at, received_at,
    outcome, detail, body_bytes FROM events`,
  sessions: 'SELECT * FROM sessions',
  evidence: 'SELECT * FROM evidence',
  commitments: 'SELECT * FROM commitments',
  completed_claims: 'SELECT * FROM completed_claims',
};
/** Columns that hold JSON: the log holds them as what they say, and a change of them as they were written. */
const JSON_COLUMNS = ['deeds', 'attempts', 'evidence'];

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
  for (const [name, select] of Object.entries(WATCHED)) {
    compare(name, tables.get(name) ?? new Map(), db.prepare<[], Row>(select).all());
  }
  return faults;

  function play({ seq, op, row_id: id, old, new: now }: ChangeRow, rows: Map<string, Row>): void {
    const row = rows.get(id);
    if (op === 'insert') {
      if (row) faults.push(`change ${seq} inserts ${id}, which is there`);
      rows.set(id, JSON.parse(now ?? '{}'));
    } else if (op === 'delete') {
      if (!row && !forgetful) faults.push(`change ${seq} deletes ${id}, which is not there`);
      rows.delete(id);
    } else if (!row) faults.push(`change ${seq} updates ${id}, which is not there`);
    else {
      for (const [column, was] of Object.entries(JSON.parse(old ?? '{}')))
        if (same(row[column]) !== same(was)) faults.push(`change ${seq} finds another ${column} in ${id}`);
      Object.assign(row, JSON.parse(now ?? '{}'));
    }
  }

  function compare(table: string, replayed: Map<string, Row>, actual: Row[]): void {
    for (const row of actual) {
      const id = String(row.id ?? row.seq);
      const told = replayed.get(id);
      replayed.delete(id);
      if (!told) faults.push(`${table} has ${id}, of which the log knows nothing`);
      else if (sorted(told) !== sorted(row)) faults.push(`${table} ${id} is not as the log tells`);
    }
    for (const id of replayed.keys()) faults.push(`the log tells of ${table} ${id}, which is not there`);
  }
}

function sorted(row: Row): string {
  const entries = Object.entries(row).map(([column, value]) => [
    column,
    JSON_COLUMNS.includes(column) ? same(value) : value,
  ]);
  return JSON.stringify(entries.sort(([a], [b]) => (String(a) < String(b) ? -1 : 1)));
}

function same(value: unknown): unknown {
  return typeof value === 'object' && value !== null ? JSON.stringify(value) : value;
}
