import { HoldfastError } from '../errors/index.ts';
import type { Commitment } from './commitment.ts';
import type { CommitmentStore } from './store.ts';

export type Close = {
  status: 'kept' | 'withdrawn';
  by: 'person' | 'agent';
  note?: string | undefined;
  /** Makes the write conditional. */
  expectedVersion?: number | undefined;
  at: Date;
};

/** A person or the agent closes a promise by hand; it needs no evidence. */
export function close(
  commitments: CommitmentStore,
  id: string,
  { status, by, note, expectedVersion, at }: Close,
): Commitment {
  const before = commitments.one(id);
  if (!before) throw unknownCommitment(id);
  if (before.status !== 'open') {
    throw new HoldfastError(
      'COMMITMENT_CLOSED',
      `Commitment ${id} is ${before.status} already.`,
      'Nothing leaves a closed state; state the promise again to open a new one.',
      { details: { status: before.status, version: before.version } },
    );
  }
  const closed =
    expectedVersion !== undefined && expectedVersion !== before.version
      ? null
      : commitments.replace(before, {
          status,
          closedAt: at.toISOString(),
          note: note ?? null,
          ...(status === 'kept' ? { keptBy: by } : {}),
        });
  if (closed) return closed;
  throw new HoldfastError(
    'VERSION_CONFLICT',
    `Commitment ${id} is at version ${before.version}, and version ${expectedVersion} was expected.`,
    'Read it again, and decide again.',
    { details: { expected: expectedVersion, version: before.version } },
  );
}

export function unknownCommitment(id: string): HoldfastError {
  return new HoldfastError(
    'NOT_FOUND',
    `No commitment ${id} is known.`,
    'GET /commitments lists those that are.',
  );
}
