import type { Claim, Withdrawal } from '../claims/index.ts';
import { detailOf } from '../evidence/index.ts';
import type { Commitment } from './commitment.ts';
import { expiryOf } from './expiry.ts';
import { claimKey, normaliseObject } from './key.ts';
import { type Ledgers, record, sweep } from './record.ts';
import { sentenceAround } from './sentence-around.ts';
import type { CommitmentStore } from './store.ts';

export type HeardPromise = {
  claim: Claim;
  externalKey: string;
  /** Null: it would have been one open promise too many. */
  commitment: Commitment | null;
  created: boolean;
};

export type Turn = {
  message: string;
  topicId: string;
  sessionId: string | null;
  at: string;
  /** It came when it ended, and not late through the spool. */
  live?: boolean;
};

export type PromiseOptions = {
  perTopicCap: number;
  expiresHours: number;
  /** For what is stored of a text that was not masked before. */
  mask: (text: string) => string;
};

/** Opens the promises of a finished turn, and takes back what it takes back, in the order of the words. */
export function hearTurn(
  ledgers: Ledgers,
  turn: Turn,
  { claims, withdrawals }: { claims: Claim[]; withdrawals: Withdrawal[] },
  options: PromiseOptions,
): HeardPromise[] {
  const promises: HeardPromise[] = [];
  const promised = claims.map((claim) => ({
    start: claim.start,
    hear: () => {
      const { kind } = claim;
      if (kind === 'commit' || kind === 'deferred')
        promises.push(
          promise(ledgers, { claim, kind, detail: detailOf(turn.message, claims, claim) }, turn, options),
        );
    },
  }));
  const takenBack = withdrawals.map((withdrawal) => ({
    start: withdrawal.start,
    hear: () => takeBack(ledgers, withdrawal, turn, options),
  }));
  for (const { hear } of [...promised, ...takenBack].sort((a, b) => a.start - b.start)) hear();
  return promises.map((promise) => asItIsNow(ledgers.commitments, promise));
}

function promise(
  ledgers: Ledgers,
  said: { claim: Claim; kind: 'commit' | 'deferred'; detail: string },
  { topicId, sessionId, message, at, live = false }: Turn,
  { perTopicCap, expiresHours, mask }: PromiseOptions,
): HeardPromise {
  const { claim, kind } = said;
  const detail = mask(said.detail);
  const trigger = claim.trigger === undefined ? null : mask(claim.trigger);
  const object = mask(claim.object);
  const externalKey = claimKey(topicId, claim.verb, object);
  const quote = mask(sentenceAround(message, claim));
  const expiresAt = expiryOf({ kind, trigger, at }, expiresHours);
  const promised = {
    topicId,
    sessionId,
    verb: claim.verb,
    object,
    detail,
    kind,
    trigger,
    quote,
    externalKey,
    at,
    expiresAt,
    live,
  };
  const recorded = record(ledgers, promised, perTopicCap);
  return {
    claim,
    externalKey: recorded?.commitment.externalKey ?? externalKey,
    commitment: recorded?.commitment ?? null,
    created: recorded?.created ?? false,
  };
}

/** Later words of the same turn may have named it or taken it back. */
function asItIsNow(commitments: CommitmentStore, promise: HeardPromise): HeardPromise {
  const commitment = promise.commitment && (commitments.one(promise.commitment.id) ?? null);
  return { ...promise, commitment, externalKey: commitment?.externalKey ?? promise.externalKey };
}

/** Plainly taken back: the promise of that name, or the only one of its verb. In doubt it stays open. */
function takeBack(
  { commitments }: Ledgers,
  { verb, object, ...where }: Withdrawal,
  { topicId, sessionId, message, at, live = false }: Turn,
  { mask }: PromiseOptions,
): void {
  sweep(commitments, at);
  const open = commitments
    .openClaims(topicId, verb)
    // What comes late takes back nothing that was said after it.
    .filter(({ lastStatedAt }) => live || lastStatedAt <= at);
  const name = normaliseObject(mask(object));
  const only = open.length === 1 ? open[0] : undefined;
  const named = open.find((one) => normaliseObject(one.object) === name);
  const isUnnamed = only !== undefined && normaliseObject(only.object) === '';
  const meant = name === '' || isUnnamed ? only : named;
  if (!meant) return;
  const note = mask(sentenceAround(message, where));
  const lastSessionId = sessionId ?? meant.lastSessionId;
  commitments.replace(meant, { status: 'withdrawn', closedAt: at, note, lastSessionId });
}
