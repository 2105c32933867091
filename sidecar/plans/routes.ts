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
import type { Plans } from './plans.ts';

const count = z.number().int();

export const PlanSchema = z
  .object({
    sessionId: z.string(),
    startedAt: Timestamp,
    changedAt: Timestamp,
    counts: z.object({
      total: count,
      pending: count,
      inProgress: count,
      interrupted: count,
      completed: count,
    }),
    items: z.array(
      z.object({
        origin: z.enum(['task', 'todo']),
        id: z.string(),
        subject: z.string().nullable(),
        status: z
          .enum(['pending', 'in_progress', 'completed', 'interrupted'])
          .openapi({ description: 'interrupted: in progress on record, and its session is over' }),
        changedAt: Timestamp,
      }),
    ),
  })
  .openapi('Plan');

const list = createRoute({
  method: 'get',
  path: '/plans',
  summary: 'The task lists of sessions, newest first, counted as they are now',
  request: {
    query: z.object({
      sessionId: z.string().optional(),
      limit: limitUpTo(200, 50),
      cursor: z.string().optional(),
    }),
  },
  responses: {
    200: json('a page', z.object({ plans: z.array(PlanSchema), nextCursor: z.string().nullable() })),
    ...failures('BAD_INPUT'),
  },
});

export function planRoutes(plans: Plans): OpenAPIHono {
  const routes = newRoutes();
  return routes.openapi(list, (c) => {
    const { sessionId, limit, cursor } = c.req.valid('query');
    const found = plans.page(sessionId, decodeSeqCursor(cursor), limit + 1);
    const { rows, nextCursor } = pageBySeq(found, limit);
    return c.json({ plans: rows.map(({ plan }) => plan), nextCursor }, 200);
  });
}
