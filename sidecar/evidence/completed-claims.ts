import { randomUUID } from 'node:crypto';
import type { Verb } from '../claims/index.ts';
import { daysBefore, type Store } from '../store/index.ts';
import { type EvidenceLedger, type EvidenceNote, noteOf } from './ledger.ts';
import { type Verdict, verdictOf } from './verdict.ts';

export const VERDICTS = [
  'backed',
  'contradicted',
  'unbacked',
] as const satisfies readonly Verdict['verdict'][];

/** What the agent said was done, and how it stood at that moment. */
export type CompletedClaim = {
  seq: number;
  id: string;
  sessionId: string;
  topicId: string | null;
  verb: Verb;
  object: string;
  quote: string;
  verdict: Verdict['verdict'];
  why: string;
  /** The call that decided it; null where there was none. */
  evidence: EvidenceNote | null;
  at: string;
};

export type Said = Pick<CompletedClaim, 'sessionId' | 'topicId' | 'verb' | 'object' | 'quote' | 'at'> & {
  /** The words around the verb. */
  detail: string;
  /** Calls that finished after it do not count; null: all that are there do. */
  until: string | null;
};
/** How many calls may still be looked at for the claims of one turn. */
export type Patience = { calls: number };

/** A second's work: a turn that claims hundreds of deeds in a session of thousands of calls holds nobody up. */
export function patience(): Patience {
  return { calls: 10_000 };
}

export type CompletedFilter = { sessionId?: string | undefined; verdict?: Verdict['verdict'] | undefined };

type Row = {
  seq: number;
  id: string;
  session_id: string;
  topic_id: string | null;
  verb: Verb;
  object: string;
  quote: string;
  verdict: Verdict['verdict'];
  why: string;
  evidence: string | null;
  at: string;
};

export function completedClaims(store: Store, ledger: EvidenceLedger) {
  const { db } = store;
  const insert = db.prepare<Omit<Row, 'seq'>>(
    `INSERT INTO completed_claims (id, session_id, topic_id, verb, object, quote, verdict, why, evidence, at)
     VALUES (:id, :session_id, :topic_id, :verb, :object, :quote, :verdict, :why, :evidence, :at)`,
  );
  const one = db.prepare<[string], Row>('SELECT * FROM completed_claims WHERE id = ?');
  const pages = new Map(
    ['', 'session_id', 'verdict', 'session_id verdict'].map((columns) => {
      // With both, the session's index leads: a session says less than everybody.
      const conditions = columns
        .split(' ')
        .map((column, index) => `${index > 0 ? '+' : ''}${column} = :${column}`);
      const where = ['seq < :before', ...(columns === '' ? [] : conditions)].join(' AND ');
      const sql = `SELECT * FROM completed_claims WHERE ${where} ORDER BY seq DESC LIMIT :limit`;
      return [columns, db.prepare<Record<string, unknown>, Row>(sql)];
    }),
  );
  const untold = db.prepare<[string], Row>(
    `SELECT * FROM completed_claims WHERE session_id = ? AND verdict = 'contradicted'
       AND id NOT IN (SELECT about FROM tellings WHERE what = 'contradiction')
     ORDER BY seq DESC LIMIT 3`,
  );
  const byVerdict = db.prepare<[], { verdict: Verdict['verdict']; count: number }>(
    'SELECT verdict, count(*) AS count FROM completed_claims GROUP BY verdict',
  );
  const contradictedByDay = db.prepare<[string], { day: string; count: number }>(
    `SELECT date(at, 'localtime') AS day, count(*) AS count FROM completed_claims
     WHERE verdict = 'contradicted' AND at >= ? GROUP BY 1`,
  );
  const dropOld = db.prepare<[string, number]>(
    `DELETE FROM completed_claims WHERE seq IN
       (SELECT seq FROM completed_claims WHERE at < ? ORDER BY seq LIMIT ?)`,
  );

  return {
    /**
     * Judges one claim by the session's calls so far; null, and nothing is stored, where the patience ends before
     * it is decided. Runs inside a transaction of the caller's.
     */
    judge: ({ detail, until, ...said }: Said, left: Patience): CompletedClaim | null => {
      const seen: EvidenceNote[] = [];
      const { verdict, why, by } = verdictOf(
        { ...said, detail },
        remembering(ledger.newestFirst(said.sessionId, said.verb, until), seen, left),
      );
      if (left.calls <= 0) return null;
      const evidence = by === null ? null : (seen[by] ?? null);
      const claim = { ...said, id: randomUUID(), verdict, why, evidence };
      return { ...claim, seq: Number(insert.run(rowOf(claim)).lastInsertRowid) };
    },
    one: (id: string): CompletedClaim | undefined => {
      const row = one.get(id);
      return row && claimOf(row);
    },
    page: ({ sessionId, verdict }: CompletedFilter, before: number, limit: number): CompletedClaim[] => {
      const columns = [sessionId && 'session_id', verdict && 'verdict'].filter(Boolean).join(' ');
      const page = pages.get(columns);
      return page ? page.all({ session_id: sessionId, verdict, before, limit }).map(claimOf) : [];
    },
    /** Contradicted ones of a session that the agent was not told of, newest first. */
    untold: (sessionId: string): CompletedClaim[] => untold.all(sessionId).map(claimOf),
    countByVerdict: () => byVerdict.all(),
    /** By the days of this machine's clock. */
    contradictedByDay: (since: string) => contradictedByDay.all(since),
    prune: (now: Date, keepDays: number): boolean => {
      const limit = daysBefore(now, keepDays);
      return store.write(() => dropOld.run(limit, 1_000).changes) === 1_000;
    },
  };
}

export type CompletedClaims = ReturnType<typeof completedClaims>;

function* remembering(
  calls: ReturnType<EvidenceLedger['newestFirst']>,
  seen: EvidenceNote[],
  left: Patience,
) {
  for (const call of calls) {
    left.calls--;
    if (left.calls <= 0) return;
    seen.push(noteOf(call));
    yield call;
  }
}

function rowOf({ sessionId, topicId, evidence, ...claim }: Omit<CompletedClaim, 'seq'>): Omit<Row, 'seq'> {
  return {
    ...claim,
    session_id: sessionId,
    topic_id: topicId,
    evidence: evidence && JSON.stringify(evidence),
  };
}

function claimOf({ session_id, topic_id, evidence, ...claim }: Row): CompletedClaim {
  return {
    ...claim,
    sessionId: session_id,
    topicId: topic_id,
    evidence: evidence === null ? null : JSON.parse(evidence),
  };
}
