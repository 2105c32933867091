import {
  chmodSync,
  existsSync,
  lchownSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT } from '../../../sidecar/machine/index.ts';
import { checkUnitFile, installUnit, removeHooks, removeUnit } from '../../../sidecar/setup/index.ts';
import { unitStep } from '../../../sidecar/setup/migrate/unit-step.ts';
import { attempt } from '../../../sidecar/setup/steps.ts';
import { makeWorld, treeOf, type World } from '../world.ts';
import { upgrade } from './upgrade.ts';

const [FIRST, SECOND] = ['- first', '- second'];
const MINE = '# Mine\n';
const SCRIPTS = readdirSync(join(PACKAGE_ROOT, 'hooks'));

type Kind = 'script' | 'block' | 'unit';
/** `theirs`: to the byte as it was; `ours`: of this version; `none`: nothing of ours, as before `init`. */
type Verdict = 'theirs' | 'ours' | 'none';
type State = { change: (file: string, kind: Kind, world: World) => void; theirs: readonly Kind[] };

const ALL: readonly Kind[] = ['script', 'block', 'unit'];
/** What a person, or time, did to every file of ours at once. Absent: there never was one. */
const STATES: Record<string, State> = {
  absent: { change: () => {}, theirs: [] },
  current: { change: () => {}, theirs: [] },
  'known old': { change: () => {}, theirs: [] },
  edited: {
    change: (file) => writeFileSync(file, readFileSync(file, 'utf8').replace(/first/, 'mine')),
    theirs: ALL,
  },
  'deleted by the person': {
    change: (file, kind) => (kind === 'block' ? writeFileSync(file, MINE) : rmSync(file)),
    theirs: [],
  },
  unreadable: { change: (file) => chmodSync(file, 0o000), theirs: ALL },
  'a directory': {
    change: (file) => {
      rmSync(file);
      mkdirSync(file);
      writeFileSync(join(file, 'notes'), 'mine');
    },
    theirs: ALL,
  },
  'a symlink': {
    change: (file, kind, { root }) => {
      const kept = join(root, `kept-${basename(file)}`);
      renameSync(file, kept);
      symlinkSync(kept, file);
      if (kind !== 'block') writeFileSync(kept, 'mine, with my other files\n');
    },
    theirs: ['script', 'unit'], // A linked CLAUDE.md is one that people share: its block is ours all the same.
  },
  CRLF: {
    change: (file) => writeFileSync(file, readFileSync(file, 'utf8').replaceAll('\n', '\r\n')),
    theirs: ['script', 'unit'], // In a text of theirs the line ends are theirs, and the block follows.
  },
};

const launchOf = (word: string) => ({ node: `/${word}/node`, cli: '/cli.js' });

function machine(state: string) {
  const world = makeWorld();
  const ship = (word: string) => {
    for (const name of SCRIPTS) writeFileSync(join(world.source, name), `#!/bin/bash\n# ${word}\nexit 0\n`);
  };
  const unitOf = (word: string) => ({
    ...{ home: world.home, env: world.env, platform: 'linux' as const, launch: launchOf(word) },
    run: () => ({ code: 0, stdout: '', stderr: '' }),
  });
  const words = join(world.project, 'CLAUDE.md');
  writeFileSync(words, MINE);
  const before = treeOf(world.project);
  const unit = checkUnitFile(unitOf('first')).file;
  const files: { file: string; kind: Kind }[] = [
    ...SCRIPTS.map((name) => ({ file: join(world.home.hooks, name), kind: 'script' as const })),
    { file: words, kind: 'block' },
    { file: unit, kind: 'unit' },
  ];
  ship('first');
  if (state !== 'absent') {
    world.init({ words: FIRST });
    installUnit(unitOf('first'));
    for (const { file, kind } of files) STATES[state]?.change(file, kind, world);
  }
  const word = state === 'current' ? 'first' : 'second';
  ship(word);
  return { ...world, before, files, word, words: word === 'first' ? FIRST : SECOND, unit: unitOf(word) };
}

type Machine = ReturnType<typeof machine>;

