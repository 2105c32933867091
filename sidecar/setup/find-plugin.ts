import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { settingsPath } from './settings-path.ts';
import { isObject } from './settings-text.ts';

/** Our plugin, as a settings file switches it on. */
export type Plugin = {
  /** `holdfast@MARKETPLACE` */
  id: string;
  /** The settings file that says so. */
  file: string;
  /** Where the client copied it to; null where it is nowhere. */
  folder: string | null;
};

type SettingsFile = { file: string; settings: Record<string, unknown> };

/** `files` from the weakest to the strongest: of two that name a plugin the later one counts. */
export function findPlugins(files: SettingsFile[], project: string, env: NodeJS.ProcessEnv): Plugin[] {
  const named = new Map<string, { on: boolean; file: string }>();
  for (const { file, settings } of files) {
    const enabled = isObject(settings.enabledPlugins) ? settings.enabledPlugins : {};
    for (const [id, value] of Object.entries(enabled)) {
      if (id.startsWith('holdfast@')) named.set(id, { on: value === true, file });
    }
  }
  return [...named]
    .filter(([, { on }]) => on)
    .map(([id, { file }]) => ({ id, file, folder: installedAt(id, project, env) }));
}

/** As the client keeps it: one entry a scope, that of this project before that of the user. */
function installedAt(id: string, project: string, env: NodeJS.ProcessEnv): string | null {
  const file = join(
    dirname(settingsPath({ scope: 'user', project, env })),
    'plugins',
    'installed_plugins.json',
  );
  let known: unknown;
  try {
    known = JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return null; // Switched on in a file that came with the project, and never installed here.
  }
  const plugins = isObject(known) && isObject(known.plugins) ? known.plugins[id] : undefined;
  const places = (Array.isArray(plugins) ? plugins : []).filter(isObject);
  const place =
    places.find(({ projectPath }) => projectPath === project) ??
    places.find(({ projectPath }) => projectPath === undefined);
  return typeof place?.installPath === 'string' ? place.installPath : null;
}
