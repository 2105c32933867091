import { randomUUID } from 'node:crypto';
import type { Verb } from '../claims/index.ts';
import { daysBefore, type Store } from '../store/index.ts';
import type { Commitment, Promised, Status } from './commitment.ts';
import { CLAIM_KEY_PREFIX } from './key.ts';
import { type CommitmentFilter, pageQuery, type Query } from './page-query.ts';

type Row = {
  seq: number;
  id: string;
  topic_id: string;
  session_id: string | null;
  last_session_id: string | null;
  verb: Verb;
  object: string;
  detail: string;
  kind: Commitment['kind'];
  trigger_text: string | null;
  quote: string | null;
  status: Commitment['status'];
  external_key: string | null;
  opened_at: string;
  expires_at: string;
  stated_count: number;
  last_stated_at: string;
  closed_at: string | null;
  kept_by: Commitment['keptBy'];
  evidence: string | null;
  attempts: string;
  note: string | null;
  version: number;
};

export type PromisesOfDay = { day: string; what: 'made' | Exclude<Status, 'open'>; count: number };

export function commitmentStore(store: Store) {
  const { db } = store;
  const one = db.prepare<[string], Row>('SELECT * FROM commitments WHERE id = ?');
  const insert = db.prepare<Omit<Row, 'seq'>>(
    `INSERT INTO commitments (id, topic_id, session_id, last_session_id, verb, object, detail, kind, trigger_text,
       quote, status, external_key, opened_at, expires_at, stated_count, last_stated_at, closed_at, kept_by,
       evidence, attempts, note, version)
     VALUES (:id, :topic_id, :session_id, :last_session_id, :verb, :object, :detail, :kind, :trigger_text,
       :quote, :status, :external_key, :opened_at, :expires_at, :stated_count, :last_stated_at, :closed_at,
       :kept_by, :evidence, :attempts, :note, :version)`,
  );
  const update = db.prepare<Row & { expected: number }>(
    `UPDATE commitments SET last_session_id = :last_session_id, object = :object, detail = :detail, status = :status,
       external_key = :external_key, expires_at = :expires_at, stated_count = :stated_count,
       last_stated_at = :last_stated_at, closed_at = :closed_at, kept_by = :kept_by, evidence = :evidence,
       attempts = :attempts, note = :note, version = :version
     WHERE id = :id AND version = :expected AND status = 'open'`,
  );
  const openByKey = db.prepare<[string], Row>(
    "SELECT * FROM commitments WHERE external_key = ? AND status = 'open'",
  );
  const openOfVerb = db.prepare<[string, string], Row>(
    `SELECT * FROM commitments WHERE topic_id = ? AND verb = ? AND status = 'open'
     ORDER BY last_stated_at DESC, seq DESC`,
  );
  const openFor = db.prepare<{ topicId: string | null; sessionId: string | null }, Row>(
    `SELECT * FROM commitments WHERE status = 'open' AND topic_id = :topicId
     UNION SELECT * FROM commitments WHERE status = 'open' AND session_id = :sessionId
     UNION SELECT * FROM commitments WHERE status = 'open' AND last_session_id = :sessionId
     ORDER BY opened_at, seq`,
  );
  const countFromClaims = db
    .prepare<[string, string], number>(
      `SELECT count(*) FROM commitments
       WHERE topic_id = ? AND status = 'open' AND external_key GLOB ?`,
    )
    .pluck();
  const countOpen = db.prepare<[], number>("SELECT count(*) FROM commitments WHERE status = 'open'").pluck();
  const overdue = db.prepare<[string], Row>(
    "SELECT * FROM commitments WHERE status = 'open' AND expires_at <= ?",
  );
  const byStatus = db.prepare<[], { status: Status; count: number }>(
    'SELECT status, count(*) AS count FROM commitments GROUP BY status',
  );
  const byDay = db.prepare<{ since: string }, PromisesOfDay>(
    `SELECT date(opened_at, 'localtime') AS day, 'made' AS what, count(*) AS count
       FROM commitments WHERE opened_at >= :since GROUP BY 1
     UNION ALL SELECT date(closed_at, 'localtime'), status, count(*)
       FROM commitments WHERE closed_at >= :since GROUP BY 1, 2`,
  );
  const dropClosed = db.prepare<[string, number]>(
    `DELETE FROM commitments WHERE seq IN
       (SELECT seq FROM commitments WHERE closed_at < ? ORDER BY closed_at LIMIT ?)`,
  );

  function countOf({ sql, values }: Query): number {
    return (
      db
        .prepare<unknown[], number>(sql)
        .pluck()
        .get(...values) ?? 0
    );
  }

  return {
    one: (id: string): Commitment | undefined => readable(one.get(id)),
    openByKey: (key: string): Commitment | undefined => readable(openByKey.get(key)),
    /** Open ones of a topic and verb that were read in messages, the one stated last first. */
    openClaims: (topicId: string, verb: string): Commitment[] =>
      openOfVerb
        .all(topicId, verb)
        .filter((row) => row.external_key?.startsWith(CLAIM_KEY_PREFIX))
        .map(commitmentOf),
    /** Everything open that a call or a prompt of this session and topic could concern, oldest first. */
    openFor: (of: { topicId: string | null; sessionId: string | null }): Commitment[] =>
      openFor.all(of).map(commitmentOf),
    countOpen: (): number => countOpen.get() ?? 0,
    countFromClaims: (topicId: string): number => countFromClaims.get(topicId, `${CLAIM_KEY_PREFIX}*`) ?? 0,
    overdue: (now: string): Commitment[] => overdue.all(now).map(commitmentOf),
    add: (promised: Promised): Commitment => {
      const row = newRow(promised);
      const { lastInsertRowid } = insert.run(row);
      return commitmentOf({ ...row, seq: Number(lastInsertRowid) });
    },
    /** Compare-and-set: null where somebody else has written the row since it was read. */
    replace: (before: Commitment, change: Partial<Commitment>): Commitment | null => {
      const after = { ...before, ...change, version: before.version + 1 };
      return update.run({ ...rowOf(after), expected: before.version }).changes === 1 ? after : null;
    },
    page: (filter: CommitmentFilter, before: number, limit: number): Commitment[] => {
      const query = pageQuery(filter, before, limit, countOf);
      return query === null
        ? []
        : db
            .prepare<unknown[], Row>(query.sql)
            .all(...query.values)
            .map(commitmentOf);
    },
    countByStatus: () => byStatus.all(),
    /** By the days of this machine's clock: when they were made, and when they closed. */
    countByDay: (since: string): PromisesOfDay[] => byDay.all({ since }),
    /** Closed ones go by age; open ones stay. One short transaction; returns whether there may be more. */
    prune: (now: Date, keepDays: number): boolean => {
      const limit = daysBefore(now, keepDays);
      return store.write(() => dropClosed.run(limit, 1_000).changes) === 1_000;
    },
  };
}

