import { z } from '../http/index.ts';

/**
 * What each hook sends. Only what Holdfast cannot do without is required, and unknown fields are kept:
 * a newer client may say more, and an event that is refused is an event that is lost.
 */
const common = {
  session_id: z.string().min(1).max(200),
  hook_event_name: z.string().optional(),
  transcript_path: z.string().nullish(),
  cwd: z.string().nullish(),
  permission_mode: z.string().nullish(),
  /** Only inside a subagent. */
  agent_id: z.string().nullish(),
  /** Set by `holdfast doctor`: taken and kept, but nothing follows from it. */
  holdfast_sample: z.boolean().optional(),
};

const toolCall = {
  ...common,
  tool_name: z.string().min(1),
  tool_use_id: z.string().nullish(),
  tool_input: z.unknown().optional(),
};

export const EVENT_SCHEMAS = {
  SessionStart: z.looseObject({ ...common, source: z.string().nullish(), model: z.unknown().optional() }),
  UserPromptSubmit: z.looseObject({ ...common, prompt: z.string().nullish() }),
  PreToolUse: z.looseObject(toolCall),
  PostToolUse: z.looseObject({
    ...toolCall,
    tool_response: z.unknown().optional(),
    duration_ms: z.number().nullish(),
  }),
  PostToolUseFailure: z.looseObject({
    ...toolCall,
    error: z.unknown().optional(),
    is_interrupt: z.boolean().nullish(),
  }),
  Stop: z.looseObject({
    ...common,
    stop_hook_active: z.boolean().nullish(),
    last_assistant_message: z.string().nullish(),
    background_tasks: z.array(z.unknown().optional()).nullish(),
    session_crons: z.array(z.unknown().optional()).nullish(),
  }),
  StopFailure: z.looseObject({ ...common, error: z.unknown().optional() }),
  SessionEnd: z.looseObject({ ...common, reason: z.string().nullish() }),
  ConfigChange: z.looseObject({ ...common, source: z.string().nullish(), file_path: z.string().nullish() }),
} as const;

export type KnownEvent = keyof typeof EVENT_SCHEMAS;

/** An event that a newer client has and this version does not: kept like the others, whatever it holds. */
export const ANY_EVENT = z.looseObject({ ...common, session_id: common.session_id.nullish() });

export type HookBody = z.infer<typeof ANY_EVENT>;

export function schemaOf(event: string): z.ZodType<HookBody> {
  return Object.hasOwn(EVENT_SCHEMAS, event) ? EVENT_SCHEMAS[event as KnownEvent] : ANY_EVENT;
}
