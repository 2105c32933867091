import { cpSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openStore, upgradesOf } from '../../../sidecar/store/index.ts';
import { makeWorld, treeOf, type World, writeScripts } from '../world.ts';
import { upgrade } from './upgrade.ts';

const [FIRST, SECOND] = ['- first', '- second'];
const VERSION = '99.0.0';

/** A home of an earlier version, with something of everything: outdated, edited, deleted, taken out. */
function oldHome(): World {
  const world = makeWorld();
  writeFileSync(join(world.project, 'CLAUDE.md'), '# Mine\n');
  world.init({ words: FIRST });
  world.init({ words: FIRST, project: world.env.HOME });
  writeFileSync(join(world.home.hooks, 'stop.sh'), '# mine\n');
  rmSync(join(world.home.hooks, 'config-change.sh'));
  const settings = readFileSync(world.settings, 'utf8');
  // As an older version wrote it: another time limit, and the record of that.
  writeFileSync(world.settings, settings.replace('"timeout": 5', '"timeout": 3'));
  writeFileSync(world.home.switches, '[]');
  writeFileSync(world.home.config, '{}\n');
  writeScripts(world.source, 'second');
  return world;
}

/** The files but the ledger, and what the ledger says of the upgrade. */
function stateOf({ root, home }: World) {
  const files = Object.entries(treeOf(root)).filter(
    ([name]) => !/holdfast\.db|^snapshot|installs\.json/.test(name),
  );
  const store = openStore({ home });
  const { steps, migratedAt, from } = upgradesOf(store).of(VERSION);
  store.close();
  const installs = readFileSync(home.installs, 'utf8').replaceAll(/"installedAt": "[^"]*"/g, '');
  const done = steps.map(({ step, doneAt }) => [step, doneAt !== null]);
  return { files: Object.fromEntries(files), done, isMigrated: migratedAt !== null, from, installs };
}

/** An undisturbed upgrade: where it passes, and where it ends. */
async function undisturbed() {
  const world = oldHome();
  const points: string[] = [];
  const report = await upgrade(world, { words: SECOND, reached: (point) => points.push(point) });
  return { points, report, state: inOneRoot(stateOf(world), world.root) };
}

/** Each world has a folder of its own. */
function inOneRoot<T>(value: T, root: string): T {
  return JSON.parse(JSON.stringify(value).replaceAll(root, '/root')) as T;
}

/** Named points; a kill -9 anywhere else leaves what one of them leaves. */
const POINTS = [
  'begun',
  'database done',
  'scripts recorded',
  'scripts wrote',
  'scripts offered',
  'scripts done',
  'settings recorded',
  'settings wrote',
  'settings done',
  'claude-md recorded',
  'claude-md wrote',
  'claude-md done',
  'config wrote',
  'config done',
  'service done',
  'migrated',
];

test('killed at any point, the next run ends as an undisturbed one', { timeout: 120_000 }, async () => {
  const { points, report, state } = await undisturbed();
  expect(report).toMatchObject({ ok: true, changed: true });
  expect([...new Set(points)]).toEqual(POINTS);
  expect(state).toMatchObject({ isMigrated: true });
  for (const [index, point] of points.entries()) {
    const world = oldHome();
    const snapshot = join(world.root, 'snapshot');
    let passed = 0;
    const reached = () => {
      if (passed++ !== index) return;
      for (const part of ['project', 'person'])
        cpSync(join(world.root, part), join(snapshot, part), { recursive: true });
    };
    await upgrade(world, { words: SECOND, reached });
    for (const part of ['project', 'person']) {
      rmSync(join(world.root, part), { recursive: true });
      cpSync(join(snapshot, part), join(world.root, part), { recursive: true });
    }
    expect(await upgrade(world, { words: SECOND }), point).toMatchObject({ ok: true });
    expect(inOneRoot(stateOf(world), world.root), `killed at ${index}: ${point}`).toEqual(state);
  }
});
