import {
  chmodSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readInstalls, settingsPath } from '../../sidecar/setup/index.ts';
import { makeWorld, treeOf, writeSettings } from './world.ts';

const PERSON = '{\n  "model": "opus"\n}\n';
const modeOf = (file: string) => statSync(file).mode & 0o7777;

test('where the settings of each scope lie', () => {
  const project = '/p';
  expect(settingsPath({ scope: 'project', project, env: {} })).toBe('/p/.claude/settings.json');
  expect(settingsPath({ scope: 'local', project, env: {} })).toBe('/p/.claude/settings.local.json');
  expect(settingsPath({ scope: 'user', project, env: { HOME: '/h' } })).toBe('/h/.claude/settings.json');
  expect(settingsPath({ scope: 'user', project, env: { HOME: '/h', CLAUDE_CONFIG_DIR: '/c' } })).toBe(
    '/c/settings.json',
  );
  expect(() => settingsPath({ scope: 'user', project, env: {} })).toThrow(/Neither/);
});

describe('a link', () => {
  test('stays, and its target is written', () => {
    const { init, uninstall, settings, root } = makeWorld();
    const target = join(root, 'dotfiles', 'claude.json');
    writeSettings(target, PERSON);
    mkdirSync(dirname(settings));
    symlinkSync('../../dotfiles/claude.json', settings);
    init();
    expect(readlinkSync(settings)).toBe('../../dotfiles/claude.json');
    expect(readFileSync(target, 'utf8')).toContain('stop.sh');
    uninstall();
    expect(readlinkSync(settings)).toBe('../../dotfiles/claude.json');
    expect(readFileSync(target, 'utf8')).toBe(PERSON);
  });

  test('to a file that is not there yet stays as well', () => {
    const { init, uninstall, settings, root } = makeWorld();
    mkdirSync(join(root, 'dotfiles'));
    mkdirSync(dirname(settings));
    symlinkSync('../../dotfiles/claude.json', settings);
    expect(init().ok).toBe(true);
    expect(lstatSync(settings).isSymbolicLink()).toBe(true);
    expect(readFileSync(join(root, 'dotfiles', 'claude.json'), 'utf8')).toContain('stop.sh');
    uninstall();
    expect(lstatSync(settings).isSymbolicLink()).toBe(true);
    expect(treeOf(join(root, 'dotfiles'))).toEqual({});
  });

  test('to the project leads to the same record', () => {
    const { init, uninstall, settings, root, project } = makeWorld();
    writeSettings(settings, PERSON);
    symlinkSync(project, join(root, 'shortcut'));
    init();
    uninstall();
    init({ project: join(root, 'shortcut') });
    expect(uninstall()).toMatchObject({ changed: true, othersUse: 0 });
    expect(readFileSync(settings, 'utf8')).toBe(PERSON);
  });
});

test.each([0o600, 0o644, 0o444, 0o400, 0o664])('the mode %o stays', (mode) => {
  const { init, uninstall, settings } = makeWorld();
  writeSettings(settings, PERSON);
  chmodSync(settings, mode);
  init();
  expect(readFileSync(settings, 'utf8')).toContain('stop.sh');
  expect(modeOf(settings)).toBe(mode);
  uninstall();
  expect(modeOf(settings)).toBe(mode);
});

test("a new file of the user's is private, one of the project follows the umask", () => {
  const { init, settings, env } = makeWorld();
  init();
  init({ scope: 'user' });
  expect(modeOf(settings)).toBe(0o666 & ~process.umask());
  expect(modeOf(join(env.HOME ?? '', '.claude', 'settings.json'))).toBe(0o600);
});

test('what is kept of other files is private', () => {
  const { init, home } = makeWorld();
  init();
  expect(modeOf(home.root)).toBe(0o700);
  expect(modeOf(home.installs)).toBe(0o600);
});

describe('scopes', () => {
  test('each has its record; uninstall leaves the user alone unless asked', () => {
    const { init, uninstall, home, project, env } = makeWorld();
    const user = join(env.HOME ?? '', '.claude', 'settings.json');
    writeSettings(user, PERSON);
    for (const scope of ['project', 'local', 'user'] as const) expect(init({ scope }).ok).toBe(true);
    const settings = readInstalls(home).filter(({ block }) => !block);
    // What the project's file has needs no second entry in the local one.
    expect(settings.map(({ scope }) => scope)).toEqual(['project', 'user']);
    expect(uninstall()).toMatchObject({ ok: true, changed: true, othersUse: 1 });
    expect(treeOf(project)).toEqual({});
    expect(readFileSync(user, 'utf8')).toContain('stop.sh');
    expect(uninstall({ user: true })).toMatchObject({ changed: true, othersUse: 0 });
    expect(readFileSync(user, 'utf8')).toBe(PERSON);
  });

  test('in the home directory the project is the user', () => {
    const { init, uninstall, env } = makeWorld();
    const project = env.HOME ?? '';
    init({ project });
    const report = uninstall({ user: true });
    expect(report).toMatchObject({ ok: true, othersUse: 0 });
  });

  test('other projects that use the scripts are counted', () => {
    const { init, uninstall, root } = makeWorld();
    const others = ['one', 'two', 'gone'].map((name) => join(root, name));
    for (const project of others) {
      mkdirSync(project);
      init({ project });
    }
    init();
    writeFileSync(join(root, 'gone', '.claude', 'settings.json'), '{}');
    expect(uninstall().othersUse).toBe(2);
  });
});

test('a dry run shows the diff and writes nothing', () => {
  const { init, settings, root, project } = makeWorld();
  writeSettings(settings, PERSON);
  const atFirst = treeOf(root);
  const report = init({ dryRun: true });
  expect(report).toMatchObject({ ok: true, changed: true, dryRun: true });
  expect(report.steps.map(({ says }) => says)).toEqual([
    'Would write 10 hook scripts.',
    expect.stringContaining(
      `Would switch on in ${join(root, 'person', '.holdfast', 'config.json')}: actionClaim, `,
    ),
    `Would register the hooks in ${settings}.`,
    `Would write our block into ${join(project, 'CLAUDE.md')}.`,
  ]);
  expect(report.diff).toContain(
    `--- ${settings}\n+++ ${settings}\n@@ -1 +1 @@\n {\n-  "model": "opus"\n+  "model": "opus",\n`,
  );
  expect(treeOf(root)).toEqual(atFirst);
  init();
  expect(init({ dryRun: true })).toMatchObject({ changed: false, diff: '' });
});
