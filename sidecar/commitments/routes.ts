import { VERBS } from '../claims/index.ts';
import {
  createRoute,
  decodeSeqCursor,
  failures,
  json,
  limitBody,
  limitUpTo,
  newRoutes,
  type OpenAPIHono,
  pageBySeq,
  z,
} from '../http/index.ts';
import { unknownCommitment } from './close.ts';
import { STATUSES } from './commitment.ts';
import { emptyIsNone } from './empty-body.ts';
import { CLAIM_KEY_PREFIX } from './key.ts';
import { CommitmentSchema, readable, TopicId } from './schemas.ts';
import type { Word } from './word.ts';

export { observeRoute } from './observe-route.ts';

const list = createRoute({
  method: 'get',
  path: '/commitments',
  summary: 'What was promised, newest first',
  request: {
    query: z.object({
      status: z.enum(STATUSES).optional(),
      topicId: z.string().optional(),
      sessionId: z.string().optional(),
      verb: z.enum(VERBS).optional(),
      q: z.string().optional().openapi({ description: 'words of the sentence and the object' }),
      limit: limitUpTo(200, 50),
      cursor: z.string().optional(),
    }),
  },
  responses: {
    200: json(
      'a page',
      z.object({ commitments: z.array(CommitmentSchema), nextCursor: z.string().nullable() }),
    ),
    ...failures('BAD_INPUT'),
  },
});

const one = createRoute({
  method: 'get',
  path: '/commitments/{id}',
  summary: 'One commitment',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json('the commitment', CommitmentSchema), ...failures('NOT_FOUND') },
});

const ByHand = z.object({
  topicId: TopicId,
  verb: z.enum(VERBS),
  object: z.string().max(500).default(''),
  quote: z.string().max(2000).optional(),
  trigger: z.string().max(500).optional(),
  sessionId: z.string().min(1).max(200).optional(),
  externalKey: z
    .string()
    .min(1)
    .max(300)
    .refine((key) => !key.startsWith(CLAIM_KEY_PREFIX), {
      message: `keys that begin with ${CLAIM_KEY_PREFIX} belong to promises that were read in messages`,
    })
    .optional()
    .openapi({ description: 'the same key while it is open gives the same commitment' }),
  expiresAt: z.iso
    .datetime({ offset: true })
    // Beyond it the text of a time does not sort like the time.
    .refine((time) => new Date(time).getUTCFullYear() <= 9999, { message: 'it is too far away' })
    .optional(),
});

const add = createRoute({
  method: 'post',
  path: '/commitments',
  summary: 'Opens a commitment by hand',
  middleware: limitBody,
  request: { body: { required: true, content: { 'application/json': { schema: ByHand } } } },
  responses: {
    201: json('opened', CommitmentSchema),
    200: json('open already under this externalKey', CommitmentSchema),
    ...failures('BAD_INPUT', 'PAYLOAD_TOO_LARGE', 'STORAGE_FULL', 'STORAGE_UNWRITABLE'),
  },
});

const Closing = z.object({
  expectedVersion: z.number().int().optional().openapi({ description: 'makes the write conditional' }),
  note: z.string().max(2000).optional(),
  by: z.enum(['person', 'agent']).default('person'),
});

const closing = (verb: 'keep' | 'withdraw', summary: string) =>
  createRoute({
    method: 'post',
    path: `/commitments/{id}/${verb}`,
    summary,
    middleware: [limitBody, emptyIsNone] as const,
    request: {
      params: z.object({ id: z.string() }),
      body: { required: false, content: { 'application/json': { schema: Closing } } },
    },
    responses: {
      200: json('closed', CommitmentSchema),
      ...failures(
        'BAD_INPUT',
        'NOT_FOUND',
        'VERSION_CONFLICT',
        'COMMITMENT_CLOSED',
        'PAYLOAD_TOO_LARGE',
        'STORAGE_FULL',
        'STORAGE_UNWRITABLE',
      ),
    },
  });

export function commitmentRoutes(word: Word, now: () => Date = () => new Date()): OpenAPIHono {
  const { commitments } = word;
  const routes = newRoutes();

  routes.openapi(list, (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    const found = commitments.page(filter, decodeSeqCursor(cursor), limit + 1);
    const { rows, nextCursor } = pageBySeq(found, limit);
    return c.json({ commitments: rows.map(readable), nextCursor }, 200);
  });

  routes.openapi(one, (c) => {
    const { id } = c.req.valid('param');
    const commitment = commitments.one(id);
    if (!commitment) throw unknownCommitment(id);
    return c.json(readable(commitment), 200);
  });

  routes.openapi(add, (c) => {
    const { commitment, created } = word.promiseByHand({ ...c.req.valid('json'), at: now() });
    return c.json(readable(commitment), created ? 201 : 200);
  });

  for (const [verb, status, summary] of [
    ['keep', 'kept', 'Says that a promise was kept; needs no evidence'],
    ['withdraw', 'withdrawn', 'Takes a promise back'],
  ] as const) {
    routes.openapi(closing(verb, summary), (c) => {
      const { id } = c.req.valid('param');
      const { by = 'person', ...how } = c.req.valid('json'); // Without a body there are no defaults of its schema.
      const closed = word.close(id, { ...how, by, status, at: now() });
      return c.json(readable(closed), 200);
    });
  }

  return routes;
}
