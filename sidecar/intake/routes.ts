import { HoldfastError } from '../errors/index.ts';
import {
  Cursor,
  createRoute,
  decodeUtf8,
  failures,
  json,
  limitUpTo,
  newRoutes,
  type OpenAPIHono,
  readBody,
  Timestamp,
  z,
} from '../http/index.ts';
import { ANY_EVENT, EVENT_SCHEMAS } from './schemas.ts';
import type { EventStore, StoredEvent } from './store.ts';
import { type Incoming, newEventId, type Taken } from './take.ts';
import { understand } from './understand.ts';

const Event = z
  .object({
    seq: z.number().int(),
    id: z.string(),
    event: z.string(),
    sessionId: z.string().nullable(),
    agentId: z.string().nullable(),
    tool: z.string().nullable(),
    toolUseId: z.string().nullable(),
    source: z.string(),
    via: z.enum(['live', 'spool']),
    at: Timestamp,
    receivedAt: Timestamp,
    outcome: z.enum(['applied', 'stored', 'refused-move', 'duplicate', 'sample']),
    detail: z.string().nullable(),
    bytes: z.number().int(),
  })
  .openapi('Event');

const EventWithBody = Event.extend({
  body: z.unknown().openapi({ description: 'as the client sent it, masked; null once it was pruned' }),
}).openapi('EventWithBody');

const list = createRoute({
  method: 'get',
  path: '/events',
  summary: 'What came in, oldest first',
  request: {
    query: z.object({
      sessionId: z.string().optional(),
      after: Cursor.default(0),
      limit: limitUpTo(1000, 1000),
      last: Cursor.max(1000)
        .optional()
        .openapi({ description: 'instead of after and limit: the last so many' }),
    }),
  },
  responses: {
    200: json(
      'a page; nextAfter is null on the last one',
      z.object({ events: z.array(Event), nextAfter: z.number().int().nullable() }),
    ),
    ...failures('BAD_INPUT'),
  },
});

const one = createRoute({
  method: 'get',
  path: '/events/{id}',
  summary: 'One event with its body',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json('the event', EventWithBody), ...failures('NOT_FOUND') },
});

export type IntakeRoutesOptions = {
  events: EventStore;
  submit: (incoming: Incoming) => Promise<Taken>;
  now: () => Date;
};

export function intakeRoutes({ events, submit, now }: IntakeRoutesOptions): OpenAPIHono {
  const routes = newRoutes();
  describeHookRoute(routes);

  // Validated by hand and not by the route: the body is read once, as the bytes that are hashed.
  routes.post('/hook/:event', async (c) => {
    const text = decodeUtf8(await readBody(c.req.raw));
    const event = c.req.param('event');
    const incoming = {
      ...headersOf((name) => c.req.header(name)),
      event,
      via: 'live',
      at: now(),
      text,
      body: understand(event, text),
    } as const;
    const { answer } = await submit(incoming);
    return c.json(answer);
  });

  routes.openapi(list, (c) => {
    const { sessionId, after, limit, last } = c.req.valid('query');
    if (last !== undefined)
      return c.json({ events: events.last(last, sessionId).map(readable), nextAfter: null }, 200);
    const rows = events.page(after, limit + 1, sessionId);
    const page = rows.slice(0, limit);
    const nextAfter = rows.length > limit ? (page.at(-1)?.seq ?? null) : null;
    return c.json({ events: page.map(readable), nextAfter }, 200);
  });

  routes.openapi(one, (c) => {
    const { id } = c.req.valid('param');
    const row = events.one(id);
    if (!row)
      throw new HoldfastError('NOT_FOUND', `No event ${id} is known.`, 'GET /events lists those that are.');
    return c.json({ ...readable(row), body: row.body === null ? null : JSON.parse(row.body) }, 200);
  });

  return routes;
}

const EVENT_ID = /^[A-Za-z0-9._~-]{1,128}$/;
const SOURCE = /^(settings|plugin)$/;
const CLIENT = /^(\d{1,10})(?: (\d{1,20}))?$/;

/** For the description. Read by hand below, on the path that each tool call waits for. */
const HookHeaders = z.object({
  'x-holdfast-event': z
    .string()
    .regex(EVENT_ID)
    .optional()
    .openapi({ description: 'idempotency key; one is made where it is missing' }),
  'x-holdfast-source': z.string().regex(SOURCE).optional(),
  'x-holdfast-client': z
    .string()
    .regex(CLIENT)
    .optional()
    .openapi({ description: "the client's process id, and its start time where the hook could read it" }),
});

function headersOf(header: (name: string) => string | undefined): Pick<Incoming, 'id' | 'source' | 'client'> {
  const [, pid, start] = matched('x-holdfast-client', header('x-holdfast-client'), CLIENT);
  return {
    id: matched('x-holdfast-event', header('x-holdfast-event'), EVENT_ID)[0] ?? newEventId(),
    source: matched('x-holdfast-source', header('x-holdfast-source'), SOURCE)[0] ?? 'settings',
    client: pid === undefined ? null : { pid: Number(pid), processStart: start ?? null },
  };
}

function matched(field: string, value: string | undefined, pattern: RegExp): readonly (string | undefined)[] {
  if (value === undefined) return [];
  const match = pattern.exec(value);
  if (match) return match;
  throw new HoldfastError(
    'BAD_INPUT',
    `${field}: it must match ${pattern.source}.`,
    'See POST /hook/{event} in /openapi.json.',
    { details: { field } },
  );
}

function describeHookRoute(routes: OpenAPIHono): void {
  const bodies = [...Object.values(EVENT_SCHEMAS), ANY_EVENT] as const;
  routes.openAPIRegistry.registerPath({
    method: 'post',
    path: '/hook/{event}',
    summary: "Takes a hook's standard input; answers, after the commit, what the hook prints for Claude",
    request: {
      params: z.object({ event: z.string() }),
      headers: HookHeaders,
      body: { content: { 'application/json': { schema: z.union(bodies) } } },
    },
    responses: {
      200: json('for Claude; {} most of the time', z.record(z.string(), z.unknown())),
      ...failures('BAD_INPUT', 'PAYLOAD_TOO_LARGE', 'SHUTTING_DOWN', 'STORAGE_FULL', 'STORAGE_UNWRITABLE'),
    },
  });
}

function readable(row: StoredEvent): z.infer<typeof Event> {
  return {
    seq: row.seq,
    id: row.id,
    event: row.event,
    sessionId: row.session_id,
    agentId: row.agent_id,
    tool: row.tool_name,
    toolUseId: row.tool_use_id,
    source: row.source,
    via: row.via,
    at: row.at,
    receivedAt: row.received_at,
    outcome: row.outcome,
    detail: row.detail,
    bytes: row.body_bytes,
  };
}
