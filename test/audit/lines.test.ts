import { appendFileSync, readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { linesOf } from '../../sidecar/audit/lines.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

function read(bytes: string | Buffer, options: { longest?: number; chunkBytes?: number } = {}) {
  const file = join(temporaryFolder(), 'lines.jsonl');
  writeFileSync(file, bytes);
  const counts = { longLines: 0, bytes: 0, readBytes: (count: number) => (counts.bytes += count) };
  return { lines: [...linesOf(file, counts, options)], longLines: counts.longLines, bytes: counts.bytes };
}

describe('the lines of a file', () => {
  test('are those between the line feeds, and what is left behind the last one', () => {
    expect(read('').lines).toEqual([]);
    expect(read('a\n\nb\n').lines).toEqual(['a', '', 'b']);
    expect(read('a\nb').lines).toEqual(['a', 'b']);
  });

  test('are the same whatever the size of the pieces, in any language', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ unit: 'grapheme' }).map((text) => text.replaceAll('\n', ' '))),
        fc.integer({ min: 1, max: 40 }),
        (lines, chunkBytes) => {
          const { lines: found, bytes } = read(lines.map((line) => `${line}\n`).join(''), { chunkBytes });
          expect(found.map((line) => line.normalize())).toEqual(
            lines.map((line) => Buffer.from(line).toString().normalize()),
          );
          expect(bytes).toBe(Buffer.byteLength(lines.map((line) => `${line}\n`).join('')));
        },
      ),
    );
  });

  test.each([1, 3, 64])(
    'that are too long are counted and passed over, in pieces of %i bytes',
    (chunkBytes) => {
      const long = 'x'.repeat(11);
      const found = read(`a\n${long}\nb\n${long}${long}\nc\n${long}`, { longest: 10, chunkBytes });
      expect(found).toMatchObject({ lines: ['a', 'b', 'c'], longLines: 3 });
    },
  );

  test('of ten bytes are not too long where ten are allowed', () => {
    expect(read('0123456789\n', { longest: 10, chunkBytes: 4 })).toMatchObject({
      lines: ['0123456789'],
      longLines: 0,
    });
  });

  test('that are appended while it is read are read too', () => {
    const file = join(temporaryFolder(), 'growing.jsonl');
    writeFileSync(file, 'a\nb\n');
    const found: string[] = [];
    for (const line of linesOf(file, { longLines: 0, readBytes: () => {} }, { chunkBytes: 4 })) {
      if (found.length === 0) appendFileSync(file, 'c\n');
      found.push(line);
    }
    expect(found).toEqual(['a', 'b', 'c']);
  });

  test.runIf(process.platform === 'linux')('hold no file open when the reader has enough', () => {
    const file = join(temporaryFolder(), 'open.jsonl');
    writeFileSync(file, 'a\nb\n');
    for (const line of linesOf(file, { longLines: 0, readBytes: () => {} })) if (line === 'a') break;
    const open = readdirSync('/proc/self/fd').flatMap((fd) => {
      try {
        return [readlinkSync(`/proc/self/fd/${fd}`)];
      } catch {
        return []; // The listing's own descriptor is closed by now.
      }
    });
    expect(open).not.toContain(file);
  });
});
