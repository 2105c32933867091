import { Timestamp, z } from '../http/index.ts';
import { type Commitment, STATUSES } from './commitment.ts';

/** A number is its decimal text: topic 7 and topic "7" are one. */
export const TopicId = z
  .union([z.string().min(1).max(4096), z.number()])
  .transform((topic) => (typeof topic === 'number' ? decimal(topic) : topic))
  .openapi({ type: ['string', 'number'] as never, description: 'a project, or any other name or number' });

function decimal(topic: number): string {
  return Number.isInteger(topic) ? BigInt(topic).toString() : String(topic);
}

const Call = z
  .object({ toolUseId: z.string().nullable(), tool: z.string(), summary: z.string(), at: Timestamp })
  .openapi('CallNote');

export const CommitmentSchema = z
  .object({
    id: z.string(),
    topicId: z.string(),
    sessionId: z.string().nullable(),
    verb: z.string(),
    object: z.string(),
    kind: z.enum(['commit', 'deferred', 'manual']),
    trigger: z.string().nullable().openapi({ description: 'what a deferred one waits for' }),
    quote: z.string().nullable().openapi({ description: 'the first sentence that made it' }),
    status: z.enum(STATUSES),
    externalKey: z.string().nullable(),
    openedAt: Timestamp,
    expiresAt: Timestamp,
    statedCount: z.number().int(),
    lastStatedAt: Timestamp,
    closedAt: Timestamp.nullable(),
    keptBy: z.enum(['evidence', 'person', 'agent']).nullable(),
    keptAt: Timestamp.nullable(),
    evidence: Call.nullable().openapi({ description: 'the call that kept it' }),
    attempts: z.array(Call).openapi({ description: 'calls that tried and failed, newest first' }),
    note: z.string().nullable(),
    version: z.number().int(),
  })
  .openapi('Commitment');

export function readable(commitment: Commitment): z.infer<typeof CommitmentSchema> {
  const { seq: _, lastSessionId: __, detail: ___, ...shown } = commitment;
  return { ...shown, keptAt: commitment.status === 'kept' ? commitment.closedAt : null };
}
