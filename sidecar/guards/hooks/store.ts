import type { Store } from '../../store/index.ts';

/** An event that came, and the project of its session. */
export type Came = {
  seq: number;
  event: string;
  session_id: string | null;
  project: string | null;
  at: string;
};

type OfSession = { event: string; at: string; tool_use_id: string | null };

/** Of a session that is judged while it works, the newest events tell. */
const NEWEST = 2_000;
const STEP = 5_000;

export function hookEvents({ db }: Store) {
  const newest = db.prepare<[], number>('SELECT coalesce(max(seq), 0) FROM events').pluck();
  const since = db.prepare<[number, number], Came>(
    `SELECT e.seq, e.event, e.session_id, s.project, e.at FROM events e LEFT JOIN sessions s ON s.id = e.session_id
     WHERE e.seq > ? AND e.outcome <> 'sample' ORDER BY e.seq LIMIT ?`,
  );
  const first = db
    .prepare<[string], string>(
      "SELECT at FROM events WHERE session_id = ? AND outcome <> 'sample' ORDER BY seq LIMIT 1",
    )
    .pluck();
  const ofSession = db.prepare<[string, number], OfSession>(
    'SELECT event, at, tool_use_id FROM events WHERE session_id = ? ORDER BY seq DESC LIMIT ?',
  );
  const began = db
    .prepare<[string], number>(
      `SELECT seq FROM events WHERE session_id = ? AND event = 'SessionStart' ORDER BY seq DESC LIMIT 1`,
    )
    .pluck();

  const transcript = db
    .prepare<[], string>(
      'SELECT transcript_path FROM sessions WHERE transcript_path IS NOT NULL ORDER BY started_at DESC, id DESC LIMIT 1',
    )
    .pluck();

  return {
    newest: (): number => newest.get() ?? 0,
    /** What came after a row, at most one step of it. */
    since: (seq: number): Came[] => since.all(seq, STEP),
    first: (sessionId: string): string | null => first.get(sessionId) ?? null,
    ofSession: (sessionId: string): OfSession[] => ofSession.all(sessionId, NEWEST),
    /** Of the session that began last. */
    transcript: (): string | null => transcript.get() ?? null,
    /** The row with which a session began last. */
    began: (sessionId: string): number | null => began.get(sessionId) ?? null,
  };
}

export type HookEvents = ReturnType<typeof hookEvents>;
