import { HoldfastError } from '../errors/index.ts';
import {
  createRoute,
  decodeCursor,
  failures,
  json,
  limitBody,
  limitUpTo,
  newRoutes,
  type OpenAPIHono,
  pageOf,
  z,
} from '../http/index.ts';
import { STATES, sessionSchema } from './schemas.ts';
import { type ShowSessionRooms, showSession } from './show-session.ts';
import type { SessionRow } from './store.ts';

export type SessionRouteRooms = Omit<ShowSessionRooms, 'planOf'> & {
  plan: { schema: z.ZodType<object>; of: (sessionId: string) => object | null };
  /** A person has marked a session, or taken the mark away. */
  marked?: (sessionId: string) => void;
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
    return c.json(await show(requireSession(c.req.valid('param').id), { worktree: true }), 200);
  });

  const autonomous = createRoute({
    method: 'post',
    path: '/sessions/{id}/autonomous',
    summary: 'Marks a session: when it dies in mid-work it may be revived without asking',
    middleware: limitBody,
    request: {
      params: z.object({ id: z.string() }),
      body: {
        required: true,
        content: { 'application/json': { schema: z.strictObject({ autonomous: z.boolean() }) } },
      },
    },
    responses: {
      200: json('the session', Session),
      ...failures('BAD_INPUT', 'NOT_FOUND', 'PAYLOAD_TOO_LARGE', 'STORAGE_FULL', 'STORAGE_UNWRITABLE'),
    },
  });
  routes.openapi(autonomous, async (c) => {
    const { id } = requireSession(c.req.valid('param').id);
    sessions.mark(id, c.req.valid('json').autonomous);
    rooms.marked?.(id);
    return c.json(await show(requireSession(id), { worktree: true }), 200);
  });

  function requireSession(id: string): SessionRow {
    const row = sessions.one(id);
    if (row) return row;
    throw new HoldfastError(
      'NOT_FOUND',
      `No session ${id} is known.`,
      '`holdfast sessions` lists those that are.',
    );
  }

  return routes;
}
