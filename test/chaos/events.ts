import { HOOK_EVENTS, type HookEvent } from './sidecar-process.ts';

/** A body that the schemas take, told from every other one by its marker. */
export function bodyOf(event: HookEvent, sessionId: string, marker: string, more: object = {}): string {
  return JSON.stringify({
    session_id: sessionId,
    hook_event_name: event,
    cwd: '/',
    marker,
    ...(event === 'SessionStart' && { source: 'startup', model: 'some-model' }),
    ...(event.includes('ToolUse') && { tool_name: 'Bash', tool_use_id: `tool-${marker}` }),
    ...(event === 'Stop' && { last_assistant_message: 'I will go on.', stop_hook_active: false }),
    ...(event.endsWith('Failure') && { error: 'it failed' }),
    ...(event === 'SessionEnd' && { reason: 'other' }),
    ...more,
  });
}

/** More tool calls than anything else, as in life. */
export const LIKELY_EVENTS: readonly HookEvent[] = [
  ...HOOK_EVENTS,
  'PreToolUse',
  'PostToolUse',
  'PreToolUse',
  'PostToolUse',
];
