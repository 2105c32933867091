import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { removeHooks } from '../../../sidecar/setup/index.ts';
import { makeWorld, treeOf, type World, writeScripts } from '../world.ts';
import { upgrade } from './upgrade.ts';

/** What a person, or time, did to one deployed script. */
const STATES: Record<string, (file: string, world: World) => void> = {
  current: () => {},
  'known old': () => {}, // The package ships another one from now on.
  edited: (file) => writeFileSync(file, `${readFileSync(file, 'utf8')}# mine\n`),
  'edited to nothing': (file) => writeFileSync(file, ''),
  deleted: (file) => rmSync(file),
  'a directory': (file) => {
    rmSync(file);
    mkdirSync(file);
    writeFileSync(join(file, 'notes'), 'mine');
  },
  'a link': (file, { root }) => {
    const kept = join(root, 'person', basename(file));
    renameSync(file, kept);
    writeFileSync(kept, '# mine, kept with my other files\n');
    symlinkSync(kept, file);
  },
  'a link to nowhere': (file) => {
    rmSync(file);
    symlinkSync(join(dirname(file), 'nowhere'), file);
  },
  CRLF: (file) => writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n')),
};
/** In these the file is the person's, whatever it is. */
const THEIRS = ['edited', 'edited to nothing', 'a directory', 'a link', 'a link to nowhere', 'CRLF'];
const FILES = ['stop.sh', 'config-change.sh', 'lib.sh'];
const CASES = Object.keys(STATES).flatMap((state) => FILES.map((name) => [state, name] as const));

describe.each(CASES)('a script that is %s: %s', (state, name) => {
  function deployed() {
    const world = makeWorld();
    const before = treeOf(world.project);
    world.init();
    const file = join(world.home.hooks, name);
    STATES[state]?.(file, world);
    const look = () => lookAt(world, file);
    return { ...world, file, before, theirs: look(), look };
  }
  const isTheirs = THEIRS.includes(state);

  test('init, twice', () => {
    const world = deployed();
    world.init({ scripts: { source: world.source, version: '1.0.0' } });
    const once = treeOf(world.root);
    expect(isTheirs ? world.look() : existsSync(world.file)).toEqual(isTheirs ? world.theirs : true);
    world.init();
    expect(treeOf(world.root)).toEqual(once);
  });

  test.each([true, false])('an upgrade to another version, twice, by hand: %s', async (byHand) => {
    const world = deployed();
    if (state !== 'current') writeScripts(world.source, 'second');
    const report = await upgrade(world, { byHand });
    expect(report.ok).toBe(true);
    const told = report.steps.find((step) => step.file === world.file);
    expect(told?.outcome).toBe(isTheirs || state === 'deleted' ? 'left' : undefined);
    expect(report.after.migratedAt).not.toBeNull();
    const once = treeOf(world.root);
    if (isTheirs) expect(world.look()).toEqual(world.theirs);
    else if (state === 'deleted') expect(existsSync(world.file)).toBe(false);
    else expect(readFileSync(world.file)).toEqual(readFileSync(join(world.source, name)));
    // Beside what is the person's lies what this version ships.
    expect(existsSync(`${world.file}.new`)).toBe(isTheirs);
    const again = await upgrade(world, { byHand: true });
    expect(again.changed).toBe(false);
    expect(withoutLedger(treeOf(world.root))).toEqual(withoutLedger(once));
  });

  test('uninstall', async () => {
    const world = deployed();
    writeScripts(world.source, 'second');
    await upgrade(world, { byHand: true });
    expect(world.uninstall().ok).toBe(true);
    const report = removeHooks(world.home);
    expect(report.steps.filter(({ outcome }) => outcome === 'left').map(({ file }) => file)).toEqual(
      isTheirs ? [world.file] : [],
    );
    expect(treeOf(world.project)).toEqual(world.before);
    if (isTheirs) expect(world.look()).toEqual(world.theirs);
    else expect(existsSync(world.home.hooks)).toBe(false);
    expect(existsSync(`${world.file}.new`)).toBe(false);
  });
});

test('what is replaced is kept, once', async () => {
  const world = makeWorld();
  world.init();
  const old = readFileSync(join(world.home.hooks, 'stop.sh'), 'latin1');
  writeScripts(world.source, 'second');
  await upgrade(world);
  await upgrade(world, { version: '99.0.1' });
  const kept = treeOf(join(world.home.backups, 'hooks'));
  expect(Object.keys(kept)).toHaveLength(10);
  expect(Object.entries(kept).find(([name]) => name.startsWith('stop.sh.'))?.[1]).toBe(old);
});

test('what lies beside an edited script does not come back for that version, and comes for the next', async () => {
  const world = makeWorld();
  world.init();
  const stop = join(world.home.hooks, 'stop.sh');
  writeFileSync(stop, '# mine\n');
  writeScripts(world.source, 'second');
  await upgrade(world);
  expect(readFileSync(`${stop}.new`, 'utf8')).toContain('second');
  rmSync(`${stop}.new`);
  await upgrade(world, { byHand: true });
  expect(existsSync(`${stop}.new`)).toBe(false);
  writeScripts(world.source, 'third');
  await upgrade(world, { version: '100.0.0' });
  expect(readFileSync(`${stop}.new`, 'utf8')).toContain('third');
  // And the person's own file of that name is none of ours.
  writeFileSync(`${stop}.new`, '# also mine\n');
  writeScripts(world.source, 'fourth');
  await upgrade(world, { version: '101.0.0' });
  expect(readFileSync(`${stop}.new`, 'utf8')).toBe('# also mine\n');
  expect(readFileSync(stop, 'utf8')).toBe('# mine\n');
});

function withoutLedger(tree: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tree).filter(([name]) => !/holdfast\.db/.test(name)));
}

function lookAt({ root }: World, file: string): Record<string, string> {
  const name = basename(file);
  return Object.fromEntries(
    Object.entries(treeOf(root)).filter(
      ([path]) => path.split('/').includes(name) && !path.includes('package/'),
    ),
  );
}
