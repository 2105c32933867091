import type { Verb } from '../claims/index.ts';
import type { EvidenceNote } from '../evidence/index.ts';

export const STATUSES = ['open', 'kept', 'expired', 'withdrawn'] as const;
export type Status = (typeof STATUSES)[number];

/** A promise that is tracked. Times are ISO text. */
export type Commitment = {
  seq: number;
  id: string;
  topicId: string;
  /** That made it; null where nobody said. */
  sessionId: string | null;
  /** That stated it last: its calls count as the promise's own too. */
  lastSessionId: string | null;
  verb: Verb;
  object: string;
  /** The words around the verb: file, branch or environment may stand there and not in the object. */
  detail: string;
  kind: 'commit' | 'deferred' | 'manual';
  trigger: string | null;
  quote: string | null;
  status: Status;
  externalKey: string | null;
  openedAt: string;
  expiresAt: string;
  statedCount: number;
  lastStatedAt: string;
  closedAt: string | null;
  keptBy: 'evidence' | 'person' | 'agent' | null;
  evidence: EvidenceNote | null;
  /** Calls that tried and failed, newest first. */
  attempts: EvidenceNote[];
  note: string | null;
  version: number;
};

/** A promise as it comes in. */
export type Promised = Pick<
  Commitment,
  'topicId' | 'sessionId' | 'verb' | 'object' | 'detail' | 'kind' | 'trigger' | 'quote' | 'externalKey'
> & {
  at: string;
  expiresAt: string;
  /** It came when it was made, and not late: whatever is there already was before it. */
  live: boolean;
};
