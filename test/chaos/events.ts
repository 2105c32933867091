import { HOOK_EVENTS, type HookEvent } from './sidecar-process.ts';

/** A body that the schemas take, told from every other one by its marker. */
export function bodyOf(event: HookEvent, sessionId: string, marker: string, more: object = {}): string {
  return JSON.stringify({
    session_id: sessionId,
    hook_event_name: event,
    cwd: '/',
    marker,
    ...(event === 'SessionStart' && { source: 'startup', model: 'some-model' }),
    ...(event.includes('ToolUse') && {
      tool_name: 'Bash',
      tool_use_id: `tool-${marker}`,
      tool_input: { command: `git push origin ${branchOf(marker)}` },
    }),
    ...(event === 'PostToolUse' && { tool_response: { stdout: '', stderr: 'done' } }),
    ...(event === 'Stop' && {
      last_assistant_message: `I've pushed the docs branch. I'll push the ${branchOf(marker)} branch now.`,
      stop_hook_active: false,
    }),
    ...(event.endsWith('Failure') && { error: 'it failed' }),
    ...(event === 'SessionEnd' && { reason: 'other' }),
    ...more,
  });
}

/** Few enough that promises and calls meet. */
function branchOf(marker: string): string {
  return ['auth', 'docs', 'cart'][(Number(/\d+$/.exec(marker)?.[0]) || 0) % 3] ?? 'auth';
}

/** More tool calls than anything else, as in life. */
export const LIKELY_EVENTS: readonly HookEvent[] = [
  ...HOOK_EVENTS,
  'PreToolUse',
  'PostToolUse',
  'PreToolUse',
  'PostToolUse',
];
