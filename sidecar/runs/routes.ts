import {
  createRoute,
  decodeSeqCursor,
  failures,
  json,
  limitBody,
  limitUpTo,
  newRoutes,
  type OpenAPIHono,
  pageBySeq,
  z,
} from '../http/index.ts';
import { describeRun, describeTurn } from './describe.ts';
import type { Runs } from './index.ts';
import { requireRun } from './require-run.ts';
import { RUN_STATES } from './run.ts';
import { NewRun, Restoring, RunSchema, Said, TurnSchema, WorkSchema } from './schemas.ts';
import { workOf } from './work-of.ts';

const params = z.object({ id: z.string() });
const STORAGE = ['PAYLOAD_TOO_LARGE', 'STORAGE_FULL', 'STORAGE_UNWRITABLE'] as const;

const bodyOf = <T extends z.ZodType>(schema: T, required = true) => ({
  required,
  content: { 'application/json': { schema } },
});

const WithWarnings = RunSchema.extend({
  warnings: z.array(z.string()).openapi({ description: 'what a person should know before it works' }),
}).openapi('NewRun');

const create = createRoute({
  method: 'post',
  path: '/runs',
  summary: 'Begins a run; what cannot begin is refused, and leaves nothing behind',
  middleware: limitBody,
  request: { body: bodyOf(NewRun) },
  responses: {
    201: json('begun', WithWarnings),
    200: json('open already under this externalKey', WithWarnings),
    ...failures(
      'BAD_INPUT',
      'PROJECT_NOT_FOUND',
      'NOT_A_GIT_REPOSITORY',
      'GIT_BINARY_NOT_FOUND',
      'AGENT_BINARY_NOT_FOUND',
      'BRANCH_CHECKED_OUT_ELSEWHERE',
      'BRANCH_NOT_FETCHED',
      'DISK_SPACE_LOW',
      ...STORAGE,
    ),
  },
});

const list = createRoute({
  method: 'get',
  path: '/runs',
  summary: 'The runs, newest first',
  request: {
    query: z.object({
      state: z.enum(RUN_STATES).optional(),
      project: z.string().optional(),
      limit: limitUpTo(200, 50),
      cursor: z.string().optional(),
    }),
  },
  responses: {
    200: json('a page', z.object({ runs: z.array(RunSchema), nextCursor: z.string().nullable() })),
    ...failures('BAD_INPUT'),
  },
});

const one = createRoute({
  method: 'get',
  path: '/runs/{id}',
  summary: 'One run, with what it has left in git',
  request: { params },
  responses: {
    200: json('the run', RunSchema.extend({ work: WorkSchema.nullable() }).openapi('RunInFull')),
    ...failures('RUN_NOT_FOUND'),
  },
});

const turns = createRoute({
  method: 'get',
  path: '/runs/{id}/turns',
  summary: 'The turns of a run, oldest first',
  request: { params },
  responses: {
    200: json('all of them', z.object({ turns: z.array(TurnSchema) })),
    ...failures('RUN_NOT_FOUND'),
  },
});

const LIFE = ['RUN_NOT_FOUND', 'SESSION_INCOMPLETE_HANDLE', 'SESSION_BUSY', ...STORAGE] as const;

const restore = createRoute({
  method: 'post',
  path: '/runs/{id}/restore',
  summary: 'Goes on with a run in the same session, with its turns counted anew',
  middleware: limitBody,
  request: { params, body: bodyOf(Restoring, false) },
  responses: {
    200: json('at work', RunSchema),
    ...failures('BAD_INPUT', 'RUN_NOT_RESTORABLE', 'AGENT_BINARY_NOT_FOUND', ...LIFE),
  },
});

const kill = createRoute({
  method: 'post',
  path: '/runs/{id}/kill',
  summary: 'Ends a run and every process of it',
  middleware: limitBody,
  request: { params },
  responses: { 200: json('killed', RunSchema), ...failures('RUN_NOT_LIVE', ...LIFE) },
});

