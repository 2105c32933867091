import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { planRegistration } from '../../sidecar/setup/index.ts';
import { makeWorld, treeOf, writeSettings } from './world.ts';

const REFUSED: [string, string, RegExp][] = [
  ['a line comment', '{\n  "a": 1, // why\n  "b": 2\n}\n', /line 2: a comment/],
  ['a block comment', '{\n  "a": 1\n}\n/* end */\n', /line 4: a comment/],
  ['a comment first', '// settings\n{}\n', /line 1: a comment/],
  ['a trailing comma', '{\n  "a": 1,\n}\n', /line 3: it is not JSON/],
  ['a trailing comma in a list', '{\n  "a": [\n    1,\n  ]\n}\n', /line 4: it is not JSON/],
  ['half a file', '{\n  "a": {\n    "b": 1\n', /line \d: it is not JSON/],
  ['a merge conflict', '{\n  "a": 1,\n<<<<<<< HEAD\n  "b": 2\n=======\n}\n', /line 3: it is not JSON/],
  ['single quotes', "{\r\n  'a': 1\r\n}", /line 2: it is not JSON/],
  ['a control character', '{\n  "a": "x\ty"\n}', /line 2: it is not JSON/],
  ['a number that only we would take', '{\n  "a": 01\n}', /line 2: it is not JSON/],
  ['two values', '{}\n{}\n', /line 2: it is not JSON/],
  [
    'duplicate keys',
    '{\n  "hooks": {},\n  "model": "x",\n  "hooks": {}\n}',
    /line 4: the key "hooks" stands twice/,
  ],
  ['a duplicate event', '{"hooks": {\n"Stop": [],\n"Stop": []}}', /line 3: the key "Stop" stands twice/],
  ['a duplicate key below', '{"env": {\n"A": "1",\n"\\u0041": "2"}}', /line 3: the key "A" stands twice/],
  ['a list', '[]', /holds a list/],
  ['a string', '"settings"', /holds a string/],
  ['null', 'null\n', /holds null/],
  ['hooks as a list', '{"hooks": []}', /"hooks" is a list/],
  ['hooks as null', '{"hooks": null}', /"hooks" is null/],
  ['hooks as a string', '{"hooks": "none"}', /"hooks" is a string/],
  ['an event as an object', '{"hooks": {"Stop": {}}}', /"hooks.Stop" is an object, not a list/],
  ['an event as null', '{"hooks": {"SessionEnd": null}}', /"hooks.SessionEnd" is null/],
];

describe('what is refused is not touched', () => {
  test.each(REFUSED)('%s', (_name, text, message) => {
    const { init, uninstall, settings, root } = makeWorld();
    writeSettings(settings, text);
    const atFirst = treeOf(root);

    const report = init();
    expect(report).toMatchObject({ ok: false, changed: false });
    const [step] = report.steps;
    expect(step).toMatchObject({ what: 'settings', outcome: 'failed' });
    expect(step?.error?.code).toBe('SETTINGS_UNREADABLE');
    expect(step?.error?.message).toMatch(message);
    expect(step?.error?.message).toContain(settings);
    expect(treeOf(root)).toEqual(atFirst);

    // Nothing of ours is in it, so that leaving is no trouble.
    expect(uninstall()).toMatchObject({ ok: true, changed: false });
    expect(treeOf(root)).toEqual(atFirst);
  });

  test('other encodings', () => {
    const { init, settings, root } = makeWorld();
    mkdirSync(dirname(settings));
    for (const bytes of [
      Buffer.from('{"a": "caf\u00e9"}', 'latin1'),
      Buffer.from('\uFEFF{"a": 1}', 'utf16le'),
    ]) {
      writeFileSync(settings, bytes);
      const atFirst = treeOf(root);
      expect(init().steps[0]?.error?.message).toMatch(/not UTF-8/);
      expect(treeOf(root)).toEqual(atFirst);
    }
  });

  test('a directory in the place of the file', () => {
    const { init, settings } = makeWorld();
    mkdirSync(settings, { recursive: true });
    expect(init().steps[0]?.error?.code).toBe('SETTINGS_UNREADABLE');
  });

  test('a project that is not there', () => {
    const { init, root } = makeWorld();
    const atFirst = treeOf(root);
    expect(init({ project: join(root, 'elsewhere', 'deep') }).steps[0]?.error?.code).toBe(
      'SETTINGS_UNWRITABLE',
    );
    expect(treeOf(root)).toEqual(atFirst);
  });

  test('Windows', () => {
    const { init, root } = makeWorld();
    const atFirst = treeOf(root);
    const report = init({ platform: 'win32' });
    expect(report).toMatchObject({ ok: false, changed: false });
    expect(report.steps[0]?.error?.code).toBe('PLATFORM_UNSUPPORTED');
    expect(report.steps[0]?.error?.hint).toContain('WSL');
    expect(treeOf(root)).toEqual(atFirst);
  });

  test('a file with comments that holds our entries is named by uninstall, and left', () => {
    const { init, uninstall, settings, project } = makeWorld();
    init();
    const atFirst = `// mine\n${planRegistration(null).text}`;
    writeSettings(settings, atFirst);
    const report = uninstall();
    expect(report).toMatchObject({ ok: false, othersUse: 1 });
    expect(report.steps[0]?.error?.message).toMatch(/line 1: a comment/);
    expect(treeOf(project)).toEqual({ '.claude': 'not a file', '.claude/settings.json': atFirst });
  });
});
