import type { Verb } from '../claims/index.ts';
import { daysBefore, type Store } from '../store/index.ts';
import { sessionReader } from './background.ts';
import type { Deed, Reading, ToolCall } from './reading.ts';

/** A finished tool call and what it proves. Times are ISO text. */
export type Evidence = Reading & {
  seq: number;
  sessionId: string;
  topicId: string | null;
  /** Set where a subagent made the call. */
  agentId: string | null;
  toolUseId: string | null;
  tool: string;
  outcome: 'ok' | 'failed';
  at: string;
};

/** What a commitment or a verdict keeps of a call: it outlives the row. */
export type EvidenceNote = { toolUseId: string | null; tool: string; summary: string; at: string };

export type FinishedCall = Pick<Evidence, 'sessionId' | 'topicId' | 'agentId' | 'toolUseId' | 'at'> & {
  call: ToolCall;
  /** A person stopped it: it neither did anything nor failed at it. */
  interrupted: boolean;
};

export type EvidenceFilter = { sessionId?: string | undefined; verb?: Verb | undefined };

type Row = {
  seq: number;
  session_id: string;
  topic_id: string | null;
  agent_id: string | null;
  tool_use_id: string | null;
  tool: string;
  summary: string;
  outcome: 'ok' | 'failed';
  at: string;
  verbs: string;
  changes_code: number;
  deeds: string;
};

type Newest = {
  sessionId: string;
  verb: string;
  stales: number;
  until: string | null;
  limit: number;
  skip: number;
};
const AT_ONCE = 200;
const MOST_SESSIONS = 100;

export function evidenceLedger(store: Store) {
  const { db } = store;
  const insert = db.prepare<Omit<Row, 'seq'>>(
    `INSERT INTO evidence (session_id, topic_id, agent_id, tool_use_id, tool, summary, outcome, at, verbs,
       changes_code, deeds)
     VALUES (:session_id, :topic_id, :agent_id, :tool_use_id, :tool, :summary, :outcome, :at, :verbs,
       :changes_code, :deeds)`,
  );
  const since = db.prepare<{ verb: string; at: string; topicId: string; sessionId: string | null }, Row>(
    `SELECT * FROM evidence WHERE at > :at AND (topic_id = :topicId OR session_id = :sessionId)
       AND verbs LIKE :verb ORDER BY at, seq`,
  );
  const newest = db.prepare<Newest, Row>(
    `SELECT * FROM evidence WHERE session_id = :sessionId AND (verbs LIKE :verb OR (:stales AND changes_code))
       AND (:until IS NULL OR at <= :until)
     ORDER BY at DESC, seq DESC LIMIT :limit OFFSET :skip`,
  );
  const page = db.prepare<{ verb: string | null; before: number; limit: number }, Row>(
    `SELECT * FROM evidence WHERE seq < :before AND (:verb IS NULL OR verbs LIKE :verb)
     ORDER BY seq DESC LIMIT :limit`,
  );
  const pageOfSession = db.prepare<
    { verb: string | null; sessionId: string; before: number; limit: number },
    Row
  >(
    `SELECT * FROM evidence WHERE session_id = :sessionId AND seq < :before
       AND (:verb IS NULL OR verbs LIKE :verb)
     ORDER BY seq DESC LIMIT :limit`,
  );
  const writing = db.prepare<[string], { deeds: string }>(
    `SELECT deeds FROM evidence WHERE session_id = ? AND outcome = 'ok' AND verbs LIKE '% update %'
     ORDER BY seq DESC LIMIT 500`,
  );
  const dropOld = db.prepare<[string, number]>(
    'DELETE FROM evidence WHERE seq IN (SELECT seq FROM evidence WHERE at < ? ORDER BY at LIMIT ?)',
  );

  /** In memory alone: of a command that was started before the sidecar was, the end proves nothing. */
  const readers = new Map<string, ReturnType<typeof sessionReader>>();
  const readerOf = (sessionId: string) => {
    const reader = readers.get(sessionId) ?? sessionReader();
    readers.delete(sessionId);
    readers.set(sessionId, reader);
    const [oldest] = readers.keys();
    if (readers.size > MOST_SESSIONS && oldest !== undefined) readers.delete(oldest);
    return reader;
  };

  return {
    /** Runs inside a transaction of the caller's. */
    record: ({ call, interrupted, ...facts }: FinishedCall): Evidence => {
      const { summary, deeds, changesCode } = readerOf(facts.sessionId)(call);
      const reading = { summary, deeds: interrupted ? [] : deeds, changesCode };
      const outcome = call.ok ? 'ok' : 'failed';
      const evidence = { ...facts, ...reading, tool: call.tool, outcome } as const;
      return { ...evidence, seq: Number(insert.run(rowOf(evidence)).lastInsertRowid) };
    },
    /** What a promise that was made at `at` would have heard already, oldest first: events can come late. */
    since: (of: { verb: Verb; at: string; topicId: string; sessionId: string | null }): Evidence[] =>
      since.all({ ...of, verb: withVerb(of.verb) }).map(evidenceOf),
    /**
     * The calls of a session that concern a claim, newest first and a few at a time: the last of them decide. No
     * cursor stays open between them, which would keep the connection from every write.
     */
    newestFirst: function* (sessionId: string, verb: Verb, until: string | null): Generator<Evidence> {
      const stales = goesStale(verb) ? 1 : 0;
      const of = { sessionId, verb: withVerb(verb), stales, until, limit: AT_ONCE };
      for (let skip = 0, more = true; more; skip += AT_ONCE) {
        const rows = newest.all({ ...of, skip });
        for (const row of rows) yield evidenceOf(row);
        more = rows.length === AT_ONCE;
      }
    },
    /** The ends of the paths of files that a session wrote, newest first: the last parts tell which file it is. */
    filesWritten: (sessionId: string): string[] => {
      const deeds = writing.all(sessionId).flatMap((row) => JSON.parse(row.deeds) as Deed[]);
      const writes = deeds.filter(
        ({ verb, outcome, named }) => verb === 'update' && outcome === 'did' && named,
      );
      return [...new Set(writes.flatMap(({ on }) => on[0] ?? []))];
    },
    page: ({ sessionId, verb }: EvidenceFilter, before: number, limit: number): Evidence[] => {
      const of = { verb: verb === undefined ? null : withVerb(verb), before, limit };
      const rows = sessionId === undefined ? page.all(of) : pageOfSession.all({ ...of, sessionId });
      return rows.map(evidenceOf);
    },
    /** One short transaction. Returns whether there may be more to do. */
    prune: (now: Date, keepDays: number): boolean => {
      const limit = daysBefore(now, keepDays);
      return store.write(() => dropOld.run(limit, 1_000).changes) === 1_000;
    },
  };
}

