import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../machine/index.ts';

export type HookEntry = { event: string; script: string; timeoutSeconds: number };

/** A handler as it stands in a settings file, and the group that holds it. */
export type CommandHook = { type: 'command'; command: string; timeout: number };
export type HookGroup = { hooks: CommandHook[] };

/** What is registered: the one list of events, scripts and time limits. */
export const HOOK_ENTRIES: readonly HookEntry[] = [
  { event: 'SessionStart', script: 'session-start.sh', timeoutSeconds: 10 },
  { event: 'UserPromptSubmit', script: 'user-prompt-submit.sh', timeoutSeconds: 10 },
  { event: 'PreToolUse', script: 'pre-tool-use.sh', timeoutSeconds: 10 },
  { event: 'PostToolUse', script: 'post-tool-use.sh', timeoutSeconds: 10 },
  { event: 'PostToolUseFailure', script: 'post-tool-use-failure.sh', timeoutSeconds: 10 },
  { event: 'Stop', script: 'stop.sh', timeoutSeconds: 10 },
  { event: 'StopFailure', script: 'stop-failure.sh', timeoutSeconds: 10 },
  // Without a limit of its own the event has 1.5 s, shared by everybody's hooks.
  { event: 'SessionEnd', script: 'session-end.sh', timeoutSeconds: 5 },
  { event: 'ConfigChange', script: 'config-change.sh', timeoutSeconds: 10 },
];

/**
 * The command finds its home when it runs, so that a shared file serves everybody; and it is silent and
 * exits 0 where there is no Holdfast, so that a teammate without it sees nothing.
 * No matcher: leaving it out means all, and half of the events ignore it.
 */
const TEMPLATE = JSON.parse(
  readFileSync(join(PACKAGE_ROOT, 'templates', 'settings-entry.json'), 'utf8'),
) as HookGroup;

export function hookGroup(entry: HookEntry): HookGroup {
  return {
    hooks: TEMPLATE.hooks.map((hook) => ({
      ...hook,
      command: hook.command.replace('{script}', entry.script),
      timeout: entry.timeoutSeconds,
    })),
  };
}

export function commandHook(entry: HookEntry): CommandHook {
  const [hook] = hookGroup(entry).hooks;
  if (!hook) throw new Error('templates/settings-entry.json holds no hook');
  return hook;
}

/** Registered where the person asks for it, and where no other status line stands. */
export const STATUS_LINE_SCRIPT = 'status-line.sh';

export function statusLineSetting(): { type: 'command'; command: string } {
  const [hook] = TEMPLATE.hooks;
  if (!hook) throw new Error('templates/settings-entry.json holds no hook');
  return { type: 'command', command: hook.command.replace('{script}', STATUS_LINE_SCRIPT) };
}

/**
 * All of them as `--settings` takes it. Commands that the project's own settings hold too run once: the
 * client knows identical ones.
 */
export function hookSettings(): { hooks: Record<string, HookGroup[]> } {
  return { hooks: Object.fromEntries(HOOK_ENTRIES.map((entry) => [entry.event, [hookGroup(entry)]])) };
}
