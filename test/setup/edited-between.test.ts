import { createHash } from 'node:crypto';
import { existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { applyText, planRegistration, readInstalls } from '../../sidecar/setup/index.ts';
import { makeWorld, treeOf, writeSettings } from './world.ts';

const PERSON = '{\n  "model": "opus"\n}\n';
const edited = (text: string) => text.replace('"opus"', '"sonnet"');

function installed() {
  const world = makeWorld();
  writeSettings(world.settings, PERSON);
  world.init();
  return { ...world, read: () => readFileSync(world.settings, 'utf8') };
}

describe("the person's edits are not lost", () => {
  test('init, edit, uninstall', () => {
    const { settings, read, uninstall } = installed();
    writeFileSync(settings, edited(read()));
    uninstall();
    expect(read()).toBe(edited(PERSON));
  });

  test('init, edit, init, uninstall', () => {
    const { settings, read, init, uninstall } = installed();
    writeFileSync(settings, edited(read()));
    expect(init().changed).toBe(false);
    uninstall();
    expect(read()).toBe(edited(PERSON));
  });

  test('init, edit that takes one of our entries out, init, uninstall', () => {
    const { settings, read, init, uninstall } = installed();
    writeFileSync(settings, edited(read()).replace('hooks/stop.sh', 'hooks/mine.sh'));
    expect(init().changed).toBe(false); // What the person removed does not come back.
    uninstall();
    expect(JSON.parse(read())).toEqual({
      model: 'sonnet',
      hooks: {
        Stop: [{ hooks: [expect.objectContaining({ command: expect.stringContaining('mine.sh') })] }],
      },
    });
  });

  test('init, the old file back from git, another edit, init, uninstall', () => {
    const { settings, read, init, uninstall } = installed();
    writeFileSync(settings, edited(PERSON));
    init();
    uninstall();
    expect(read()).toBe(edited(PERSON));
  });

  test('init, edit, the edit undone, uninstall', () => {
    const { settings, read, uninstall } = installed();
    const asWritten = read();
    writeFileSync(settings, edited(asWritten));
    writeFileSync(settings, asWritten);
    uninstall();
    expect(read()).toBe(PERSON);
  });

  test('an entry that was changed by nobody but an older Holdfast goes back to the bytes before it', () => {
    const { settings, read, init, uninstall, home } = installed();
    const [record] = readInstalls(home);
    // As an older version with another time limit would have left both.
    const older = read().replace('"timeout": 5', '"timeout": 3');
    const hash = createHash('sha256').update(older).digest('hex');
    writeFileSync(settings, older);
    writeFileSync(home.installs, JSON.stringify([{ ...record, afterSha256: hash }]));
    expect(init().changed).toBe(true);
    expect(readInstalls(home)[0]).toMatchObject({ before: record?.before, replacedSha256: hash });
    expect(read()).toContain('"timeout": 5');
    uninstall();
    expect(read()).toBe(PERSON);
  });
});

describe('a file that we made', () => {
  test('stays with what the person added', () => {
    const { init, uninstall, settings } = makeWorld();
    init();
    writeFileSync(settings, readFileSync(settings, 'utf8').replace('{', '{\n  "model": "opus",'));
    uninstall();
    expect(readFileSync(settings, 'utf8')).toBe(PERSON);
  });

  test('goes, with its folder, where the person only laid it out anew', () => {
    const { init, uninstall, settings, project } = makeWorld();
    init();
    writeFileSync(settings, JSON.stringify(JSON.parse(readFileSync(settings, 'utf8'))));
    uninstall();
    expect(treeOf(project)).toEqual({});
  });

  test('leaves the folder when something else came into it', () => {
    const { init, uninstall, settings, project } = makeWorld();
    init();
    writeFileSync(`${dirname(settings)}/notes.md`, 'mine');
    uninstall();
    expect(treeOf(project)).toEqual({ '.claude': 'not a file', '.claude/notes.md': 'mine' });
  });

  test('may be gone already', () => {
    const { init, uninstall, settings, home } = makeWorld();
    init();
    rmSync(settings);
    expect(uninstall()).toMatchObject({ ok: true, othersUse: 0 });
    expect(readInstalls(home)).toEqual([]);
    expect(existsSync(settings)).toBe(false);
  });
});

describe('without a record', () => {
  test("a teammate's clone is cleaned", () => {
    const { uninstall, settings } = makeWorld();
    writeSettings(settings, planRegistration(PERSON).text);
    expect(uninstall()).toMatchObject({ ok: true, changed: true });
    expect(readFileSync(settings, 'utf8')).toBe(PERSON);
  });

  test("a teammate's init changes nothing but is remembered", () => {
    const { init, uninstall, settings, home } = makeWorld();
    const shared = planRegistration(PERSON).text;
    writeSettings(settings, shared);
    init();
    expect(readFileSync(settings, 'utf8')).toBe(shared);
    expect(readInstalls(home).filter(({ file }) => file === settings)).toHaveLength(1);
    uninstall();
    expect(readFileSync(settings, 'utf8')).toBe(PERSON);
  });

  test('a damaged list of records is named, and nothing is changed', () => {
    const { init, uninstall, settings, home, root } = installed();
    writeFileSync(home.installs, '[{');
    const atFirst = treeOf(root);
    for (const report of [init(), uninstall()]) {
      expect(report.ok).toBe(false);
      expect(report.steps[0]?.error?.code).toBe('INSTALLS_DAMAGED');
    }
    expect(treeOf(root)).toEqual(atFirst);
    rmSync(home.installs);
    uninstall();
    expect(readFileSync(settings, 'utf8')).toBe(PERSON);
  });
});

test('a write by somebody else between plan and write is seen, and nothing is overwritten', () => {
  const { settings, init } = makeWorld();
  writeSettings(settings, PERSON);
  const report = init({
    reached: (point) => point === 'recorded' && writeFileSync(settings, edited(PERSON)),
  });
  const step = report.steps.find(({ what }) => what === 'settings');
  expect(step).toMatchObject({ outcome: 'failed', error: { code: 'SETTINGS_CHANGED' } });
  expect(readFileSync(settings, 'utf8')).toBe(edited(PERSON));
  expect(() => applyText(settings, '{}', PERSON)).toThrow(/changed by somebody else/);
  expect(init().ok).toBe(true);
});
