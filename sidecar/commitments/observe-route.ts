import { lastPart } from '../claims/index.ts';
import { createRoute, failures, json, limitBody, newRoutes, type OpenAPIHono, z } from '../http/index.ts';
import type { HeardPromise } from './hear-turn.ts';
import { TopicId } from './schemas.ts';
import type { Word } from './word.ts';

const ObservedClaim = z
  .object({
    kind: z.enum(['commit', 'deferred', 'offer', 'completed']),
    verb: z.string(),
    object: z.string(),
    trigger: z.string().optional(),
    start: z.number().int(),
    end: z.number().int(),
    commitmentId: z.string().optional(),
    externalKey: z.string().optional(),
    created: z.boolean().optional(),
    reason: z.string().optional(),
  })
  .openapi('ObservedClaim');

const Observed = z
  .object({
    observed: z.boolean(),
    registered: z.boolean().openapi({ description: 'the first promise has an open commitment now' }),
    created: z.boolean().optional().openapi({ description: 'false: it was open already, and is restated' }),
    reason: z.enum(['feature-disabled', 'no-claim', 'per-topic-cap', 'withdrawn']).optional(),
    cap: z.number().int().optional(),
    lane: z.enum(['commit', 'deferred']).optional(),
    verb: z.string().optional(),
    object: z.string().optional(),
    commitmentId: z.string().optional(),
    externalKey: z.string().optional(),
    claims: z.array(ObservedClaim).optional(),
    truncated: z.literal(true).optional().openapi({ description: 'only the last 16 KB were read' }),
    readFrom: z.number().int().optional(),
  })
  .openapi('Observed');

const observe = createRoute({
  method: 'post',
  path: '/action-claim/observe',
  summary: 'Reads a message, and opens a commitment for each promise in it',
  middleware: limitBody,
  request: {
    body: {
      required: true,
      content: {
        'application/json': {
          schema: z.object({
            message: z.string(),
            topicId: TopicId,
            sessionId: z.string().min(1).max(200).optional(),
          }),
        },
      },
    },
  },
  responses: {
    200: json('what was found', Observed),
    ...failures('BAD_INPUT', 'PAYLOAD_TOO_LARGE', 'STORAGE_FULL', 'STORAGE_UNWRITABLE'),
  },
});

export type ObserveOptions = { word: Word; enabled: boolean; perTopicCap: number; now?: () => Date };

export function observeRoute({
  word,
  enabled,
  perTopicCap,
  now = () => new Date(),
}: ObserveOptions): OpenAPIHono {
  return newRoutes().openapi(observe, (c) => {
    if (!enabled)
      return c.json({ observed: false, registered: false, reason: 'feature-disabled' } as const, 200);
    const { message, topicId, sessionId = null } = c.req.valid('json');
    const { claims, promises } = word.observe({
      message,
      topicId,
      sessionId,
      at: now().toISOString(),
      live: true,
    });
    const { truncated, readFrom } = lastPart(message);
    const first = promises[0];
    return c.json(
      {
        observed: true,
        ...(first ? headline(first, perTopicCap) : ({ registered: false, reason: 'no-claim' } as const)),
        claims: claims.map((claim) => {
          const promise = promises.find((heard) => heard.claim === claim);
          return promise ? { ...claim, ...outcomeOf(promise) } : claim;
        }),
        ...(truncated ? { truncated, readFrom } : {}),
      },
      200,
    );
  });
}

function headline(promise: HeardPromise, cap: number) {
  const { claim, externalKey } = promise;
  const { commitmentId, created, reason } = outcomeOf(promise);
  return {
    registered: reason === undefined,
    ...(reason === 'per-topic-cap' ? { reason, cap } : { created, ...(reason && { reason }) }),
    lane: claim.kind as 'commit' | 'deferred',
    verb: claim.verb,
    object: claim.object,
    commitmentId,
    externalKey,
  };
}

type Outcome = {
  commitmentId?: string;
  externalKey: string;
  created: boolean;
  reason?: 'per-topic-cap' | 'withdrawn';
};

function outcomeOf({ commitment, externalKey, created }: HeardPromise): Outcome {
  if (commitment === null) return { created: false, externalKey, reason: 'per-topic-cap' };
  const heard = { commitmentId: commitment.id, externalKey, created };
  // A live message meets no call that came after it: only its own words close what it opened.
  return commitment.status === 'open' ? heard : { ...heard, reason: 'withdrawn' };
}
