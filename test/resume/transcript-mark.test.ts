import { spawnSync } from 'node:child_process';
import {
  appendFileSync,
  chmodSync,
  mkdirSync,
  rmSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { markOf } from '../../sidecar/resume/transcript-mark.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

const ROW = `${JSON.stringify({ type: 'assistant', message: 'x'.repeat(700) })}\n`;

function transcript(rows = 20): string {
  const path = join(temporaryFolder(), 'session.jsonl');
  writeFileSync(path, ROW.repeat(rows));
  return path;
}

test('a transcript that nobody touched has its mark again, also with another time', async () => {
  const path = transcript();
  const mark = await markOf(path);
  expect(mark).toMatch(/^\d+:[0-9a-f]{16}$/);
  utimesSync(path, 1, 1);
  expect(await markOf(path)).toBe(mark);
});

const changes: [string, (path: string) => void][] = [
  ['went on by a row', (path) => appendFileSync(path, ROW)],
  ['went on by a torn row', (path) => appendFileSync(path, '{')],
  ['lost its end', (path) => truncateSync(path, 100)],
  ['is empty', (path) => truncateSync(path, 0)],
  ['was written anew at the same length', (path) => writeFileSync(path, ROW.replaceAll('x', 'y').repeat(20))],
];
test.each(changes)('one that %s has another', async (_, change) => {
  const path = transcript();
  const mark = await markOf(path);
  change(path);
  const changed = await markOf(path);
  expect(changed).not.toBeNull();
  expect(changed).not.toBe(mark);
});

test('a short and an empty one have a mark, and a link has the mark of what it leads to', async () => {
  const short = transcript(1);
  const empty = transcript(0);
  expect(await markOf(short)).toMatch(/^\d+:/);
  expect(await markOf(empty)).toMatch(/^0:/);
  symlinkSync(short, `${short}.link`);
  expect(await markOf(`${short}.link`)).toBe(await markOf(short));
});

test('one that is not there has none, and a folder or a pipe is no transcript', async (scope) => {
  const path = transcript();
  rmSync(path);
  expect([await markOf(path), await markOf(join(path, 'below')), await markOf('')]).toEqual([
    null,
    null,
    null,
  ]);
  mkdirSync(path);
  expect(await markOf(path)).toBeNull();
  rmSync(path, { recursive: true });
  scope.skip(spawnSync('mkfifo', [path]).status !== 0, 'not run: mkfifo makes no pipe here');
  expect(await markOf(path)).toBeNull();
});

test('one that may not be read has none', async (scope) => {
  scope.skip(process.getuid?.() === 0, 'not run: root may read everything');
  const path = transcript();
  chmodSync(path, 0o000);
  expect(await markOf(path)).toBeNull();
});
