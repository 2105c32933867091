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
  Timestamp,
  z,
} from '../http/index.ts';
import type { SessionFacts, SessionRow, SessionStore } from './store.ts';

const Session = z
  .object({
    id: z.string(),
    state: z.enum(['booting', 'in_turn', 'between_turns', 'ended', 'reaped', 'stalled']),
    reason: z.string().nullable().openapi({ description: 'of the end, or the error class of the stall' }),
    project: z.string().nullable(),
    cwd: z.string().nullable(),
    model: z.string().nullable(),
    transcriptPath: z.string().nullable(),
    permissionMode: z.string().nullable(),
    pid: z
      .number()
      .int()
      .nullable()
      .openapi({ description: 'of the client; null where no hook could name it' }),
    processStart: z.string().nullable(),
    bootId: z.string().nullable(),
    startedAt: Timestamp,
    endedAt: Timestamp.nullable(),
    lastEventAt: Timestamp.nullable(),
    lastPromptAt: Timestamp.nullable(),
    lastTool: z.string().nullable(),
    counts: z.object({ events: z.number(), prompts: z.number(), toolCalls: z.number() }),
    version: z.number().int(),
  })
  .openapi('Session');

const list = createRoute({
  method: 'get',
  path: '/sessions',
  summary: 'The sessions that hooks told of, newest first',
  request: {
    query: z.object({
      state: Session.shape.state.optional(),
      project: z.string().optional(),
      limit: limitUpTo(200, 50),
      cursor: z.string().optional(),
    }),
  },
  responses: {
    200: json('a page', z.object({ sessions: z.array(Session), nextCursor: z.string().nullable() })),
    ...failures('BAD_INPUT'),
  },
});

const one = createRoute({
  method: 'get',
  path: '/sessions/{id}',
  summary: 'One session',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json('the session', Session), ...failures('NOT_FOUND') },
});

export function sessionRoutes(sessions: SessionStore): OpenAPIHono {
  const routes = newRoutes();

  routes.openapi(list, (c) => {
    const { state, project, limit, cursor } = c.req.valid('query');
    const found = sessions.page({ state, project }, decodeCursor(cursor), limit + 1);
    const { rows, nextCursor } = pageOf(found, limit, (row) => ({ at: row.started_at, id: row.id }));
    return c.json({ sessions: rows.map((row) => readable(row, sessions.facts(row.id))), nextCursor }, 200);
  });

  routes.openapi(one, (c) => {
    const { id } = c.req.valid('param');
    const row = sessions.one(id);
    if (!row) {
      throw new HoldfastError(
        'NOT_FOUND',
        `No session ${id} is known.`,
        'GET /sessions lists those that are.',
      );
    }
    return c.json(readable(row, sessions.facts(id)), 200);
  });

  return routes;
}

function readable(row: SessionRow, facts: SessionFacts): z.infer<typeof Session> {
  return {
    id: row.id,
    state: row.state,
    reason: row.reason,
    project: row.project,
    cwd: row.cwd,
    model: row.model,
    transcriptPath: row.transcript_path,
    permissionMode: row.permission_mode,
    pid: row.pid,
    processStart: row.process_start,
    bootId: row.boot_id,
    startedAt: row.started_at,
    endedAt: row.ended_at,
    lastEventAt: facts.last_event_at,
    lastPromptAt: facts.last_prompt_at,
    lastTool: facts.last_tool,
    counts: { events: facts.events, prompts: facts.prompts, toolCalls: facts.tool_calls },
    version: row.version,
  };
}
