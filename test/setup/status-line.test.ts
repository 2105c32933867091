import { chmodSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { checkStatusLine } from '../../sidecar/setup/doctor/status-line-check.ts';
import { makeWorld, treeOf, type World, writeSettings } from './world.ts';

const OTHER = '{"statusLine":{"type":"command","command":"~/mine.sh"}}';
const OURS = {
  type: 'command',
  // biome-ignore lint/suspicious/noTemplateCurlyInString: shell, not a template
  command: '"${HOLDFAST_HOME:-$HOME/.holdfast}"/hooks/status-line.sh 2>/dev/null || :',
};

let world: World;
const user = () => join(String(world.env.HOME), '.claude', 'settings.json');
const local = () => join(world.project, '.claude', 'settings.local.json');
const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

beforeEach(() => {
  world = makeWorld();
  writeFileSync(join(world.source, 'status-line.sh'), '#!/bin/bash\n');
});

describe('init --status-line', () => {
  test('enters ours beside the hooks, once; without the option nobody enters any', () => {
    world.init();
    expect(read(world.settings).statusLine).toBeUndefined();
    expect(world.init({ statusLine: true })).toMatchObject({ ok: true, changed: true });
    expect(read(world.settings).statusLine).toEqual(OURS);
    const before = readFileSync(world.settings, 'utf8');
    expect(world.init({ statusLine: true }).changed).toBe(false);
    expect(world.init().changed).toBe(false);
    expect(readFileSync(world.settings, 'utf8')).toBe(before);
  });

  test.each<[string, () => string]>([
    ['the same file', () => world.settings],
    ['the project’s file for me alone', local],
    ['the user’s file', user],
  ])('never enters it over another one, in %s', (_, file) => {
    writeSettings(file(), OTHER);
    const report = world.init({ statusLine: true });
    expect(report.ok).toBe(true);
    expect(report.steps.find(({ outcome }) => outcome === 'left')?.says).toContain(
      'has a status line of its own',
    );
    expect(read(file()).statusLine.command).toBe('~/mine.sh');
    if (file() !== world.settings) expect(read(world.settings).statusLine).toBeUndefined();
    expect(read(world.settings).hooks.Stop).toHaveLength(1);
  });

  test('shows itself in a dry run, and writes nothing', () => {
    const before = treeOf(world.root);
    expect(world.init({ statusLine: true, dryRun: true }).diff).toContain('status-line.sh');
    expect(treeOf(world.root)).toEqual(before);
  });
});

describe('uninstall takes it out', () => {
  test.each([
    ['no file', null],
    ['an empty object', '{}'],
    ['a file of many lines', '{\n    "model": "opus",\n    "hooks": {}\n}\n'],
    ['a file of one line', '{"model":"opus","env":{"A":"1"}}'],
    ['Windows line ends and a byte order mark', '\uFEFF{\r\n\t"model": "opus"\r\n}\r\n'],
  ])('byte for byte, from %s', (_, text) => {
    if (text !== null) writeSettings(world.settings, text);
    const before = treeOf(world.project);
    world.init({ statusLine: true });
    expect(world.uninstall().ok).toBe(true);
    expect(treeOf(world.project)).toEqual(before);
  });

  test('and nothing else, where somebody edited the file since', () => {
    writeSettings(world.settings, '{\n  "model": "opus"\n}\n');
    world.init({ statusLine: true });
    const edited = readFileSync(world.settings, 'utf8').replace('"opus"', '"haiku"');
    writeFileSync(world.settings, edited);
    world.uninstall();
    expect(readFileSync(world.settings, 'utf8')).toBe('{\n  "model": "haiku"\n}\n');
  });

  test('where it is all that is left of ours', () => {
    writeSettings(world.settings, JSON.stringify({ statusLine: OURS, model: 'opus' }));
    world.uninstall();
    expect(readFileSync(world.settings, 'utf8')).toBe('{"model":"opus"}');
  });

  test('but not one that the person put in its place', () => {
    world.init({ statusLine: true });
    const settings = read(world.settings);
    settings.statusLine.command = '~/mine.sh';
    writeFileSync(world.settings, JSON.stringify(settings));
    world.uninstall();
    expect(read(world.settings)).toEqual({ statusLine: { type: 'command', command: '~/mine.sh' } });
  });
});

describe('doctor', () => {
  const files = () =>
    [user(), world.settings, local()].flatMap((file) =>
      existsSync(file) ? [{ file, settings: read(file) }] : [],
    );
  const check = () => checkStatusLine(files(), world.home);

  test('says nothing of one that nobody asked for', () => {
    world.init();
    expect(check()).toEqual([]);
  });

  test('is content with ours, and says what is wrong with its script', () => {
    world.init({ statusLine: true });
    expect(check()).toMatchObject([{ name: 'statusLine', ok: true, detail: world.settings }]);
    const script = join(world.home.hooks, 'status-line.sh');
    chmodSync(script, 0o644);
    expect(check()).toMatchObject([{ ok: false, hint: expect.stringContaining('holdfast init') }]);
    rmSync(script);
    expect(check()).toMatchObject([{ ok: false }]);
  });

  test('knows one that hides it', () => {
    world.init({ statusLine: true });
    writeSettings(local(), OTHER);
    expect(check()).toMatchObject([{ ok: true, detail: expect.stringContaining('hidden by') }]);
  });
});
