import { Timestamp, z } from '../http/index.ts';

const Sign = z
  .object({
    kind: z.enum([
      'turn-in-flight',
      'plan-item',
      'open-promise',
      'dirty-worktree',
      'background-task',
      'recent-prompt',
      'recent-tool-call',
    ]),
    strength: z
      .enum(['strong', 'weak'])
      .openapi({ description: 'one strong sign is enough, or two weak ones' }),
    text: z.string(),
  })
  .openapi('SignOfUnfinishedWork');

const ReapingSchema = z
  .object({
    at: Timestamp,
    why: z.enum(['process-gone', 'other-process', 'other-boot']),
    stateBefore: z.string(),
    reasonBefore: z.string().nullable(),
    unfinished: z.array(Sign).openapi({ description: 'what it left undone, as it stood at that moment' }),
  })
  .openapi('Reaping');

export const STATES = ['booting', 'in_turn', 'between_turns', 'ended', 'reaped', 'stalled'] as const;

/** `plan` is of the plans room, which this one does not know. */
export function sessionSchema(plan: z.ZodType<object>) {
  return z
    .object({
      id: z.string(),
      state: z.enum(STATES),
      reason: z
        .string()
        .nullable()
        .openapi({ description: 'of the end, the error class of the stall, or how the process went' }),
      why: z.string().openapi({ description: 'what Holdfast knows that from, in a sentence' }),
      alive: z
        .boolean()
        .nullable()
        .openapi({ description: 'whether its process runs now; null: nobody can tell' }),
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
      autonomous: z.boolean().openapi({ description: 'whether it may be revived without asking' }),
      unfinished: z
        .array(Sign)
        .openapi({ description: 'what is undone now; git is asked for a single session only, not in lists' }),
      plan: plan.nullable(),
      reaped: ReapingSchema.nullable().openapi({ description: 'of a session that is reaped' }),
      version: z.number().int(),
    })
    .openapi('Session');
}

export type ShownSession = z.infer<ReturnType<typeof sessionSchema>>;
