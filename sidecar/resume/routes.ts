import { createRoute, failures, json, limitBody, newRoutes, type OpenAPIHono, z } from '../http/index.ts';
import type { Resume } from './index.ts';
import { EntrySchema, QueueSchema } from './schemas.ts';

const params = z.object({ id: z.string() });
const STORAGE = ['PAYLOAD_TOO_LARGE', 'STORAGE_FULL', 'STORAGE_UNWRITABLE'] as const;

const show = createRoute({
  method: 'get',
  path: '/sessions/resume-queue',
  summary: 'The resume queue: whether it is on, what waits in it, and why',
  responses: { 200: json('the queue', QueueSchema) },
});

const change = (verb: 'pause' | 'resume', summary: string) =>
  createRoute({
    method: 'post',
    path: `/sessions/resume-queue/${verb}` as const,
    summary,
    middleware: limitBody,
    responses: { 200: json('the queue', QueueSchema), ...failures(...STORAGE) },
  });

const pause = change('pause', 'Revives nothing until it is resumed; the entries live no shorter for it');
const resume = change('resume', 'Goes on after a pause');

const unlock = createRoute({
  method: 'post',
  path: '/sessions/resume-queue/unlock',
  summary: 'Removes the host lock that was shown, and tries to take it',
  middleware: limitBody,
  request: {
    body: {
      required: true,
      content: { 'application/json': { schema: z.strictObject({ generation: z.string() }) } },
    },
  },
  responses: {
    200: json(
      'the queue, and whether that lock was removed',
      QueueSchema.extend({ unlocked: z.boolean() }).openapi('UnlockedQueue'),
    ),
    ...failures('BAD_INPUT', ...STORAGE),
  },
});

const drain = createRoute({
  method: 'post',
  path: '/sessions/resume-queue/{id}/drain',
  summary: 'Tries one entry now, without waiting for calm ticks; no other gate is skipped',
  middleware: limitBody,
  request: { params },
  responses: {
    200: json('the entry afterwards', EntrySchema),
    ...failures(
      'NOT_FOUND',
      'QUEUE_DISABLED',
      'QUEUE_PAUSED',
      'QUEUE_HELD_BACK',
      'ENTRY_NOT_OPEN',
      ...STORAGE,
    ),
  },
});

const cancel = createRoute({
  method: 'post',
  path: '/sessions/resume-queue/{id}/cancel',
  summary: 'Takes an entry off the queue',
  middleware: limitBody,
  request: { params },
  responses: { 200: json('the entry', EntrySchema), ...failures('NOT_FOUND', 'ENTRY_NOT_OPEN', ...STORAGE) },
});

const requeue = createRoute({
  method: 'post',
  path: '/sessions/resume-queue/{id}/requeue',
  summary: 'Opens an entry again that was not revived, with all of its attempts',
  middleware: limitBody,
  request: { params },
  responses: {
    200: json('the entry', EntrySchema),
    ...failures('NOT_FOUND', 'ENTRY_NOT_REQUEUEABLE', ...STORAGE),
  },
});

/** To be mounted before `/sessions/{id}`, which would take the queue for a session. */
export function resumeRoutes(queue: Resume): OpenAPIHono {
  const routes = newRoutes();
  routes.openapi(show, (c) => c.json(queue.describe(), 200));
  routes.openapi(pause, (c) => {
    queue.pause();
    return c.json(queue.describe(), 200);
  });
  routes.openapi(resume, (c) => {
    queue.resume();
    return c.json(queue.describe(), 200);
  });
  routes.openapi(unlock, async (c) => {
    const unlocked = await queue.unlock(c.req.valid('json').generation);
    return c.json({ ...queue.describe(), unlocked }, 200);
  });
  routes.openapi(drain, async (c) => c.json(await queue.drain(c.req.valid('param').id), 200));
  routes.openapi(cancel, (c) => c.json(queue.cancel(c.req.valid('param').id), 200));
  routes.openapi(requeue, async (c) => c.json(await queue.requeue(c.req.valid('param').id), 200));
  return routes;
}
