import { createRoute, failures, json, newRoutes, type OpenAPIHono, Timestamp, z } from '../http/index.ts';
import { ATTENTION_KINDS, ATTENTION_STATUSES } from './attention.ts';
import { GUARD_STATES } from './derive.ts';
import type { Guards } from './open-guards.ts';

const state = z.enum(GUARD_STATES).openapi({ description: 'the first that fits, in this order' });
const count = z.number().int();

const GuardSchema = z
  .object({
    key: z.string(),
    configEnabled: z.boolean().openapi({ description: 'by the config in force; true where there is no key' }),
    defaultEnabled: z.boolean(),
    effective: state,
    offClass: z.enum(['dark-default', 'diverged-from-default']).nullable(),
    divergence: z.enum(['off-at-runtime', 'pending-restart']).nullable(),
    runtime: z.enum(['on', 'off', 'dry-run']).nullable(),
    runtimeReason: z.string().optional(),
    error: z.string().optional(),
    hint: z.string().optional(),
    description: z.string(),
    criticalPath: z.literal(true).optional(),
  })
  .openapi('Guard');

const AttentionSchema = z
  .object({
    id: z.string(),
    guard: z.string(),
    kind: z.enum(ATTENTION_KINDS),
    status: z.enum(ATTENTION_STATUSES),
    openedAt: Timestamp,
    closedAt: Timestamp.optional(),
    count: count.openapi({ description: 'how often it was seen' }),
    title: z.string(),
    why: z.string(),
    hint: z.string(),
  })
  .openapi('AttentionItem');

const guardList = createRoute({
  method: 'get',
  path: '/guards',
  summary: 'Every protective part and its state, the loud ones first; read anew, and nothing is written',
  responses: {
    200: json(
      'the posture',
      z.object({
        guards: z.array(GuardSchema),
        summary: z.object({ total: count, loud: count, byState: z.record(z.enum(GUARD_STATES), count) }),
      }),
    ),
  },
});

const attentionList = createRoute({
  method: 'get',
  path: '/attention',
  summary: 'What the person is to know: open, then acknowledged, then the last that are over',
  responses: { 200: json('the notices', z.object({ items: z.array(AttentionSchema) })) },
});

const acknowledge = createRoute({
  method: 'post',
  path: '/attention/{id}/ack',
  summary: 'The person knows. It is told no more while it lasts; one that is over stays as it is',
  request: { params: z.object({ id: z.string() }) },
  responses: { 200: json('the notice', AttentionSchema), ...failures('NOT_FOUND', 'STORAGE_FULL') },
});

export function guardRoutes(guards: Guards): OpenAPIHono {
  return newRoutes()
    .openapi(guardList, (c) => c.json(guards.posture(), 200))
    .openapi(attentionList, (c) => c.json({ items: guards.attention.list() }, 200))
    .openapi(acknowledge, (c) => c.json(guards.attention.acknowledge(c.req.valid('param').id), 200));
}