export type EvidenceLedger = ReturnType<typeof evidenceLedger>;

export function noteOf({ toolUseId, tool, summary, at }: Evidence): EvidenceNote {
  return { toolUseId, tool, summary, at };
}

/** What was done on the code as it was then says nothing about the code as it is now. */
export function goesStale(verb: Verb): boolean {
  return verb === 'test' || verb === 'build' || verb === 'run';
}

function withVerb(verb: Verb): string {
  return `% ${verb} %`;
}

function rowOf(evidence: Omit<Evidence, 'seq'>): Omit<Row, 'seq'> {
  const verbs = new Set(evidence.deeds.map(({ verb }) => verb));
  return {
    session_id: evidence.sessionId,
    topic_id: evidence.topicId,
    agent_id: evidence.agentId,
    tool_use_id: evidence.toolUseId,
    tool: evidence.tool,
    summary: evidence.summary,
    outcome: evidence.outcome,
    at: evidence.at,
    verbs: verbs.size === 0 ? '' : ` ${[...verbs].join(' ')} `,
    changes_code: evidence.changesCode ? 1 : 0,
    deeds: JSON.stringify(evidence.deeds),
  };
}

function evidenceOf(row: Row): Evidence {
  return {
    seq: row.seq,
    sessionId: row.session_id,
    topicId: row.topic_id,
    agentId: row.agent_id,
    toolUseId: row.tool_use_id,
    tool: row.tool,
    summary: row.summary,
    outcome: row.outcome,
    at: row.at,
    changesCode: row.changes_code === 1,
    deeds: JSON.parse(row.deeds) as Deed[],
  };
}
