import { Timestamp, z } from '../http/index.ts';
import { GATES } from './entry.ts';

const SignSchema = z.object({ kind: z.string(), strength: z.enum(['strong', 'weak']), text: z.string() });

export const EntrySchema = z
  .object({
    id: z.string(),
    runId: z.string().nullable().openapi({ description: 'null: a session that a person marked' }),
    sessionId: z.string(),
    state: z.string().openapi({
      description:
        'queued, starting, respawned, cancelled, invalidated:WHY or gave-up:attempts|resurrection-cap|expired|evicted',
    }),
    open: z.boolean(),
    gate: z.enum(GATES).nullable().openapi({ description: 'what holds it back now; null: nothing' }),
    why: z.string().openapi({ description: 'how it died' }),
    diedAt: Timestamp,
    unfinished: z.array(SignSchema),
    directory: z.string(),
    branch: z.string().nullable(),
    attempts: z.number().int(),
    nextAttemptAt: Timestamp.nullable().openapi({ description: 'null: as soon as nothing holds it back' }),
    wouldResumeAt: Timestamp.nullable().openapi({ description: 'when a dry run came to it' }),
    turnId: z.string().nullable(),
    queuedAt: Timestamp,
    expiresAt: Timestamp,
    endedAt: Timestamp.nullable(),
    history: z.array(z.object({ at: Timestamp, what: z.string(), detail: z.string().nullable() })),
    version: z.number().int(),
  })
  .openapi('ResumeEntry');

const LockSchema = z
  .object({
    held: z.boolean(),
    how: z.enum(['created', 'reclaimed', 'healed']).nullable(),
    reason: z.string().nullable().openapi({ description: 'why it is not held' }),
    detail: z.string(),
    found: z
      .object({
        pid: z.number().nullable(),
        hostname: z.string().nullable(),
        machineId: z.string().nullable(),
        bootId: z.string().nullable(),
        heartbeatAt: Timestamp.nullable(),
        ours: z.boolean(),
        understood: z.boolean(),
        generation: z.string().nullable(),
      })
      .nullable()
      .openapi({ description: 'what lies there' }),
  })
  .openapi('HostLock');

export const QueueSchema = z
  .object({
    enabled: z.boolean(),
    disabledReason: z.string().nullable(),
    hint: z.string().optional().openapi({ description: 'what to do about it' }),
    dryRun: z.boolean(),
    paused: z.boolean(),
    pausedAt: Timestamp.nullable(),
    heldBy: z.enum(GATES).nullable().openapi({ description: 'the gate that holds all of them back' }),
    heldWhy: z.string().nullable(),
    entries: z
      .array(EntrySchema)
      .openapi({ description: 'the open ones, oldest first; then the newest that are over' }),
    tombstones: z
      .array(
        z.object({
          runId: z.string().nullable(),
          sessionId: z.string(),
          revivals: z.number().int(),
          lastAt: Timestamp,
          capped: z.boolean(),
          cappedUntil: Timestamp.nullable(),
        }),
      )
      .openapi({ description: 'what was revived in the last 24 hours' }),
    refusals: z
      .array(
        z.object({
          death: z.string(),
          sessionId: z.string(),
          runId: z.string().nullable(),
          at: Timestamp,
          reason: z.string(),
          detail: z.string(),
        }),
      )
      .openapi({ description: 'what died and got no entry, newest first' }),
    lock: LockSchema,
  })
  .openapi('ResumeQueue');
