import type { Store } from '../store/index.ts';

export type NewTurnEvent = {
  source: 'stream' | 'holdfast';
  type: string;
  subtype: string | null;
  tools: number;
  bytes: number;
  cut: boolean;
  body: string;
};

export type TurnEvent = {
  turnId: string;
  number: number;
  source: 'stream' | 'holdfast';
  type: string;
  subtype: string | null;
  tools: number;
  at: string;
  bytes: number;
  cut: boolean;
  /** JSON, but for a line too long to be read as such; null once it was pruned. */
  body: string | null;
};

type Row = {
  turn_id: string;
  number: number;
  source: 'stream' | 'holdfast';
  type: string;
  subtype: string | null;
  tools: number;
  at: string;
  body_bytes: number;
  cut: number;
  body: string | null;
};

/** The SQL of `turn_events`: one row for each event of a stream. */
export function turnEventStore({ db }: Store) {
  const insert = db.prepare<Row>(
    `INSERT INTO turn_events (turn_id, number, source, type, subtype, tools, at, body_bytes, cut, body)
     VALUES (:turn_id, :number, :source, :type, :subtype, :tools, :at, :body_bytes, :cut, :body)`,
  );
  const highest = db
    .prepare<[string], number>('SELECT coalesce(max(number), 0) FROM turn_events WHERE turn_id = ?')
    .pluck();
  const last = db
    .prepare<[string, string], string | null>(
      'SELECT body FROM turn_events WHERE turn_id = ? AND type = ? ORDER BY number DESC LIMIT 1',
    )
    .pluck();
  const page = db.prepare<[string, number, number], Row>(
    'SELECT * FROM turn_events WHERE turn_id = ? AND number > ? ORDER BY number LIMIT ?',
  );

  return {
    highest: (turnId: string): number => highest.get(turnId) ?? 0,
    add: (turnId: string, number: number, at: string, event: NewTurnEvent): void => {
      const { source, type, subtype, tools, bytes, cut, body } = event;
      insert.run({
        turn_id: turnId,
        number,
        source,
        type,
        subtype,
        tools,
        at,
        body_bytes: bytes,
        cut: cut ? 1 : 0,
        body,
      });
    },
    /** The newest of a type, read; undefined where there is none that can be read. */
    last: (turnId: string, type: string): Record<string, unknown> | undefined => {
      const body = last.get(turnId, type);
      return body === undefined || body === null ? undefined : readable(body);
    },
    /** In order, from the one after `after`. */
    page: (turnId: string, after: number, limit: number): TurnEvent[] =>
      page.all(turnId, after, limit).map((row) => ({
        turnId: row.turn_id,
        number: row.number,
        source: row.source,
        type: row.type,
        subtype: row.subtype,
        tools: row.tools,
        at: row.at,
        bytes: row.body_bytes,
        cut: row.cut === 1,
        body: row.body,
      })),
  };
}

export type TurnEventStore = ReturnType<typeof turnEventStore>;

function readable(body: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(body);
  } catch {
    return undefined; // It was cut, so that it is no JSON any more.
  }
}
