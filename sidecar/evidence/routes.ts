import { VERBS } from '../claims/index.ts';
import {
  createRoute,
  decodeSeqCursor,
  failures,
  json,
  limitUpTo,
  newRoutes,
  type OpenAPIHono,
  pageBySeq,
  Timestamp,
  z,
} from '../http/index.ts';
import { type CompletedClaims, VERDICTS } from './completed-claims.ts';
import type { EvidenceLedger } from './ledger.ts';

const EvidenceSchema = z
  .object({
    seq: z.number().int(),
    sessionId: z.string(),
    topicId: z.string().nullable(),
    agentId: z.string().nullable().openapi({ description: 'set where a subagent made the call' }),
    toolUseId: z.string().nullable(),
    tool: z.string(),
    summary: z.string(),
    outcome: z
      .enum(['ok', 'failed'])
      .openapi({ description: 'as the client said; deeds tell what came of it' }),
    at: Timestamp,
    changesCode: z.boolean(),
    deeds: z
      .array(z.object({ verb: z.string(), outcome: z.enum(['did', 'failed']), on: z.array(z.string()) }))
      .openapi({ description: 'what it proves' }),
  })
  .openapi('Evidence');

const ClaimSchema = z
  .object({
    id: z.string(),
    sessionId: z.string(),
    topicId: z.string().nullable(),
    verb: z.string(),
    object: z.string(),
    quote: z.string(),
    verdict: z.enum(VERDICTS),
    why: z.string(),
    evidence: z
      .object({ toolUseId: z.string().nullable(), tool: z.string(), summary: z.string(), at: Timestamp })
      .nullable(),
    at: Timestamp,
  })
  .openapi('CompletedClaim');

const paging = { limit: limitUpTo(200, 50), cursor: z.string().optional() };

const calls = createRoute({
  method: 'get',
  path: '/evidence',
  summary: 'Finished tool calls and what they prove, newest first',
  request: {
    query: z.object({ sessionId: z.string().optional(), verb: z.enum(VERBS).optional(), ...paging }),
  },
  responses: {
    200: json('a page', z.object({ evidence: z.array(EvidenceSchema), nextCursor: z.string().nullable() })),
    ...failures('BAD_INPUT'),
  },
});

const claims = createRoute({
  method: 'get',
  path: '/claims',
  summary: 'What the agent said was done, with the verdict of that moment, newest first',
  request: {
    query: z.object({ sessionId: z.string().optional(), verdict: z.enum(VERDICTS).optional(), ...paging }),
  },
  responses: {
    200: json('a page', z.object({ claims: z.array(ClaimSchema), nextCursor: z.string().nullable() })),
    ...failures('BAD_INPUT'),
  },
});

export function evidenceRoutes(rooms: { evidence: EvidenceLedger; completed: CompletedClaims }): OpenAPIHono {
  const routes = newRoutes();

  routes.openapi(calls, (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    const { rows, nextCursor } = pageBySeq(
      rooms.evidence.page(filter, decodeSeqCursor(cursor), limit + 1),
      limit,
    );
    return c.json({ evidence: rows, nextCursor }, 200);
  });

  routes.openapi(claims, (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    const { rows, nextCursor } = pageBySeq(
      rooms.completed.page(filter, decodeSeqCursor(cursor), limit + 1),
      limit,
    );
    return c.json({ claims: rows.map(({ seq: _, ...claim }) => claim), nextCursor }, 200);
  });

  return routes;
}
