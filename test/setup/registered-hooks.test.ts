import {
  chmodSync,
  cpSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { HOOK_ENTRIES, registeredHooks, switchedOff } from '../../sidecar/setup/index.ts';
import { makeWorld, type World, writeSettings } from './world.ts';

const ALL = HOOK_ENTRIES.map(({ event }) => event);

let world: World;
let managed: string;
const look = () => registeredHooks({ home: world.home, env: world.env, managed: [managed] });
const events = () => look().faults.map(({ event }) => event);
const user = () => join(String(world.env.HOME), '.claude', 'settings.json');
const local = () => join(world.project, '.claude', 'settings.local.json');

function edit(file: string, change: (settings: Record<string, unknown>) => void): void {
  const settings = JSON.parse(readFileSync(file, 'utf8'));
  change(settings);
  writeFileSync(file, JSON.stringify(settings));
}

beforeEach(() => {
  world = makeWorld();
  managed = join(world.root, 'managed-settings.json');
  // The world's own source has no rare part.
  writeFileSync(join(world.source, 'lib-rare.sh'), '# rare\n');
  expect(world.init().ok).toBe(true);
});

describe('nothing is said', () => {
  test('of a project as init left it', () => {
    const { places, faults } = look();
    expect(faults).toEqual([]);
    expect(places).toEqual([{ scope: 'project', project: world.project, since: expect.any(String) }]);
  });

  test('where no init was', () => {
    world.uninstall();
    rmSync(world.home.hooks, { recursive: true });
    expect(look()).toEqual({ places: [], faults: [] });
  });

  test.each<[string, () => void]>([
    ['a project that is gone', () => rmSync(world.project, { recursive: true })],
    ['an entry that moved to another layer', () => renameSync(world.settings, local())],
    [
      'a byte order mark',
      () => writeFileSync(world.settings, `\uFEFF${readFileSync(world.settings, 'utf8')}`),
    ],
    [
      'a project that says false where the user says true',
      () => {
        writeSettings(user(), '{"disableAllHooks": true}');
        edit(world.settings, (settings) => (settings.disableAllHooks = false));
      },
    ],
    [
      'allowManagedHooksOnly where it does nothing',
      () => edit(world.settings, (settings) => (settings.allowManagedHooksOnly = true)),
    ],
    [
      'a script that the person edited',
      () => writeFileSync(join(world.home.hooks, 'stop.sh'), '#!/bin/sh\n'),
    ],
    [
      'a home that the command names by its whole path, by way of a link',
      () => {
        const link = join(world.root, '.holdfast');
        symlinkSync(world.home.root, link);
        const text = readFileSync(world.settings, 'utf8');
        // biome-ignore lint/suspicious/noTemplateCurlyInString: shell, not a template
        writeFileSync(world.settings, text.replaceAll('${HOLDFAST_HOME:-$HOME/.holdfast}', link));
      },
    ],
  ])('of %s', (_, change) => {
    change();
    expect(look().faults).toEqual([]);
  });
});

describe('a hook that cannot run is named, and no other', () => {
  test.each<[string, () => void, string]>([
    ['its script is gone', () => rmSync(join(world.home.hooks, 'stop.sh')), 'stop.sh is gone'],
    [
      'its script is not executable',
      () => chmodSync(join(world.home.hooks, 'stop.sh'), 0o644),
      'stop.sh is not executable',
    ],
    [
      'its entry is out',
      () => edit(world.settings, ({ hooks }) => delete (hooks as Record<string, unknown>).Stop),
      'has no entry of Holdfast for Stop',
    ],
    [
      'its path is wrong',
      () => {
        const text = readFileSync(world.settings, 'utf8');
        // biome-ignore lint/suspicious/noTemplateCurlyInString: shell, not a template
        const right = '\\"${HOLDFAST_HOME:-$HOME/.holdfast}\\"/hooks/stop.sh';
        writeFileSync(world.settings, text.replace(right, '/nowhere/hooks/stop.sh'));
      },
      'runs /nowhere/hooks/stop.sh for Stop, which is not there',
    ],
  ])('%s', (_, change, why) => {
    change();
    expect(look().faults).toMatchObject([
      { event: 'Stop', reason: expect.stringContaining(why), hint: expect.stringMatching(/./) },
    ]);
  });

  test('another tool with a script of that name does not count as ours', () => {
    const other = join(world.root, 'other', 'hooks');
    mkdirSync(other, { recursive: true });
    writeFileSync(join(other, 'stop.sh'), '');
    const handler = { type: 'command', command: join(other, 'stop.sh') };
    edit(world.settings, ({ hooks }) => {
      (hooks as Record<string, unknown>).Stop = [{ hooks: [handler] }];
    });
    expect(look().faults[0]?.reason).toContain('has no entry of Holdfast for Stop');
  });
});

describe('all of them are off', () => {
  test.each<[string, () => void, string]>([
    ['the part that they share is gone', () => rmSync(join(world.home.hooks, 'lib.sh')), 'lib.sh is gone'],
    ['the settings are gone', () => rmSync(world.settings), 'has no entry'],
    [
      'the settings are no JSON',
      () => {
        writeFileSync(world.settings, '{,');
        utimesSync(world.settings, new Date(0), new Date(0));
      },
      'cannot be read',
    ],
    [
      'disableAllHooks in the project',
      () => edit(world.settings, (settings) => (settings.disableAllHooks = true)),
      'settings.json sets disableAllHooks',
    ],
    [
      'disableAllHooks of the project for me alone',
      () => writeSettings(local(), '{"disableAllHooks": true}'),
      'settings.local.json sets disableAllHooks',
    ],
    [
      'disableAllHooks of the user',
      () => writeSettings(user(), '{"disableAllHooks": true}'),
      'sets disableAllHooks',
    ],
    [
      'disableAllHooks of an administrator, whatever the project says',
      () => {
        writeFileSync(managed, '{"disableAllHooks": true}');
        edit(world.settings, (settings) => (settings.disableAllHooks = false));
      },
      'managed-settings.json sets disableAllHooks',
    ],
    [
      'allowManagedHooksOnly of an administrator',
      () => writeFileSync(managed, '{"allowManagedHooksOnly": true}'),
      'managed-settings.json sets allowManagedHooksOnly',
    ],
  ])('%s', (_, change, why) => {
    change();
    expect(events()).toEqual(ALL);
    for (const { reason } of look().faults) expect(reason).toContain(why);
  });
});

test('the user’s registration holds in every project, and its place has none', () => {
  world.uninstall();
  world.init({ scope: 'user' });
  expect(look()).toMatchObject({ places: [{ scope: 'user', project: null }], faults: [] });
  edit(user(), ({ hooks }) => delete (hooks as Record<string, unknown>).SessionEnd);
  expect(look().faults).toMatchObject([
    { event: 'SessionEnd', hint: expect.stringContaining('holdfast init --user') },
  ]);
});

test('the user’s settings are looked for where init found them', () => {
  world.uninstall();
  world.init({ scope: 'user', env: { ...world.env, CLAUDE_CONFIG_DIR: join(world.root, 'elsewhere') } });
  expect(look()).toMatchObject({ places: [{ scope: 'user' }], faults: [] });
});

test('a switch is found in a directory that no init knows', () => {
  const options = { home: world.home, env: world.env, managed: [managed] };
  const other = join(world.root, 'other');
  expect(switchedOff(other, options)).toBeNull();
  writeSettings(join(other, '.claude', 'settings.local.json'), '{"disableAllHooks": true}');
  expect(switchedOff(other, options)?.reason).toContain('other/.claude/settings.local.json');
});

describe('the plugin', () => {
  const ID = 'holdfast@market';
  const claude = () => join(String(world.env.HOME), '.claude');
  const cache = () => join(claude(), 'plugins', 'cache', 'holdfast', '1.0.0');

  /** As the client leaves it: a copy in its cache, its own list, and the switch in a settings file. */
  function plug({ project, on = true }: { project?: string; on?: boolean } = {}): void {
    cpSync(join(PACKAGE_ROOT, 'templates', 'plugin'), cache(), { recursive: true });
    const scope = project === undefined ? { scope: 'user' } : { scope: 'local', projectPath: project };
    const place = {
      ...scope,
      installPath: cache(),
      version: '1.0.0',
      installedAt: '2026-01-01T00:00:00.000Z',
    };
    writeFileSync(
      join(claude(), 'plugins', 'installed_plugins.json'),
      JSON.stringify({ version: 2, plugins: { [ID]: [place], 'other@market': [place] } }),
    );
    const file = project === undefined ? user() : join(project, '.claude', 'settings.local.json');
    writeSettings(file, JSON.stringify({ enabledPlugins: { [ID]: on } }));
  }

  beforeEach(() => {
    world.uninstall();
    rmSync(world.home.hooks, { recursive: true });
  });

  test('alone is a place: everywhere, or in the project that has it', () => {
    plug();
    const since = '2026-01-01T00:00:00.000Z';
    expect(look()).toEqual({ places: [{ scope: 'user', project: null, since }], faults: [] });
    rmSync(user());
    plug({ project: world.project });
    expect(look()).toEqual({ places: [{ scope: 'local', project: world.project, since }], faults: [] });
    rmSync(world.project, { recursive: true });
    expect(look()).toEqual({ places: [], faults: [] });
  });

  test('that is switched off, or was never installed here, is none', () => {
    plug({ on: false });
    expect(look()).toEqual({ places: [], faults: [] });
    rmSync(join(claude(), 'plugins'), { recursive: true });
    writeSettings(user(), JSON.stringify({ enabledPlugins: { [ID]: true } }));
    expect(look()).toEqual({ places: [], faults: [] });
    plug();
    writeSettings(managed, JSON.stringify({ enabledPlugins: { [ID]: false } }));
    expect(look()).toEqual({ places: [], faults: [] });
  });

  test('whose files do not run is named, with the client’s own way to mend it', () => {
    plug();
    const hooks = join(cache(), 'hooks');
    chmodSync(join(hooks, 'stop.sh'), 0o644);
    expect(look().faults).toMatchObject([{ event: 'Stop', hint: `Run: chmod +x ${join(hooks, 'stop.sh')}` }]);
    rmSync(join(hooks, 'stop.sh'));
    const hint = `Run: claude plugin uninstall ${ID}, and then claude plugin install ${ID}`;
    expect(look().faults).toMatchObject([{ event: 'Stop', hint }]);
    plug();
    chmodSync(join(hooks, 'stop.sh'), 0o755);
    edit(join(hooks, 'hooks.json'), (list) => delete (list.hooks as Record<string, unknown>).SessionEnd);
    expect(look().faults).toMatchObject([
      { event: 'SessionEnd', reason: `The plugin in ${cache()} does not register SessionEnd.`, hint },
    ]);
    rmSync(join(hooks, 'lib.sh'));
    expect(events()).toEqual(ALL);
  });

  test('is off where a switch is', () => {
    plug();
    edit(user(), (settings) => (settings.disableAllHooks = true));
    expect(events()).toEqual(ALL);
    expect(look().faults[0]?.hint).toContain('Remove disableAllHooks');
  });
});
