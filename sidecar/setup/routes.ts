import {
  createRoute,
  failures,
  json,
  limitBody,
  newRoutes,
  type OpenAPIHono,
  Timestamp,
  z,
} from '../http/index.ts';
import type { Migrations } from './migrate/open.ts';

export { isTombstoned } from './hook-files.ts';
export { type Migrations, openMigrations, summaryOf } from './migrate/open.ts';

const Problem = z.object({ code: z.string(), message: z.string(), hint: z.string() });

const Report = z
  .object({
    version: z.string(),
    from: z.string().nullable().openapi({ description: 'null: no version is known before this one' }),
    dryRun: z.boolean(),
    ok: z.boolean().openapi({ description: 'no step failed' }),
    changed: z.boolean(),
    steps: z.array(
      z.object({
        step: z.string(),
        file: z.string(),
        outcome: z.enum(['changed', 'unchanged', 'left', 'failed', 'skipped']),
        says: z.string(),
        diff: z.string().optional(),
        problem: Problem.optional(),
      }),
    ),
  })
  .openapi('Migration');

const State = z.object({
  version: z.string(),
  from: z.string().nullable(),
  migratedAt: Timestamp.nullable().openapi({ description: 'null: a step has not succeeded yet' }),
  schema: z.number().int(),
  steps: z.array(
    z.object({
      step: z.string(),
      doneAt: Timestamp.nullable(),
      problem: Problem.nullable(),
      tries: z.number().int(),
    }),
  ),
  atStart: Report.nullable(),
});

const look = createRoute({
  method: 'get',
  path: '/migrate',
  summary: 'Which steps of the upgrade to this version this home has been through',
  responses: { 200: json('where it stands', State), ...failures() },
});

const run = createRoute({
  method: 'post',
  path: '/migrate',
  summary: 'Goes through every step of the upgrade to this version',
  middleware: limitBody,
  responses: { 200: json('what became of each file', Report), ...failures('STORAGE_FULL') },
});

export function migrateRoutes(migrations: Migrations): OpenAPIHono {
  return newRoutes()
    .openapi(look, async (c) => c.json(await migrations.state(), 200))
    .openapi(run, async (c) => c.json(await migrations.byHand(), 200));
}
