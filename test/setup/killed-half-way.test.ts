import { cpSync, existsSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { STYLES } from './settings-styles.ts';
import { makeWorld, treeOf, type World, writeSettings } from './world.ts';

const BEFORE = ['missing', 'empty', '2 spaces', 'empty hooks over two lines'] as const;
const POINTS = ['deployed', 'recorded', 'registered'] as const;
const CASES = BEFORE.flatMap((style) => POINTS.map((point) => [style, point] as const));

/** The disk as it was at one point: what a kill -9 there would have left. */
function killedAt(
  point: (typeof POINTS)[number],
  style: string,
): World & { atFirst: Record<string, string> } {
  const world = makeWorld();
  const before = STYLES[style] ?? null;
  if (before !== null) writeSettings(world.settings, before);
  const atFirst = treeOf(world.project);
  const snapshot = join(world.root, 'snapshot');
  const reached = (now: string) => {
    if (now !== point) return;
    for (const part of ['project', 'person'])
      cpSync(join(world.root, part), join(snapshot, part), { recursive: true });
  };
  world.init({ reached });
  for (const part of ['project', 'person']) {
    rmSync(join(world.root, part), { recursive: true });
    cpSync(join(snapshot, part), join(world.root, part), { recursive: true });
  }
  return { ...world, atFirst };
}

describe.each(CASES)('settings %s, init killed when %s', (style, point) => {
  test('uninstall gives the bytes back', () => {
    const { uninstall, project, atFirst } = killedAt(point, style);
    expect(uninstall()).toMatchObject({ ok: true, othersUse: 0 });
    expect(treeOf(project)).toEqual(atFirst);
  });

  test('init finishes, and uninstall gives the bytes back', () => {
    const { init, uninstall, project, settings, atFirst } = killedAt(point, style);
    expect(init().ok).toBe(true);
    expect(readFileSync(settings, 'utf8')).toContain('config-change.sh');
    expect(init().changed).toBe(false);
    uninstall();
    expect(treeOf(project)).toEqual(atFirst);
  });
});

test('uninstall killed between the file and the record', () => {
  const { init, uninstall, project, home } = makeWorld();
  init();
  let record = '';
  uninstall({ reached: () => (record = readFileSync(home.installs, 'utf8')) });
  writeFileSync(home.installs, record);
  expect(uninstall()).toMatchObject({ ok: true, changed: false, othersUse: 0 });
  expect(treeOf(project)).toEqual({});
  expect(existsSync(home.installs)).toBe(false);
});

test('a temporary file of a killed write goes, and a file of the person stays', () => {
  const { init, uninstall, project, settings } = makeWorld();
  init();
  writeFileSync(`${settings}.1234567`, readFileSync(settings));
  writeFileSync(`${settings}.7654321`, '');
  writeFileSync(`${settings}.2024`, '{"mine": true}');
  writeFileSync(`${settings}.bak`, readFileSync(settings));
  uninstall();
  expect(Object.keys(treeOf(project)).sort()).toEqual([
    '.claude',
    '.claude/settings.json.2024',
    '.claude/settings.json.bak',
  ]);
});
