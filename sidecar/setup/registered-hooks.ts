import { accessSync, constants, existsSync, readFileSync, realpathSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { HOOK_ENTRIES, type HookEntry } from '../registration/index.ts';
import { type InstalledPlugin, installedPlugins } from './find-plugin.ts';
import { type InstallRecord, readInstalls } from './installs.ts';
import { homeOfCommand } from './our-hooks.ts';
import { MANAGED_SETTINGS, type Scope, settingsPath } from './settings-path.ts';
import { isObject, type JsonObject } from './settings-text.ts';

/** A place where `init` or the plugin registered the hooks. */
export type RegisteredPlace = {
  scope: Scope;
  /** Null: the user's settings, which hold everywhere. */
  project: string | null;
  since: string;
};

/** Why a hook cannot run, as far as files tell. */
export type HookFault = { event: string; reason: string; hint: string };

export type RegisteredHooks = { places: RegisteredPlace[]; faults: HookFault[] };

export type RegisteredOptions = { home: HomePaths; env?: NodeJS.ProcessEnv; managed?: readonly string[] };

/** What the scripts of `hooks/` read besides themselves. */
const LIBRARIES = ['lib.sh', 'lib-rare.sh'];

/** The places of every `init` and of the plugin, and what stands between a hook and its run. Reads small files, and nothing else. */
export function registeredHooks(options: RegisteredOptions): RegisteredHooks {
  const { home } = options;
  // A project that is gone needs no hooks.
  const records = readInstalls(home).filter(
    ({ scope, project, block }) => !block && (scope === 'user' || existsSync(project)),
  );
  const plugins = installedPlugins(options);
  const scripts = records.length === 0 ? [] : HOOK_ENTRIES.flatMap((entry) => scriptFault(home, entry));
  return {
    places: [
      ...records.map(({ scope, project, installedAt }) => ({
        scope,
        project: scope === 'user' ? null : project,
        since: installedAt,
      })),
      ...plugins.map(({ project, since }): RegisteredPlace => {
        return { scope: project === null ? 'user' : 'local', project, since };
      }),
    ],
    faults: [
      ...scripts,
      ...records.flatMap((record) => faultsOf(record, options)),
      ...plugins.flatMap((plugin) => pluginFaults(plugin, options)),
    ],
  };
}

/** What keeps every hook from running in a directory, whoever registered them: a switch. Null: none is known. */
export function switchedOff(directory: string, options: RegisteredOptions): Omit<HookFault, 'event'> | null {
  return switchFault(layersOf(directory, options));
}

function scriptFault(home: HomePaths, { event, script }: HookEntry): HookFault[] {
  const lost = [script, ...LIBRARIES].map((name) => join(home.hooks, name)).find((file) => !isFile(file));
  if (lost !== undefined) {
    const hint = 'Run `holdfast init` in a project of yours: it deploys the scripts again.';
    return [{ event, reason: `${lost} is gone, so the hook does nothing.`, hint }];
  }
  const file = join(home.hooks, script);
  if (isAllowed(file, constants.X_OK)) return [];
  return [
    { event, reason: `${file} is not executable, so the hook does nothing.`, hint: `Run: chmod +x ${file}` },
  ];
}

function faultsOf(record: InstallRecord, options: RegisteredOptions): HookFault[] {
  const { scope, project } = record;
  const layers = layersOf(scope === 'user' ? null : project, options, record);
  if (layers.some(({ justWritten }) => justWritten)) return []; // Half a file, perhaps: the next look tells.
  const off = switchFault(layers);
  if (off) return HOOK_ENTRIES.map(({ event }) => ({ event, ...off }));
  return HOOK_ENTRIES.flatMap((entry) => entryFault(entry, record, layers, options.home));
}

/** The client reads what lies in its cache; nobody deployed that, and only the client puts it right. */
function pluginFaults({ id, project, folder }: InstalledPlugin, options: RegisteredOptions): HookFault[] {
  const off = switchFault(layersOf(project, options));
  if (off) return HOOK_ENTRIES.map(({ event }) => ({ event, ...off }));
  const hint = `Run: claude plugin uninstall ${id}, and then claude plugin install ${id}`;
  const [list] = readLayer(join(folder, 'hooks', 'hooks.json'), false);
  return HOOK_ENTRIES.flatMap(({ event, script }): HookFault[] => {
    const lost = [script, ...LIBRARIES]
      .map((name) => join(folder, 'hooks', name))
      .find((file) => !isFile(file));
    if (lost !== undefined)
      return [{ event, reason: `${lost} is gone, so the plugin’s hook does nothing.`, hint }];
    const file = join(folder, 'hooks', script);
    if (!isAllowed(file, constants.X_OK)) {
      const reason = `${file} is not executable, so the plugin’s hook does nothing.`;
      return [{ event, reason, hint: `Run: chmod +x ${file}` }];
    }
    const isListed = commandsOf(list?.settings ?? null, event).some((command) =>
      String(command).includes(script),
    );
    return isListed ? [] : [{ event, reason: `The plugin in ${folder} does not register ${event}.`, hint }];
  });
}

/** A settings file; `settings` is null where Claude Code cannot read it. Those that are not there are left out. */
type Layer = {
  file: string;
  managed: boolean;
  settings: JsonObject | null;
  why?: string;
  justWritten?: boolean;
};

const JUST_WRITTEN_MS = 2_000;

/** The strongest first. What `claude --settings` adds is known to nobody but that session. */
function layersOf(
  project: string | null,
  { env = process.env, managed = MANAGED_SETTINGS }: RegisteredOptions,
  record?: InstallRecord,
): Layer[] {
  const scopes: Scope[] = project === null ? ['user'] : ['local', 'project', 'user'];
  const own = scopes.flatMap((scope) => {
    // Where `init` found it: the sidecar's CLAUDE_CONFIG_DIR may be another.
    if (record?.scope === scope) return [record.file];
    try {
      return [settingsPath({ scope, project: project ?? '', env })];
    } catch {
      return []; // No HOME: there are no settings of a user.
    }
  });
  return [
    ...managed.flatMap((file) => readLayer(file, true)),
    ...[...new Set(own)].flatMap((file) => readLayer(file, false)),
  ];
}

function readLayer(file: string, managed: boolean): Layer[] {
  if (!existsSync(file)) return [];
  try {
    const text = readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
    const settings: unknown = text.trim() === '' ? {} : JSON.parse(text);
    if (isObject(settings)) return [{ file, managed, settings }];
    return [{ file, managed, settings: null, why: 'it holds no object' }];
  } catch (error) {
    const age = Date.now() - (statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0);
    return [
      { file, managed, settings: null, why: messageOf(error), justWritten: Math.abs(age) < JUST_WRITTEN_MS },
    ];
  }
}

function switchFault(layers: Layer[]): Omit<HookFault, 'event'> | null {
  // Seen with 2.1.197: the strongest layer that names it decides, so a project's `false` beats a user's `true`.
  const decides = layers.find(({ settings }) => typeof settings?.disableAllHooks === 'boolean');
  if (decides?.settings?.disableAllHooks === true) return namedSwitch('disableAllHooks', decides.file);
  // Seen with 2.1.197: anywhere else it does nothing.
  const only = layers.find(({ managed, settings }) => managed && settings?.allowManagedHooksOnly === true);
  return only ? namedSwitch('allowManagedHooksOnly', only.file) : null;
}

function namedSwitch(name: string, file: string): Omit<HookFault, 'event'> {
  return { reason: `${file} sets ${name}: no hook of Holdfast runs.`, hint: `Remove ${name} from ${file}.` };
}

function entryFault(
  { event, script }: HookEntry,
  record: InstallRecord,
  layers: Layer[],
  home: HomePaths,
): HookFault[] {
  const wanted = join(home.hooks, script);
  const entries = layers.flatMap(({ file, settings }) =>
    commandsOf(settings, event).flatMap((command) => {
      const named = homeOfCommand(command);
      if (named === null) return [];
      // A home that is named by a variable is taken for ours: what it is where Claude Code runs is not known.
      return [{ file, script: named.startsWith('/') ? join(named, 'hooks', script) : wanted }];
    }),
  );
  if (entries.some((entry) => isSameFile(entry.script, wanted))) return [];
  const hint = `Run ${initOf(record)} again, or \`holdfast uninstall\` if it shall stay out.`;
  // A script of that name that is there, elsewhere, may be anybody's.
  const astray = entries.find((entry) => !isFile(entry.script));
  if (astray) {
    return [
      { event, reason: `${astray.file} runs ${astray.script} for ${event}, which is not there.`, hint },
    ];
  }
  const unread = layers.find(({ settings }) => settings === null);
  if (unread) {
    const reason = `${unread.file} cannot be read (${unread.why}), so Claude Code passes over all of it.`;
    return [{ event, reason, hint: 'Mend the file.' }];
  }
  return [{ event, reason: `${record.file} has no entry of Holdfast for ${event}.`, hint }];
}

function commandsOf(settings: JsonObject | null, event: string): unknown[] {
  const groups = isObject(settings?.hooks) ? settings.hooks[event] : undefined;
  if (!Array.isArray(groups)) return [];
  return groups
    .flatMap((group: unknown): unknown[] =>
      isObject(group) && Array.isArray(group.hooks) ? group.hooks : [],
    )
    .map((handler) => (isObject(handler) ? handler.command : undefined));
}

function isSameFile(path: string, wanted: string): boolean {
  if (path === wanted) return true;
  try {
    return realpathSync(path) === realpathSync(wanted);
  } catch {
    return false; // One of them is not there.
  }
}

function initOf({ scope, project }: InstallRecord): string {
  if (scope === 'user') return '`holdfast init --user`';
  return `\`holdfast init${scope === 'local' ? ' --local' : ''}\` in ${project}`;
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
}

function isAllowed(path: string, mode: number): boolean {
  try {
    accessSync(path, mode);
    return true;
  } catch {
    return false;
  }
}
