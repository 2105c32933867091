import { PERMISSION_MODES } from '../home/index.ts';
import { Timestamp, z } from '../http/index.ts';
import { RUN_STATES } from './run.ts';

const LONGEST_OBJECTIVE = 100_000;
const LONGEST_COMMAND = 10_000;

/** What reaches a program as an argument: it holds something, and no NUL that would cut it. */
const Text = (longest: number) =>
  z
    .string()
    .max(longest)
    .refine((text) => text.trim() !== '', { message: 'it is empty' })
    .refine((text) => !text.includes('\0'), { message: 'it holds a NUL character' });

export const Limits = {
  maxTurns: z.number().int().min(0).max(10_000).optional().openapi({ description: '0: no limit' }),
  maxUsd: z.number().min(0).max(1_000_000).optional().openapi({ description: '0: no limit' }),
  model: Text(200)
    .refine((name) => !name.startsWith('-'), { message: 'it begins with a dash' })
    .optional(),
  permissionMode: z.enum(PERMISSION_MODES).optional(),
};

export const NewRun = z.strictObject({
  objective: Text(LONGEST_OBJECTIVE),
  project: Text(4096).openapi({ description: 'any existing directory' }),
  branch: z.string().max(250).optional().openapi({
    description: 'local, of a remote, or a tag to start a new one from; none: a new one from HEAD',
  }),
  worktree: z.boolean().optional().openapi({ description: 'false: in place, also outside of git' }),
  until: Text(LONGEST_COMMAND).optional().openapi({ description: 'must succeed before it is completed' }),
  setup: Text(LONGEST_COMMAND).optional().openapi({ description: 'runs once before the first turn' }),
  ...Limits,
  externalKey: Text(300)
    .optional()
    .openapi({ description: 'the same key while its run is open gives the same run' }),
});

export const Said = z.strictObject({ text: Text(LONGEST_OBJECTIVE) });
export const Restoring = z.strictObject(Limits);

const Open = z.object({ kind: z.enum(['promise', 'plan', 'until']), text: z.string() }).openapi('OpenThing');

export const RunSchema = z
  .object({
    id: z.string(),
    state: z.enum(RUN_STATES),
    reason: z.string().nullable().openapi({ description: 'why it failed, or what it waits for' }),
    detail: z.string().nullable(),
    hint: z.string().nullable().openapi({ description: 'what a person can do' }),
    waitUntil: Timestamp.nullable(),
    objective: z.string(),
    project: z.string(),
    directory: z.string(),
    worktree: z.string().nullable(),
    branch: z.string().nullable(),
    sessionId: z.string().nullable(),
    model: z.string().nullable(),
    permissionMode: z.string(),
    turns: z.number().int(),
    costUsd: z.number(),
    maxTurns: z.number().nullable(),
    maxUsd: z.number().nullable(),
    open: z.array(Open),
    denials: z.array(z.string()).openapi({ description: 'tools that its turns were not allowed to use' }),
    until: z.string().nullable(),
    untilResult: z
      .object({
        code: z.number().nullable(),
        output: z.string().openapi({ description: 'the end of it' }),
        timedOut: z.boolean(),
        at: Timestamp,
      })
      .nullable(),
    setup: z.string().nullable(),
    setupOutput: z.string().nullable(),
    waitingTexts: z.number().int().openapi({ description: 'said, and not told to a turn yet' }),
    externalKey: z.string().nullable(),
    createdAt: Timestamp,
    endedAt: Timestamp.nullable(),
    cleanedAt: Timestamp.nullable().openapi({ description: 'when its worktree was removed' }),
    version: z.number().int(),
  })
  .openapi('Run');

export const WorkSchema = z
  .object({
    commits: z.array(z.object({ hash: z.string(), subject: z.string() })),
    uncommitted: z.array(z.string()),
    merge: z.string().nullable().openapi({ description: 'the command that merges its branch' }),
  })
  .openapi('RunWork');

export const TurnSchema = z
  .object({
    id: z.string(),
    state: z.string(),
    sessionId: z.string(),
    pid: z.number().int().nullable(),
    events: z.number().int(),
    toolCalls: z.number().int(),
    malformed: z.number().int(),
    costUsd: z.number(),
    error: z.object({ class: z.string(), text: z.string() }).nullable(),
    denials: z.array(z.string()),
    text: z.string().nullable().openapi({ description: 'the last text of the agent' }),
    startedAt: Timestamp,
    lastActivityAt: Timestamp.nullable(),
    endedAt: Timestamp.nullable(),
    log: z.string().openapi({ description: 'the stream of its client' }),
  })
  .openapi('Turn');
