import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeWorld, treeOf } from '../world.ts';
import { upgrade } from './upgrade.ts';

const [FIRST, SECOND] = ['## Ours\n\n- first', '## Ours\n\n- second\n- and more'];
const utf16 = (text: string) => Buffer.from(`\uFEFF${text}`, 'utf16le');

/** What stood there before us; null: no file. */
const BEFORE: Record<string, Buffer | null> = {
  'no file': null,
  'an empty file': Buffer.from(''),
  text: Buffer.from('# My project\n\nBe kind.\n'),
  'no final line end': Buffer.from('# My project'),
  'a blank line at the end': Buffer.from('# My project\n\n'),
  CRLF: Buffer.from('# My project\r\n\r\nBe kind.\r\n'),
  'CRLF, no final line end': Buffer.from('# My project\r\nBe kind.'),
  CR: Buffer.from('# My project\rBe kind.\r'),
  'mixed line ends': Buffer.from('# My\r\nproject\nBe kind.\r'),
  'UTF-8 with a mark': Buffer.from('\uFEFF# Käse 日本\n'),
  'Latin 1': Buffer.from('# Käse, süß\n', 'latin1'),
  'no text at all': Buffer.from([0, 255, 254, 10, 13, 0, 128]),
  'UTF-16': utf16('# Käse\r\n\r\nBe kind.\r\n'),
  'UTF-16, the other way round': Buffer.from(utf16('# Käse\n')).swap16(),
};
const asText = (bytes: Buffer) =>
  bytes[0] === 0xff && bytes[1] === 0xfe
    ? bytes.toString('utf16le')
    : bytes[0] === 0xfe && bytes[1] === 0xff
      ? Buffer.from(bytes).swap16().toString('utf16le')
      : bytes.toString('latin1');

describe.each(Object.entries(BEFORE))('a CLAUDE.md before us: %s', (_name, before) => {
  function world() {
    const made = makeWorld();
    const file = join(made.project, 'CLAUDE.md');
    if (before) writeFileSync(file, before);
    const atFirst = treeOf(made.project);
    const init = () => made.init({ words: FIRST });
    init();
    return { ...made, init, file, atFirst };
  }

  test('gets one block, and every byte around it stays', async () => {
    const { init, file } = world();
    const once = readFileSync(file);
    expect(asText(once)).toContain('holdfast:begin -->');
    expect(once.subarray(0, before?.length ?? 0)).toEqual(before ?? Buffer.alloc(0));
    const lineEnd = /\r\n|\n|\r/.exec(asText(before ?? Buffer.from('\n')))?.[0] ?? '\n';
    expect(asText(once)).toContain(`begin -->${lineEnd}## Ours${lineEnd}${lineEnd}- first${lineEnd}<!--`);
    init();
    expect(readFileSync(file)).toEqual(once);
  });

  test('init, upgrade twice, uninstall is the identity', async () => {
    const { file, atFirst, project, uninstall, ...rest } = world();
    const report = await upgrade(rest, { words: SECOND });
    expect(report.steps.find((step) => step.file === file)?.outcome).toBe('changed');
    const once = readFileSync(file);
    expect(asText(once)).toContain('- and more');
    expect(asText(once)).not.toContain('- first');
    expect((await upgrade(rest, { words: SECOND, byHand: true })).changed).toBe(false);
    expect(readFileSync(file)).toEqual(once);
    expect(uninstall().ok).toBe(true);
    expect(treeOf(project)).toEqual(atFirst);
  });

  test('with the words of others around it since, just the block goes', async () => {
    const { file, uninstall, ...rest } = world();
    const isWide = before !== null && asText(before).startsWith('\uFEFF');
    if (isWide) return; // Below: appending to UTF-16 is the same code.
    const [head, tail] = [Buffer.from('Head.\n'), Buffer.from('Tail.\n')];
    writeFileSync(file, Buffer.concat([head, readFileSync(file), tail]));
    await upgrade(rest, { words: SECOND });
    uninstall();
    const gap = before && before.length > 0 && !/[\r\n]$/.test(asText(before)) ? lineEndOf(before) : '';
    expect(readFileSync(file)).toEqual(
      Buffer.concat([head, before ?? Buffer.alloc(0), Buffer.from(gap, 'latin1'), tail]),
    );
  });
});

/** Two lines that our block stood between stay two. */
function lineEndOf(before: Buffer): string {
  return /\r\n|\n|\r/.exec(`Head.\n${asText(before)}`)?.[0] ?? '\n';
}