const ACTS: Record<string, (machine: Machine) => unknown> = {
  init: ({ init, words, unit }) => {
    init({ words });
    attempt({ what: 'unit', file: '', run: () => installUnit(unit) });
  },
  migrate: ({ words, unit, ...world }) => {
    const more = [{ ...unitStep(unit), name: 'unit' }];
    return upgrade(world, { words, byHand: true, more });
  },
  uninstall: ({ home, unit, uninstall }) => {
    uninstall();
    removeHooks(home);
    removeUnit(unit);
  },
};

function verdictOf(kind: Kind, state: string, act: string): Verdict {
  if (STATES[state]?.theirs.includes(kind)) return 'theirs';
  if (act === 'uninstall') return 'none';
  if (state === 'absent') return act === 'init' ? 'ours' : 'none';
  if (state !== 'deleted by the person') return 'ours';
  // `init` brings back what is gone; the block, where nothing else of ours is missing, stays deleted.
  return act === 'init' && kind !== 'block' ? 'ours' : 'none';
}

const CASES = Object.keys(STATES).flatMap((state) => Object.keys(ACTS).map((act) => [state, act] as const));

describe.each(CASES)('every file of ours %s, and %s', (state, act) => {
  test('twice: nothing of the person’s is lost, and the second time changes nothing', async () => {
    const world = machine(state);
    const { files, root, before, project } = world;
    const theirs = new Map(files.map(({ file }) => [file, look(file)]));
    const once = async () => {
      const run = () => ACTS[act]?.(world);
      if (state === 'unreadable') await asAnybody(root, run);
      else await run();
    };
    await once();
    for (const { file, kind } of files) {
      const verdict = verdictOf(kind, state, act);
      if (verdict === 'theirs') expect(look(file), file).toEqual(theirs.get(file));
      else if (verdict === 'none') expect(textOf(file), file).toBe(withoutUs(kind, state));
      else expect(textOf(file), file).toContain(world.word);
      if (kind === 'block' && verdict !== 'theirs') expect(textOf(file)).toMatch(/^# Mine\r?\n/);
    }
    const after = withoutLedger(root);
    await once();
    expect(withoutLedger(root)).toEqual(after);
    if (act !== 'uninstall') return;
    expect(Object.keys(treeOf(project)).filter((name) => !name.startsWith('CLAUDE.md/'))).toEqual(
      Object.keys(before),
    );
    expect(existsSync(world.home.unit)).toBe(false);
    expect(existsSync(world.home.hooks)).toBe(STATES[state]?.theirs.includes('script'));
    expect(existsSync(join(root, 'person', '.config'))).toBe(STATES[state]?.theirs.includes('unit'));
  });
});

/** What a file is to its person, without reading it: nobody may. */
function look(file: string) {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (!stats) return null;
  const { mode, size, ino, mtimeMs } = stats;
  const link = stats.isSymbolicLink() ? [readlinkSync(file), readFileSync(file, 'utf8')] : null;
  return { mode, size, ino, mtimeMs, link, tree: stats.isDirectory() ? treeOf(file) : null };
}

function textOf(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8') : null;
}

function withoutUs(kind: Kind, state: string): string | null {
  if (kind !== 'block') return null;
  return state === 'CRLF' ? MINE.replaceAll('\n', '\r\n') : MINE;
}

function withoutLedger(root: string): Record<string, string> {
  return Object.fromEntries(Object.entries(treeOf(root)).filter(([name]) => !/holdfast\.db/.test(name)));
}

/** A test is often root, who reads everything: then it is somebody else for a moment. */
async function asAnybody(folder: string, run: () => unknown): Promise<void> {
  const somebody = 65_534;
  if (process.geteuid?.() !== 0) return void (await run());
  for (const path of ['', ...readdirSync(folder, { recursive: true, encoding: 'utf8' })]) {
    lchownSync(join(folder, path), somebody, somebody);
  }
  process.seteuid?.(somebody);
  try {
    await run();
  } finally {
    process.seteuid?.(0);
  }
}
