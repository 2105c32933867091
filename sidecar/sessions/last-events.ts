import type { Store } from '../store/index.ts';

/** The event of a session that decided last whether a turn is in flight. */
export type TurnEvent = {
  event:
    | 'SessionStart'
    | 'UserPromptSubmit'
    | 'PreToolUse'
    | 'PostToolUse'
    | 'PostToolUseFailure'
    | 'Stop'
    | 'StopFailure'
    | 'SessionEnd';
  at: string;
  toolName: string | null;
  /** Empty once it was pruned, and where only the time is asked for. */
  body: Record<string, unknown>;
};

type Row = { event: TurnEvent['event']; at: string; tool_name: string | null; body: string | null };

/** What the newest events of a session say. The last that was applied is the newest: an older one never is. */
export function lastEvents({ db }: Store) {
  const from = (columns: string) => `SELECT event, at, tool_name, ${columns} FROM events
    WHERE session_id = ? AND outcome = 'applied' AND agent_id IS NULL`;
  const turn = db.prepare<[string], Row>(
    `${from('body')} AND event IN ('SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse',
       'PostToolUseFailure', 'Stop', 'StopFailure', 'SessionEnd')
     AND NOT (event = 'SessionStart' AND body ->> '$.source' IS 'compact')
     ORDER BY seq DESC LIMIT 1`,
  );
  const last = (event: string, columns: string) =>
    db.prepare<[string], Row>(`${from(columns)} AND event = '${event}' ORDER BY seq DESC LIMIT 1`);
  const stop = last('Stop', 'body');
  const prompt = last('UserPromptSubmit', 'NULL AS body');
  const call = last('PreToolUse', 'NULL AS body');
  const newest = db
    .prepare<[string], number>('SELECT seq FROM events WHERE session_id = ? ORDER BY seq DESC LIMIT 1')
    .pluck();

  return {
    turn: (id: string): TurnEvent | null => eventOf(turn.get(id)),
    stop: (id: string): TurnEvent | null => eventOf(stop.get(id)),
    prompt: (id: string): TurnEvent | null => eventOf(prompt.get(id)),
    call: (id: string): TurnEvent | null => eventOf(call.get(id)),
    /** Grows with whatever is heard of the session. */
    newest: (id: string): number => newest.get(id) ?? 0,
  };
}

export type LastEvents = ReturnType<typeof lastEvents>;

function eventOf(row: Row | undefined): TurnEvent | null {
  if (!row) return null;
  const body = row.body === null ? {} : (JSON.parse(row.body) as Record<string, unknown>);
  return { event: row.event, at: row.at, toolName: row.tool_name, body };
}
