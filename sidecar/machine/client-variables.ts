/** What a client gave the session that started us concerns that session alone. */
const CLIENT_VARIABLES =
  /^(CLAUDECODE|CLAUDE_PID|CLAUDE_PROJECT_DIR|CLAUDE_ENV_FILE|CLAUDE_CODE_SESSION_ID|CLAUDE_CODE_CHILD_SESSION|CLAUDE_CODE_MESSAGING_.*)$/;

/**
 * In the environment of everything that a turn starts: its id. Whoever carries it ends with the turn, so a
 * sidecar that one of its hooks starts must not.
 */
export const TURN_MARK = 'HOLDFAST_TURN';

/**
 * Says to a hook that the plugin registered it. A sidecar that such a hook starts does not keep it: the hooks
 * of its runs would all call themselves the plugin's.
 */
export const HOOK_SOURCE = 'HOLDFAST_SOURCE';

/** In the environment of a sidecar that the service manager starts, and of nothing that it starts itself. */
export const UNIT_MARK = 'HOLDFAST_UNIT';

/** Whether a variable belongs to one session of the client, and to no process that outlives it. */
export function isClientVariable(name: string): boolean {
  return [TURN_MARK, HOOK_SOURCE, UNIT_MARK].includes(name) || CLIENT_VARIABLES.test(name);
}
