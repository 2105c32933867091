import type { Verb } from '../claims/index.ts';
import { expiryOf } from './expiry.ts';
import type { PromiseOptions } from './hear-turn.ts';
import { type Ledgers, type Recorded, record } from './record.ts';

/** A promise that somebody enters, and no message made. */
export type ByHand = {
  topicId: string;
  verb: Verb;
  object: string;
  quote?: string | undefined;
  trigger?: string | undefined;
  sessionId?: string | undefined;
  externalKey?: string | undefined;
  expiresAt?: string | undefined;
  at: Date;
};

export function recordByHand(
  ledgers: Ledgers,
  promise: ByHand,
  { expiresHours, mask }: PromiseOptions,
): Recorded {
  const at = promise.at.toISOString();
  const trigger = promise.trigger === undefined ? null : mask(promise.trigger);
  const recorded = record(
    ledgers,
    {
      topicId: promise.topicId,
      sessionId: promise.sessionId ?? null,
      verb: promise.verb,
      object: mask(promise.object),
      detail: '',
      kind: 'manual',
      trigger,
      quote: promise.quote === undefined ? null : mask(promise.quote),
      externalKey: promise.externalKey ?? null,
      at,
      live: true,
      expiresAt:
        promise.expiresAt === undefined
          ? expiryOf({ kind: 'manual', trigger, at }, expiresHours)
          : new Date(promise.expiresAt).toISOString(),
    },
    Number.POSITIVE_INFINITY,
  );
  if (recorded === null) throw new Error('a promise by hand is never over the cap');
  return recorded;
}