const RolledBack = RunSchema.extend({
  outcome: z.enum(['deleted', 'killed', 'unchanged']),
}).openapi('RolledBackRun');

const rollback = createRoute({
  method: 'post',
  path: '/runs/{id}/rollback',
  summary: 'Deletes a run that has started nothing; kills any other',
  middleware: limitBody,
  request: { params },
  responses: { 200: json('the run as it was, or is', RolledBack), ...failures(...LIFE) },
});

const say = createRoute({
  method: 'post',
  path: '/runs/{id}/say',
  summary: 'Tells a run something: with its next turn, or with one more',
  middleware: limitBody,
  request: { params, body: bodyOf(Said) },
  responses: {
    200: json('told, or to be told', RunSchema),
    ...failures('BAD_INPUT', 'RUN_NOT_RESTORABLE', 'AGENT_BINARY_NOT_FOUND', ...LIFE),
  },
});

const clean = createRoute({
  method: 'post',
  path: '/runs/clean',
  summary: 'Removes the worktrees of finished runs that hold nothing of their own',
  middleware: limitBody,
  request: { body: bodyOf(z.strictObject({ dryRun: z.boolean().default(false) }), false) },
  responses: {
    200: json(
      'what became of each worktree',
      z.object({
        worktrees: z.array(
          z.object({
            id: z.string(),
            worktree: z.string(),
            removed: z.boolean(),
            branchDeleted: z.boolean(),
            why: z.string(),
          }),
        ),
      }),
    ),
    ...failures('BAD_INPUT', ...STORAGE),
  },
});

export type RunRoutesOptions = { runs: Runs; turnsFolder: string };

export function runRoutes({ runs, turnsFolder }: RunRoutesOptions): OpenAPIHono {
  const { rooms } = runs;
  const routes = newRoutes();

  routes.openapi(create, async (c) => {
    const { run, created, warnings } = await runs.create(c.req.valid('json'));
    return c.json({ ...describeRun(rooms, run), warnings }, created ? 201 : 200);
  });

  routes.openapi(list, (c) => {
    const { limit, cursor, ...filter } = c.req.valid('query');
    const found = rooms.runs.page(filter, decodeSeqCursor(cursor), limit + 1);
    const { rows, nextCursor } = pageBySeq(found, limit);
    return c.json({ runs: rows.map((run) => describeRun(rooms, run)), nextCursor }, 200);
  });

  routes.openapi(one, async (c) => {
    const run = requireRun(rooms, c.req.valid('param').id);
    const work = await workOf(rooms.git, run);
    return c.json({ ...describeRun(rooms, run), work }, 200);
  });

  routes.openapi(turns, (c) => {
    const { id } = requireRun(rooms, c.req.valid('param').id);
    return c.json({ turns: rooms.turns.ofRun(id).map((turn) => describeTurn(turn, turnsFolder)) }, 200);
  });

  routes.openapi(clean, async (c) => {
    // Without a body its defaults are not filled in.
    const { dryRun = false } = c.req.valid('json');
    return c.json({ worktrees: await runs.clean({ dryRun }) }, 200);
  });

  routes.openapi(restore, async (c) => {
    const run = await runs.restore(c.req.valid('param').id, c.req.valid('json'));
    return c.json(describeRun(rooms, run), 200);
  });

  routes.openapi(kill, async (c) => {
    const run = await runs.kill(c.req.valid('param').id);
    return c.json(describeRun(rooms, run), 200);
  });

  routes.openapi(rollback, async (c) => {
    const { outcome, run } = await runs.rollback(c.req.valid('param').id);
    return c.json({ ...describeRun(rooms, run), outcome }, 200);
  });

  routes.openapi(say, async (c) => {
    const run = await runs.say(c.req.valid('param').id, c.req.valid('json').text);
    return c.json(describeRun(rooms, run), 200);
  });

  return routes;
}
