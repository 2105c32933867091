import { expect, test } from 'vitest';
import { lineDiff } from '../../sidecar/setup/line-diff.ts';

const lines = (...numbers: (number | string)[]) => numbers.map((line) => `${line}\n`).join('');

test('nothing for nothing', () => expect(lineDiff('f', 'a\n', 'a\n')).toBe(''));

test('a new file and a removed one', () => {
  expect(lineDiff('f', null, 'a\nb\n')).toBe('--- /dev/null\n+++ f\n@@ -1 +1 @@\n+a\n+b\n');
  expect(lineDiff('f', 'a\n', null)).toBe('--- f\n+++ /dev/null\n@@ -1 +1 @@\n-a\n');
});

test('two changes far apart are two hunks with three lines around', () => {
  const before = lines(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
  const after = lines(1, 'new', 2, 3, 4, 5, 6, 7, 8, 9, 10, 'last', 12);
  expect(lineDiff('f', before, after)).toBe(
    '--- f\n+++ f\n@@ -1 +1 @@\n 1\n+new\n 2\n 3\n 4\n@@ -8 +9 @@\n 8\n 9\n 10\n-11\n+last\n 12\n',
  );
});

test('line ends are not shown, and a very long change still is', () => {
  expect(lineDiff('f', 'a\r\nb\r\n', 'a\r\nc\r\n')).toBe('--- f\n+++ f\n@@ -1 +1 @@\n a\n-b\n+c\n');
  const long = (word: string) => Array.from({ length: 3000 }, (_, i) => `${word} ${i}\n`).join('');
  expect(lineDiff('f', long('old'), long('new')).split('\n')).toHaveLength(6004);
});
