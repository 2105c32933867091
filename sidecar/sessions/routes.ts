import { HoldfastError } from '../errors/index.ts';
import {
  createRoute,
  decodeCursor,
  failures,
  json,
  limitUpTo,
  newRoutes,
  type OpenAPIHono,
  pageOf,
  z,
} from '../http/index.ts';
import { STATES, sessionSchema } from './schemas.ts';
import { type ShowSessionRooms, showSession } from './show-session.ts';

export type SessionRouteRooms = Omit<ShowSessionRooms, 'planOf'> & {
  plan: { schema: z.ZodType<object>; of: (sessionId: string) => object | null };
};

const query = z.object({
  state: z.enum(STATES).optional(),
  project: z.string().optional(),
  limit: limitUpTo(200, 50),
  cursor: z.string().optional(),
});

export function sessionRoutes(rooms: SessionRouteRooms): OpenAPIHono {
  const { sessions, plan } = rooms;
  const show = showSession({ ...rooms, planOf: plan.of });
  const routes = newRoutes();
  const Session = sessionSchema(plan.schema);

  const list = createRoute({
    method: 'get',
    path: '/sessions',
    summary: 'The sessions that hooks told of, newest first',
    request: { query },
    responses: {
      200: json('a page', z.object({ sessions: z.array(Session), nextCursor: z.string().nullable() })),
      ...failures('BAD_INPUT'),
    },
  });
  routes.openapi(list, async (c) => {
    const { state, project, limit, cursor } = c.req.valid('query');
    const found = sessions.page({ state, project }, decodeCursor(cursor), limit + 1);
    const { rows, nextCursor } = pageOf(found, limit, (row) => ({ at: row.started_at, id: row.id }));
    const shown = await Promise.all(rows.map((row) => show(row, { worktree: false })));
    return c.json({ sessions: shown, nextCursor }, 200);
  });

  const one = createRoute({
    method: 'get',
    path: '/sessions/{id}',
    summary: 'One session',
    request: { params: z.object({ id: z.string() }) },
    responses: { 200: json('the session', Session), ...failures('NOT_FOUND') },
  });
  routes.openapi(one, async (c) => {
    const { id } = c.req.valid('param');
    const row = sessions.one(id);
    if (!row) {
      throw new HoldfastError(
        'NOT_FOUND',
        `No session ${id} is known.`,
        'GET /sessions lists those that are.',
      );
    }
    return c.json(await show(row, { worktree: true }), 200);
  });

  return routes;
}