export type CommitmentStore = ReturnType<typeof commitmentStore>;

function newRow({ at, expiresAt, ...promised }: Promised): Omit<Row, 'seq'> {
  return {
    id: randomUUID(),
    topic_id: promised.topicId,
    session_id: promised.sessionId,
    last_session_id: promised.sessionId,
    verb: promised.verb,
    object: promised.object,
    detail: promised.detail,
    kind: promised.kind,
    trigger_text: promised.trigger,
    quote: promised.quote,
    status: 'open',
    external_key: promised.externalKey,
    opened_at: at,
    expires_at: expiresAt,
    stated_count: 1,
    last_stated_at: at,
    closed_at: null,
    kept_by: null,
    evidence: null,
    attempts: '[]',
    note: null,
    version: 1,
  };
}

function readable(row: Row | undefined): Commitment | undefined {
  return row && commitmentOf(row);
}

function commitmentOf(row: Row): Commitment {
  return {
    seq: row.seq,
    id: row.id,
    topicId: row.topic_id,
    sessionId: row.session_id,
    lastSessionId: row.last_session_id,
    verb: row.verb,
    object: row.object,
    detail: row.detail,
    kind: row.kind,
    trigger: row.trigger_text,
    quote: row.quote,
    status: row.status,
    externalKey: row.external_key,
    openedAt: row.opened_at,
    expiresAt: row.expires_at,
    statedCount: row.stated_count,
    lastStatedAt: row.last_stated_at,
    closedAt: row.closed_at,
    keptBy: row.kept_by,
    evidence: row.evidence === null ? null : JSON.parse(row.evidence),
    attempts: JSON.parse(row.attempts),
    note: row.note,
    version: row.version,
  };
}

function rowOf(commitment: Commitment): Row {
  return {
    seq: commitment.seq,
    id: commitment.id,
    topic_id: commitment.topicId,
    session_id: commitment.sessionId,
    last_session_id: commitment.lastSessionId,
    verb: commitment.verb,
    object: commitment.object,
    detail: commitment.detail,
    kind: commitment.kind,
    trigger_text: commitment.trigger,
    quote: commitment.quote,
    status: commitment.status,
    external_key: commitment.externalKey,
    opened_at: commitment.openedAt,
    expires_at: commitment.expiresAt,
    stated_count: commitment.statedCount,
    last_stated_at: commitment.lastStatedAt,
    closed_at: commitment.closedAt,
    kept_by: commitment.keptBy,
    evidence: commitment.evidence === null ? null : JSON.stringify(commitment.evidence),
    attempts: JSON.stringify(commitment.attempts),
    note: commitment.note,
    version: commitment.version,
  };
}
