import {
  Cursor,
  createRoute,
  failures,
  json,
  limitUpTo,
  newRoutes,
  type OpenAPIHono,
  Timestamp,
  z,
} from '../http/index.ts';
import { changeStream } from './change-stream.ts';
import type { ChangeLog } from './changes.ts';
import type { Store } from './store.ts';

const Columns = z.record(z.string(), z.unknown()).nullable();

const ChangeRow = z
  .object({
    seq: z.number().int(),
    table: z.string(),
    id: z.string(),
    op: z.enum(['insert', 'update', 'delete']),
    at: Timestamp,
    machineId: z.string(),
    schemaVersion: z.number().int(),
    old: Columns.openapi({ description: 'update: the columns that differ, as they were' }),
    new: Columns.openapi({ description: 'insert: all columns; update: those that differ' }),
  })
  .openapi('Change');

const list = createRoute({
  method: 'get',
  path: '/changes',
  summary: 'The change log, oldest first',
  request: { query: z.object({ after: Cursor.default(0), limit: limitUpTo(1000, 1000) }) },
  responses: {
    200: json(
      'a page; nextAfter is null on the last one; resync: rows after the cursor were pruned, read the tables anew',
      z.object({
        changes: z.array(ChangeRow),
        nextAfter: z.number().int().nullable(),
        resync: z.boolean(),
      }),
    ),
    ...failures('BAD_INPUT'),
  },
});

const stream = createRoute({
  method: 'get',
  path: '/changes/stream',
  summary: 'The change log as server-sent events',
  request: {
    query: z.object({ after: Cursor.optional() }),
    headers: z.object({ 'last-event-id': Cursor.optional() }),
  },
  responses: {
    200: {
      description:
        'one message a change, its seq as id; `event: resync` where the cursor is older than what is kept, or the client too slow',
      content: { 'text/event-stream': { schema: z.string() } },
    },
    ...failures('BAD_INPUT'),
  },
});

export type ChangeRoutesOptions = { store: Store; log: ChangeLog; closing: AbortSignal };

export function changeRoutes({ store, log, closing }: ChangeRoutesOptions): OpenAPIHono {
  const routes = newRoutes();

  routes.openapi(list, (c) => {
    const { after, limit } = c.req.valid('query');
    const rows = log.after(after, limit + 1);
    const changes = rows.slice(0, limit);
    const nextAfter = rows.length > limit ? (changes.at(-1)?.seq ?? null) : null;
    return c.json({ changes, nextAfter, resync: after > 0 && !log.reaches(after) }, 200);
  });

  routes.openapi(stream, (c) => {
    // What the client has seen wins over where it was told to begin; neither: from now on.
    const cursor = c.req.valid('header')['last-event-id'] ?? c.req.valid('query').after ?? log.last();
    return c.body(changeStream({ store, log, cursor, closing }), 200, {
      'content-type': 'text/event-stream',
      'cache-control': 'no-store',
    });
  });

  return routes;
}
