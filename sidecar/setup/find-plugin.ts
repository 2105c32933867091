import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { MANAGED_SETTINGS, type Scope, settingsPath } from './settings-path.ts';
import { isObject, type JsonObject } from './settings-text.ts';

/** Our plugin, as a settings file switches it on. */
export type Plugin = {
  /** `holdfast@MARKETPLACE` */
  id: string;
  /** The settings file that says so. */
  file: string;
  /** Where the client copied it to; null where it is nowhere. */
  folder: string | null;
};

/** Our plugin in one place where the client has installed it and where it is switched on. */
export type InstalledPlugin = {
  id: string;
  /** Null: for the user, everywhere. */
  project: string | null;
  folder: string;
  since: string;
};

type SettingsFile = { file: string; settings: Record<string, unknown> };

/** `files` from the weakest to the strongest: of two that name a plugin the later one counts. */
export function findPlugins(files: SettingsFile[], project: string, env: NodeJS.ProcessEnv): Plugin[] {
  const named = new Map<string, { on: boolean; file: string }>();
  for (const { file, settings } of files) {
    for (const [id, value] of Object.entries(enabledIn(settings))) {
      if (isOurs(id)) named.set(id, { on: value === true, file });
    }
  }
  return [...named]
    .filter(([, { on }]) => on)
    .map(([id, { file }]) => ({ id, file, folder: installedAt(id, project, env) }));
}

/** What the plugin needs is needed wherever it is on: no `init` ever wrote that down. */
export function installedPlugins({
  env = process.env,
  managed = MANAGED_SETTINGS,
}: {
  env?: NodeJS.ProcessEnv;
  managed?: readonly string[];
} = {}): InstalledPlugin[] {
  const known = installs(env);
  return Object.keys(known)
    .filter(isOurs)
    .flatMap((id) =>
      placesOf(known, id).flatMap(({ projectPath, installPath, installedAt: since }) => {
        const project = typeof projectPath === 'string' ? projectPath : null;
        if (typeof installPath !== 'string' || (project !== null && !existsSync(project))) return [];
        if (!isOn(id, project, { env, managed })) return [];
        const at = typeof since === 'string' ? since : new Date(0).toISOString();
        return [{ id, project, folder: installPath, since: at }];
      }),
    );
}

/** As the client keeps it: one entry a scope, that of this project before that of the user. */
function installedAt(id: string, project: string, env: NodeJS.ProcessEnv): string | null {
  const places = placesOf(installs(env), id);
  const place =
    places.find(({ projectPath }) => projectPath === project) ??
    places.find(({ projectPath }) => projectPath === undefined);
  return typeof place?.installPath === 'string' ? place.installPath : null;
}

/** By the plugin's id. Nothing where no plugin was ever installed. */
function installs(env: NodeJS.ProcessEnv): JsonObject {
  try {
    const user = dirname(settingsPath({ scope: 'user', project: '', env }));
    const { plugins } = objectIn(join(user, 'plugins', 'installed_plugins.json'));
    return isObject(plugins) ? plugins : {};
  } catch {
    return {}; // No HOME: there is no client of this user.
  }
}

function placesOf(known: JsonObject, id: string): JsonObject[] {
  const places = known[id];
  return (Array.isArray(places) ? places : []).filter(isObject);
}

/** The strongest file that names it decides. */
function isOn(
  id: string,
  project: string | null,
  { env, managed }: { env: NodeJS.ProcessEnv; managed: readonly string[] },
): boolean {
  const scopes: Scope[] = project === null ? ['user'] : ['local', 'project', 'user'];
  const own = scopes.map((scope) => settingsPath({ scope, project: project ?? '', env }));
  const values = [...managed, ...own].map((file) => enabledIn(objectIn(file))[id]);
  return values.find((value) => value !== undefined) === true;
}

function enabledIn({ enabledPlugins }: Record<string, unknown>): JsonObject {
  return isObject(enabledPlugins) ? enabledPlugins : {};
}

/** Empty where there is no file, and where the client could not read it either. */
function objectIn(file: string): JsonObject {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8').replace(/^\uFEFF/, ''));
    return isObject(value) ? value : {};
  } catch {
    return {};
  }
}

function isOurs(id: string): boolean {
  return id.startsWith('holdfast@');
}
