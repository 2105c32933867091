import { realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HoldfastError, systemCode } from '../errors/index.ts';

export type Scope = 'project' | 'user' | 'local';

/** Where an administrator's settings lie; the machine has at most one of them. */
export const MANAGED_SETTINGS: readonly string[] = [
  '/etc/claude-code/managed-settings.json',
  '/Library/Application Support/ClaudeCode/managed-settings.json',
];
export type PlaceOptions = { scope: Scope; project: string; env?: NodeJS.ProcessEnv };

/** Where Claude Code looks for the settings of a scope. */
export function settingsPath({ scope, project, env }: PlaceOptions): string {
  if (scope === 'project') return join(project, '.claude', 'settings.json');
  if (scope === 'local') return join(project, '.claude', 'settings.local.json');
  return join(userFolder(env), 'settings.json');
}

/** And for the words that a person gives the agent. */
export function claudeMdPath({ scope, project, env }: PlaceOptions): string {
  if (scope === 'project') return join(project, 'CLAUDE.md');
  if (scope === 'local') return join(project, 'CLAUDE.local.md');
  return join(userFolder(env), 'CLAUDE.md');
}

function userFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.CLAUDE_CONFIG_DIR) return env.CLAUDE_CONFIG_DIR;
  if (env.HOME) return join(env.HOME, '.claude');
  throw new HoldfastError(
    'HOME_UNKNOWN',
    'Neither CLAUDE_CONFIG_DIR nor HOME is set, so the settings of the user cannot be found.',
    'Set HOME, or register in the project without --user.',
  );
}

/**
 * One name for a settings file whichever way the project was reached, so that `uninstall` finds the record
 * of `init`. The file itself is not resolved: a link that is replaced by a file keeps its record.
 */
export function canonicalPath(file: string): string {
  const folder = dirname(file);
  try {
    return join(realpathSync(folder), basename(file));
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw unreachable(file, cause);
  }
  try {
    return join(realpathSync(dirname(folder)), basename(folder), basename(file));
  } catch (cause) {
    throw unreachable(file, cause);
  }
}

function unreachable(file: string, cause: unknown): HoldfastError {
  return new HoldfastError(
    'SETTINGS_UNWRITABLE',
    `${file} cannot be reached (${systemCode(cause)}): ${dirname(dirname(file))} must be a directory.`,
    'Name a project directory that exists.',
    { cause, details: { file } },
  );
}
