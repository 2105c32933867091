import { describe, expect, test } from 'vitest';
import {
  decodeCursor,
  decodeUtf8,
  FIRST_PAGE,
  limitUpTo,
  pageOf,
  readBody,
} from '../../sidecar/http/index.ts';

describe('a page', () => {
  const rows = ['d', 'c', 'b', 'a'].map((id) => ({ id, at: '2026-01-01T00:00:00.000Z' }));
  const keyOf = (row: (typeof rows)[number]) => row;

  test.each([
    [3, 3, true],
    [4, 4, false],
    [5, 4, false],
  ])('of at most %i has %i rows; another one follows: %s', (limit, count, follows) => {
    const page = pageOf(rows, limit, keyOf);
    expect(page.rows).toHaveLength(count);
    expect(page.nextCursor !== null).toBe(follows);
  });

  test('ends with a cursor that names its last row', () => {
    const { nextCursor } = pageOf(rows, 2, keyOf);
    expect(nextCursor).toMatch(/^[\w-]+$/);
    expect(decodeCursor(nextCursor ?? '')).toEqual({ at: '2026-01-01T00:00:00.000Z', id: 'c' });
  });

  test('of nothing is nothing', () => {
    expect(pageOf([], 2, keyOf)).toEqual({ rows: [], nextCursor: null });
  });

  test('of ids beyond ASCII', () => {
    const odd = [
      { id: 'ä/"\u{1f600}', at: '2026' },
      { id: 'z', at: '2025' },
    ];
    expect(decodeCursor(pageOf(odd, 1, (row) => row).nextCursor ?? '')).toEqual({
      at: '2026',
      id: 'ä/"\u{1f600}',
    });
  });

  test('without a cursor is the first', () => {
    expect(decodeCursor(undefined)).toBe(FIRST_PAGE);
    expect(FIRST_PAGE.at > new Date().toISOString()).toBe(true);
  });

  test.each(['', 'x', 'e30', 'W10', 'WzFd', 'bnVsbA', '%%%', 'ÿ'])(
    'with %j for a cursor is refused',
    (cursor) => {
      expect(() => decodeCursor(cursor)).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT', details: { field: 'cursor' } }),
      );
    },
  );
});

describe('a body', () => {
  const post = (body: string | ReadableStream<Uint8Array> | null, headers: Record<string, string> = {}) =>
    new Request('http://x/', { method: 'POST', body, headers, duplex: 'half' } as RequestInit);
  const chunks = (...sizes: number[]) =>
    new ReadableStream<Uint8Array>({
      start(controller) {
        for (const size of sizes) controller.enqueue(new Uint8Array(size));
        controller.close();
      },
    });

  test('of exactly the limit is read, declared or in chunks', async () => {
    expect(await readBody(post('abcd', { 'content-length': '4' }), 4)).toEqual(
      new TextEncoder().encode('abcd'),
    );
    expect(await readBody(post(chunks(3, 1)), 4)).toHaveLength(4);
    expect(await readBody(post(null), 4)).toHaveLength(0);
  });

  test('of more is refused by what it declares, before anything is read', async () => {
    let read = false;
    const never = new ReadableStream<Uint8Array>(
      {
        pull() {
          read = true;
        },
      },
      { highWaterMark: 0 },
    );
    const refused = readBody(post(never, { 'content-length': '5' }), 4);
    await expect(refused).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE', details: { limit: 4 } });
    expect(read).toBe(false);
  });

  test('of more is refused while it is read, and no more of it is read', async () => {
    let pulled = 0;
    const endless = new ReadableStream<Uint8Array>({
      pull(controller) {
        pulled++;
        controller.enqueue(new Uint8Array(3));
      },
    });
    await expect(readBody(post(endless), 10)).rejects.toMatchObject({ code: 'PAYLOAD_TOO_LARGE' });
    expect(pulled).toBeLessThan(8);
  });
});

describe('text', () => {
  test('is decoded as it was sent', () => {
    for (const text of ['', 'plain', 'ä\u{1f600}\u0000']) expect(decodeUtf8(Buffer.from(text))).toBe(text);
  });

  test.each([[[0xe9]], [[0xc3]], [[0xed, 0xa0, 0x80]], [[0xff, 0xfe]]])(
    'that is no UTF-8 is refused: %j',
    (bytes) => {
      expect(() => decodeUtf8(Uint8Array.from(bytes))).toThrow(
        expect.objectContaining({ code: 'BAD_INPUT' }),
      );
    },
  );
});

describe('a limit', () => {
  const limit = limitUpTo(200, 50);

  test.each([
    [undefined, 50],
    ['1', 1],
    ['200', 200],
    ['201', 200],
    ['999999', 200],
  ])('%s is %i', (said, taken) => {
    expect(limit.parse(said)).toBe(taken);
  });

  test.each(['0', '-1', '1.5', 'x', '', 'Infinity', '1e400', 'NaN'])('%j is refused', (said) => {
    expect(limit.safeParse(said).success).toBe(false);
  });
});