/** What a person did since `init`. */
const STATES: Record<string, (file: string, root: string) => void> = {
  'edited inside': (file) => writeFileSync(file, readFileSync(file, 'utf8').replace('- first', '- mine')),
  'the block deleted': (file) => writeFileSync(file, '# My project\n\nBe kind.\n'),
  'the file deleted': (file) => rmSync(file),
  'one marker deleted': (file) =>
    writeFileSync(file, readFileSync(file, 'utf8').replace('<!-- holdfast:end -->\n', '')),
  'the block twice': (file) => writeFileSync(file, readFileSync(file, 'utf8').repeat(2)),
  'a directory': (file) => {
    rmSync(file);
    mkdirSync(file);
    writeFileSync(join(file, 'notes'), 'mine');
  },
  'a link to nowhere': (file, root) => {
    rmSync(file);
    symlinkSync(join(root, 'nowhere'), file);
  },
};

describe.each(Object.entries(STATES))('a CLAUDE.md with %s since', (state, change) => {
  function world() {
    const made = makeWorld();
    const file = join(made.project, 'CLAUDE.md');
    writeFileSync(file, '# My project\n\nBe kind.\n');
    made.init({ words: FIRST });
    change(file, made.root);
    const look = () => ({
      ...Object.fromEntries(
        Object.entries(treeOf(made.project)).filter(([name]) => /^CLAUDE\.md(?!\.new)/.test(name)),
      ),
      link: lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink(),
    });
    return { ...made, file, look, theirs: look() };
  }

  test('stays so through init, upgrades and uninstall', async () => {
    const { file, look, theirs, init, uninstall, project, ...rest } = world();
    init({ words: FIRST });
    expect(look()).toEqual(theirs);
    for (const byHand of [false, true]) {
      const report = await upgrade(rest, { words: SECOND, byHand });
      expect(report.steps.find((step) => step.file === file)?.outcome).toBe('left');
      expect(look()).toEqual(theirs);
    }
    // Ours beside it where there is something to compare, once a version.
    const beside = `${file}.new`;
    expect(existsSync(beside)).toBe(state === 'edited inside');
    if (state === 'edited inside') {
      expect(readFileSync(beside, 'utf8')).toContain('- and more');
      rmSync(beside);
      await upgrade(rest, { words: SECOND, byHand: true });
      expect(existsSync(beside)).toBe(false);
    }
    expect(uninstall().ok).toBe(true);
    expect(look()).toEqual(theirs);
    expect(existsSync(beside)).toBe(false);
  });
});

test('a link stays, and what it leads to gets the block and loses it again', async () => {
  const { root, project, init, uninstall, ...rest } = makeWorld();
  const file = join(project, 'CLAUDE.md');
  const kept = join(root, 'AGENTS.md');
  writeFileSync(file, '# Mine\n');
  renameSync(file, kept);
  symlinkSync(kept, file);
  init({ words: FIRST });
  expect(readFileSync(kept, 'utf8')).toContain('- first');
  await upgrade({ ...rest }, { words: SECOND });
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(kept, 'utf8')).toContain('- second');
  uninstall();
  expect(lstatSync(file).isSymbolicLink()).toBe(true);
  expect(readFileSync(kept, 'utf8')).toBe('# Mine\n');
});

test('the scopes have their files, and a wider one is enough', () => {
  const { project, env, init, uninstall } = makeWorld();
  init({ scope: 'local', words: FIRST });
  expect(existsSync(join(project, 'CLAUDE.local.md'))).toBe(true);
  expect(existsSync(join(project, 'CLAUDE.md'))).toBe(false);
  uninstall();
  expect(treeOf(project)).toEqual({});
  init({ scope: 'user', words: FIRST });
  expect(readFileSync(join(env.HOME ?? '', '.claude', 'CLAUDE.md'), 'utf8')).toContain('- first');
  init({ words: FIRST });
  expect(treeOf(project)).toEqual({});
  uninstall({ user: true });
  expect(existsSync(join(env.HOME ?? '', '.claude'))).toBe(false);
});

test('init begins anew where nothing of ours is left, and not where the block alone was deleted', () => {
  const { project, settings, init } = makeWorld();
  const file = join(project, 'CLAUDE.md');
  init({ words: FIRST });
  rmSync(file);
  init({ words: FIRST });
  expect(existsSync(file)).toBe(false);
  rmSync(settings);
  init({ words: FIRST });
  expect(readFileSync(file, 'utf8')).toContain('- first');
  expect(readFileSync(settings, 'utf8')).toContain('stop.sh');
});

test('the words that we ship are ASCII, and short', async () => {
  const { shippedWords } = await import('../../../sidecar/setup/claude-md/block.ts');
  expect(shippedWords()).toMatch(/^[\x20-\x7e\n]+$/);
  expect(shippedWords().split('\n').length + 2).toBeLessThan(25);
  for (const word of ['commitment', 'holdfast commitments', 'holdfast withdraw', 'signal and not an order']) {
    expect(shippedWords()).toContain(word);
  }
});
