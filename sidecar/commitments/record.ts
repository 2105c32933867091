import { type Evidence, type EvidenceLedger, type EvidenceNote, meets, noteOf } from '../evidence/index.ts';
import type { Commitment, Promised } from './commitment.ts';
import { CLAIM_KEY_PREFIX, claimKey, normaliseObject } from './key.ts';
import type { CommitmentStore } from './store.ts';

/** How many calls that tried and failed a promise remembers. */
const ATTEMPTS_KEPT = 20;

export type Ledgers = { commitments: CommitmentStore; evidence: EvidenceLedger };
export type Recorded = { commitment: Commitment; created: boolean };

/**
 * Opens a commitment, or restates the open one that this promise is. Null where it would be one open promise
 * too many of the topic. Runs inside a transaction of the caller's, like everything in this room that writes.
 */
export function record(ledgers: Ledgers, promised: Promised, perTopicCap: number): Recorded | null {
  const { commitments } = ledgers;
  // What is overdue when this is said is not open any more, whether the sweep has come by or not.
  sweep(commitments, promised.at);
  const fromClaim = promised.externalKey?.startsWith(CLAIM_KEY_PREFIX) ?? false;
  const known = fromClaim ? samePromise(commitments, promised) : openUnder(commitments, promised.externalKey);
  if (known) {
    const restated = fromClaim ? restate(commitments, known, promised) : known;
    return { commitment: restated, created: false };
  }
  if (fromClaim && commitments.countFromClaims(promised.topicId) >= perTopicCap) return null;
  const opened = commitments.add(promised);
  return { commitment: promised.live ? opened : hearWhatCameSince(ledgers, opened), created: true };
}

function openUnder(commitments: CommitmentStore, key: string | null): Commitment | undefined {
  return key === null ? undefined : commitments.openByKey(key);
}

/** Without an object it is any open one of the verb; with one, that very one or one that had no name yet. */
function samePromise(
  commitments: CommitmentStore,
  { topicId, verb, object }: Promised,
): Commitment | undefined {
  const open = commitments.openClaims(topicId, verb);
  const name = normaliseObject(object);
  if (name === '') return open[0];
  const key = claimKey(topicId, verb, object);
  return (
    open.find((one) => one.externalKey === key) ??
    open.find((one) => normaliseObject(one.object) === '') ??
    // Topic `a|push` with object `b` has the text of topic `a` with object `push|b`: an open key is one commitment.
    commitments.openByKey(key)
  );
}

function restate(commitments: CommitmentStore, known: Commitment, promised: Promised): Commitment {
  const named = normaliseObject(known.object) === '' && normaliseObject(promised.object) !== '';
  const restated = commitments.replace(known, {
    ...(named ? { object: promised.object, detail: promised.detail, externalKey: promised.externalKey } : {}),
    statedCount: known.statedCount + 1,
    // An older word can come late, through the spool.
    lastStatedAt: later(known.lastStatedAt, promised.at),
    expiresAt: later(known.expiresAt, promised.expiresAt),
    lastSessionId: (promised.at < known.lastStatedAt ? null : promised.sessionId) ?? known.lastSessionId,
  });
  return restated ?? known;
}

/** A promise that comes late: calls that finished after it was made may be there already. */
function hearWhatCameSince({ commitments, evidence }: Ledgers, opened: Commitment): Commitment {
  const { verb, topicId, sessionId, openedAt } = opened;
  let commitment = opened;
  for (const call of evidence.since({ verb, at: openedAt, topicId, sessionId })) {
    commitment = hearOne(commitments, commitment, call, false);
    if (commitment.status !== 'open') break;
  }
  return commitment;
}

/**
 * One finished call, for every open promise that it may concern. Returns those that it kept. A live one comes
 * after every promise that is there, whatever the clock says, which may have been set back.
 */
export function hearCall(
  commitments: CommitmentStore,
  call: Evidence,
  { live }: { live: boolean },
): Commitment[] {
  if (call.deeds.length === 0) return [];
  return commitments
    .openFor({ topicId: call.topicId, sessionId: call.sessionId })
    .map((commitment) => hearOne(commitments, commitment, call, live))
    .filter(({ status }) => status === 'kept');
}

function hearOne(
  commitments: CommitmentStore,
  commitment: Commitment,
  call: Evidence,
  live: boolean,
): Commitment {
  if ((!live && call.at < commitment.openedAt) || call.at >= commitment.expiresAt) return commitment;
  const met = meets(call, commitment);
  if (met === null) return commitment;
  const isOwn = [commitment.sessionId, commitment.lastSessionId].includes(call.sessionId);
  if (!isOwn && !(met.byObject && call.topicId === commitment.topicId)) return commitment;
  const note = noteOf(call);
  const change: Partial<Commitment> =
    met.outcome === 'did'
      ? { status: 'kept', keptBy: 'evidence', evidence: note, closedAt: call.at }
      : { attempts: [note, ...commitment.attempts].sort(newestFirst).slice(0, ATTEMPTS_KEPT) };
  return commitments.replace(commitment, change) ?? commitment;
}

/** Expires what is overdue at `now`. Returns how many that were. */
export function sweep(commitments: CommitmentStore, now: string): number {
  const overdue = commitments.overdue(now);
  for (const commitment of overdue) {
    commitments.replace(commitment, { status: 'expired', closedAt: commitment.expiresAt });
  }
  return overdue.length;
}

function newestFirst(a: EvidenceNote, b: EvidenceNote): number {
  return a.at === b.at ? 0 : a.at > b.at ? -1 : 1;
}

function later(a: string, b: string): string {
  return a > b ? a : b;
}
