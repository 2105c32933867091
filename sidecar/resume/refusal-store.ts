import type { Store } from '../store/index.ts';

/** Why a death gets no entry, in the order in which it is judged. */
export const REFUSALS = [
  'not-terminal',
  'operator-kill',
  'stall-kill',
  'not-autonomous',
  'no-resume-path',
  'insufficient-evidence',
  'duplicate',
  'resurrection-cap',
  'queue-disabled',
  'over-capacity',
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** What may pass: such a death is judged again, as long as an entry would live. */
export const PASSING: readonly Refusal[] = [
  'not-terminal',
  'not-autonomous',
  'queue-disabled',
  'over-capacity',
];

export type RefusedDeath = {
  death: string;
  sessionId: string;
  runId: string | null;
  at: string;
  reason: Refusal;
  detail: string;
};

type Row = {
  death: string;
  session_id: string;
  run_id: string | null;
  at: string;
  reason: Refusal;
  detail: string;
};

/** The SQL of deaths that got no entry. */
export function refusalStore({ db }: Store) {
  const reasons = db.prepare<[string], Refusal>('SELECT reason FROM resume_refusals WHERE death = ?').pluck();
  const insert = db.prepare<Row>(
    `INSERT INTO resume_refusals (death, session_id, run_id, at, reason, detail)
     VALUES (:death, :session_id, :run_id, :at, :reason, :detail) ON CONFLICT DO NOTHING`,
  );
  const newest = db.prepare<[number], Row>('SELECT * FROM resume_refusals ORDER BY seq DESC LIMIT ?');
  const unheeded = db.prepare<[string], Row>(
    `SELECT * FROM resume_refusals
     WHERE at > ? AND run_id IS NULL AND reason IN ('resurrection-cap', 'over-capacity') ORDER BY seq DESC LIMIT 50`,
  );
  const dropOld = db.prepare<[string, number]>(
    'DELETE FROM resume_refusals WHERE seq IN (SELECT seq FROM resume_refusals WHERE at < ? LIMIT ?)',
  );

  return {
    reasons: (death: string): Refusal[] => reasons.all(death),
    add: ({ sessionId, runId, ...refused }: RefusedDeath): void => {
      insert.run({ ...refused, session_id: sessionId, run_id: runId });
    },
    newest: (limit: number): RefusedDeath[] => newest.all(limit).map(refusedDeath),
    /** Of sessions that a person marked: they wait for a word of it, as they do for what a run says of itself. */
    unheeded: (after: string): RefusedDeath[] => unheeded.all(after).map(refusedDeath),
    dropBefore: (at: string, limit: number): number => dropOld.run(at, limit).changes,
  };
}

export type RefusalStore = ReturnType<typeof refusalStore>;

function refusedDeath({ session_id, run_id, death, at, reason, detail }: Row): RefusedDeath {
  return { death, at, reason, detail, sessionId: session_id, runId: run_id };
}
