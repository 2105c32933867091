import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type Line, type LineReader, lineReader } from '../../sidecar/turns/read-lines.ts';

const folder = mkdtempSync(join(tmpdir(), 'holdfast-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (text = '') => {
  const file = join(folder, String(files++));
  writeFileSync(file, text);
  return file;
};

function all(reader: LineReader): Line[] {
  const lines: Line[] = [];
  for (let some = reader.next(); some !== null; some = reader.next()) lines.push(...some);
  return lines;
}

describe('a growing file', () => {
  test('gives each line once, as it comes whole; the torn one waits', () => {
    const file = newFile('one\ntw');
    const reader = lineReader(file, 0);
    expect(all(reader)).toEqual([{ text: 'one', bytes: 3, whole: true, end: 4 }]);
    expect(all(reader)).toEqual([]);
    appendFileSync(file, 'o\n\nthr');
    expect(all(reader).map(({ text, end }) => [text, end])).toEqual([
      ['two', 8],
      ['', 9],
    ]);
    expect(reader.rest()).toMatchObject({ text: 'thr', end: 12 });
    expect(reader.rest()).toBeNull();
    reader.close();
  });

  test('that is not there yet has nothing, until it is', () => {
    const file = join(folder, 'later');
    const reader = lineReader(file, 0);
    expect(reader.next()).toBeNull();
    writeFileSync(file, 'here\n');
    expect(all(reader)).toHaveLength(1);
    reader.close();
  });

  test('gives the same lines however its bytes arrive, and from the end of any of them', () => {
    const part = fc.oneof(fc.string({ unit: 'grapheme' }), fc.constant('\n'), fc.constant('é\n'));
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        const file = newFile();
        const reader = lineReader(file, 0);
        const lines: Line[] = [];
        for (const bytes of parts.map((text) => Buffer.from(text))) {
          appendFileSync(file, bytes.subarray(0, 1));
          lines.push(...all(reader));
          appendFileSync(file, bytes.subarray(1));
          lines.push(...all(reader));
        }
        reader.close();
        const whole = parts.join('').split('\n');
        const torn = whole.pop() ?? '';
        expect(lines.map(({ text }) => text)).toEqual(whole);
        const from = lines[Math.floor(lines.length / 2)];
        if (!from) return;
        const again = lineReader(file, from.end);
        expect(all(again).map(({ text }) => text)).toEqual(whole.slice(Math.floor(lines.length / 2) + 1));
        expect(again.rest()?.text ?? '').toBe(torn);
        again.close();
      }),
      { numRuns: 60 },
    );
  });

  test('with a line of 40 MB gives its beginning, its length, and the next one whole', () => {
    const bytes = 40 * 1024 * 1024;
    const file = newFile(`${'x'.repeat(bytes)}\nnext\n`);
    const [long, next] = all(lineReader(file, 0));
    expect(long).toMatchObject({ bytes, whole: false, end: bytes + 1 });
    expect(long?.text).toHaveLength(1024 * 1024);
    expect(next).toMatchObject({ text: 'next', whole: true });
  });
});
