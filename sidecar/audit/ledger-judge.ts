import { type Commitment, openWord, type Word } from '../commitments/index.ts';
import type { CompletedClaim } from '../evidence/index.ts';
import type { Store } from '../store/index.ts';
import type { Judge, Judged, OpenJudge, PromiseState, Step } from './judge.ts';
import { throwawayStore } from './store.ts';

/** A commit costs more than a step; a transaction of a whole project would be held in memory. */
const STEPS_A_COMMIT = 500;
const PAGE = 500;

export type LedgerJudgeOptions = {
  perTopicCap: number;
  expiresHours: number;
  mask: (text: string) => string;
};

/**
 * The rooms of the sidecar themselves, over a throwaway ledger on the disk: a fresh one for each project, so that
 * what one leaves behind is gone with it and nothing grows with the number of projects.
 */
export function ledgerJudges({ perTopicCap, expiresHours, mask }: LedgerJudgeOptions): OpenJudge {
  return (topicId) => {
    const store = throwawayStore();
    const word = openWord({
      store,
      promises: { enabled: true, perTopicCap, expiresHours, followUp: 'off' },
      completions: { enabled: true },
      mask,
      isLive: () => false,
    });
    return judgeOver({ store, word, topicId });
  };
}

function judgeOver({ store, word, topicId }: { store: Store; word: Word; topicId: string }): Judge {
  let steps = 0;

  function hear(step: Step): void {
    if (steps++ % STEPS_A_COMMIT === 0) commit('BEGIN');
    if (step.kind === 'call') {
      const { kind: _, ...call } = step;
      word.callFinished({ ...call, topicId, interrupted: false }, { live: true });
    } else {
      word.sweep(new Date(step.at));
      word.turnEnded({ message: step.message, topicId, sessionId: step.sessionId, at: step.at });
    }
  }

  function commit(next?: 'BEGIN'): void {
    if (store.db.inTransaction) store.db.exec('COMMIT');
    if (next) store.db.exec(next);
  }

  function tell(judged: Judged): void {
    commit();
    for (const one of pages((before) => word.commitments.page({}, before, PAGE)))
      judged.promise(promise(one));
    for (const one of pages((before) => word.completed.page({}, before, PAGE))) judged.claim(claim(one));
  }

  return { hear, tell, close: store.close };
}

/** The rows of a list by pages, newest first. */
function* pages<Row extends { seq: number }>(page: (before: number) => Row[]): Generator<Row> {
  let before = Number.MAX_SAFE_INTEGER;
  for (;;) {
    const rows = page(before);
    yield* rows;
    const last = rows.at(-1);
    if (last === undefined) return;
    before = last.seq;
  }
}

function promise({ status, attempts, openedAt, quote, sessionId, verb, object }: Commitment) {
  const tried = attempts[0]?.summary ?? null;
  return {
    state: stateOf(status, attempts.length),
    at: openedAt,
    sessionId,
    verb,
    object,
    quote: quote ?? '',
    tried,
  };
}

function stateOf(status: Commitment['status'], attempts: number): PromiseState {
  if (status === 'kept' || status === 'withdrawn') return status;
  return attempts > 0 ? 'attempted' : 'dropped';
}

function claim({ verdict, evidence, at, sessionId, verb, object, quote, why }: CompletedClaim) {
  return { state: verdict, at, sessionId, verb, object, quote, tried: evidence?.summary ?? (why || null) };
}
