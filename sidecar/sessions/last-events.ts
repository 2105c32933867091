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
  const beforeEnd = db.prepare<[string], Row>(
    `SELECT event, at, tool_name, body FROM events
     WHERE session_id = ? AND outcome IN ('applied', 'refused-move') AND agent_id IS NULL
       AND event IN ('SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'PostToolUseFailure',
         'Stop', 'StopFailure')
     ORDER BY seq DESC LIMIT 1`,
  );
  const last = (event: string, columns: string) =>
    db.prepare<[string], Row>(`${from(columns)} AND event = '${event}' ORDER BY seq DESC LIMIT 1`);
  const stop = last('Stop', 'body');
  const prompt = last('UserPromptSubmit', 'NULL AS body');
  const call = last('PreToolUse', 'NULL AS body');
  const started = db.prepare<[string], Row>(
    `${from('body')} AND event = 'SessionStart' AND NOT body ->> '$.source' IS 'compact'
     ORDER BY seq DESC LIMIT 1`,
  );
  const failedSince = db
    .prepare<[string], string>(
      "SELECT DISTINCT session_id FROM events WHERE event = 'StopFailure' AND at > ?",
    )
    .pluck();
  const newest = db
    .prepare<[string], number>('SELECT seq FROM events WHERE session_id = ? ORDER BY seq DESC LIMIT 1')
    .pluck();

  return {
    turn: (id: string): TurnEvent | null => eventOf(turn.get(id)),
    /**
     * Of a session that said that it ended, and not why: the error of the API that ended it; null: none did.
     * With `-p` the two hooks come at once, and either may be the first.
     */
    endedByError: (id: string): TurnEvent | null => {
      const last = eventOf(turn.get(id));
      if (last?.event !== 'SessionEnd' || last.body.reason !== 'other') return null;
      const before = eventOf(beforeEnd.get(id));
      return before?.event === 'StopFailure' ? before : null;
    },
    stop: (id: string): TurnEvent | null => eventOf(stop.get(id)),
    prompt: (id: string): TurnEvent | null => eventOf(prompt.get(id)),
    /** The start of its newest process: a session is resumed from the directory that this one names. */
    started: (id: string): TurnEvent | null => eventOf(started.get(id)),
    /** Sessions with a turn that an error of the API cut off after a moment. */
    failedSince: (at: string): string[] => failedSince.all(at),
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
