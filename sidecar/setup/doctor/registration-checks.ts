import { accessSync, constants, existsSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../../home/index.ts';
import { HOOK_ENTRIES, type HookEntry } from '../../registration/index.ts';
import type { Plugin } from '../find-plugin.ts';
import { isTombstoned } from '../hook-files.ts';
import { ourHooks } from '../our-hooks.ts';
import { readSettings } from '../settings-file.ts';
import { MANAGED_SETTINGS, type Scope, settingsPath } from '../settings-path.ts';
import { bad, type Check, good } from './check.ts';
import { checkPlugin } from './plugin-checks.ts';

/** A hook of ours as a settings file or the plugin has it. */
export type Registered = {
  event: string;
  file: string;
  command: string;
  source: 'settings' | 'plugin';
  /** What the client sets for it, besides what every hook gets. */
  env?: Record<string, string>;
};

export type SettingsFile = { file: string; settings: Record<string, unknown> };

const SCOPES: readonly Scope[] = ['user', 'project', 'local'];

export function readSettingsFiles(
  project: string,
  env: NodeJS.ProcessEnv,
): { files: SettingsFile[]; checks: Check[] } {
  const files: SettingsFile[] = [];
  const checks: Check[] = [];
  const places = SCOPES.map((scope) => settingsPath({ scope, project, env }));
  for (const file of new Set([...places, ...MANAGED_SETTINGS])) {
    const text = existsSync(file) ? readSettings(file) : null;
    if (text === null || text.trim() === '') continue;
    try {
      const parsed: unknown = JSON.parse(text.replace(/^\uFEFF/, ''));
      if (typeof parsed === 'object' && parsed !== null)
        files.push({ file, settings: parsed as Record<string, unknown> });
    } catch (error) {
      const detail = `${file} is not JSON: ${error instanceof Error ? error.message : error}`;
      checks.push(bad('settings', detail, 'Mend it: Claude Code ignores the whole file as it is.'));
    }
  }
  return { files, checks };
}

export function findRegistered(files: SettingsFile[], home: HomePaths): Registered[] {
  return files.flatMap(({ file, settings }) => {
    const hooks = (settings.hooks ?? {}) as Record<string, unknown>;
    return HOOK_ENTRIES.flatMap(({ event }) =>
      ourHooks(hooks[event], event, home.root).map(({ value }) => ({
        event,
        file,
        command: String(value.command),
        source: 'settings' as const,
      })),
    );
  });
}

/** Each event registered once, its script there and executable, and nothing that turns hooks off. */
export function checkRegistration(
  files: SettingsFile[],
  registered: Registered[],
  plugins: Plugin[],
  home: HomePaths,
): Check[] {
  if (registered.length === 0 && plugins.length === 0) {
    return [
      bad(
        'registration',
        'no hook of Holdfast is registered for this directory',
        'Run `holdfast init` here.',
      ),
    ];
  }
  const entries = registered.length === 0 ? [] : HOOK_ENTRIES;
  return [
    ...entries.map((entry) => checkEntry(entry, registered, home)),
    ...plugins.flatMap((plugin) => checkPlugin(plugin, registered)),
    ...checkSwitches(files),
  ];
}

function checkEntry({ event, script }: HookEntry, registered: Registered[], home: HomePaths): Check {
  const name = `registered.${event}`;
  const places = registered.filter((hook) => hook.event === event);
  if (places.length === 0) {
    return bad(
      name,
      `${event} is not registered`,
      'Run `holdfast init` here; after uninstall, if you took it out.',
    );
  }
  if (places.length > 1) {
    const where = places.map(({ file }) => file).join(', ');
    return bad(
      name,
      `registered ${places.length} times: ${where}`,
      'Keep one: run `holdfast uninstall`, with --user if it is in both, then init.',
    );
  }
  const file = join(home.hooks, script);
  if (!existsSync(file)) {
    if (isTombstoned(home, script)) return good(name, `${file} was deleted by you, and stays deleted`);
    return bad(name, `${file} is gone`, 'Run `holdfast init`, which deploys it again.');
  }
  try {
    accessSync(file, constants.X_OK);
  } catch {
    return bad(name, `${file} is not executable`, `Run: chmod +x ${file}`);
  }
  return good(name, places[0]?.file ?? '');
}

function checkSwitches(files: SettingsFile[]): Check[] {
  const switches = ['disableAllHooks', 'allowManagedHooksOnly'];
  const found = files.flatMap(({ file, settings }) =>
    switches
      .filter((name) => settings[name] === true)
      .map((name) => bad(name, `${file} sets ${name}: no hook runs`, `Remove ${name} from ${file}.`)),
  );
  return found.length > 0 ? found : [good('hooks.enabled', 'no settings file turns hooks off')];
}
