import { HoldfastError } from '../errors/index.ts';

/** Where a page ended: the key of its last row, newest first. */
export type PageKey = { at: string; id: string };

/** Sorts behind every timestamp: the beginning of a list. */
export const FIRST_PAGE: PageKey = { at: '9999', id: '' };

function encodeCursor(parts: unknown[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

export function decodeCursor(cursor: string | undefined): PageKey {
  if (cursor === undefined) return FIRST_PAGE;
  const [at, id] = partsOf(cursor);
  if (typeof at === 'string' && typeof id === 'string') return { at, id };
  throw foreign();
}

/** For lists whose key is the row's own number: the page holds what comes before it. */
export function decodeSeqCursor(cursor: string | undefined): number {
  if (cursor === undefined) return Number.MAX_SAFE_INTEGER;
  const [seq] = partsOf(cursor);
  if (Number.isSafeInteger(seq)) return Number(seq);
  throw foreign();
}

function partsOf(cursor: string): unknown[] {
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    return Array.isArray(parsed) ? parsed : [];
  } catch {
    return []; // Answered like any other cursor that is not ours.
  }
}

function foreign(): HoldfastError {
  return new HoldfastError(
    'BAD_INPUT',
    'cursor: it is not one that an earlier answer gave.',
    'Use nextCursor of the page before, or leave it out for the first page.',
    { details: { field: 'cursor' } },
  );
}

/** Cuts one row more than the limit back to the limit, and says where the next page begins. */
export function pageOf<Row>(
  rows: Row[],
  limit: number,
  keyOf: (row: Row) => PageKey,
): { rows: Row[]; nextCursor: string | null } {
  return cut(rows, limit, (row) => {
    const { at, id } = keyOf(row);
    return [at, id];
  });
}

export function pageBySeq<Row extends { seq: number }>(
  rows: Row[],
  limit: number,
): { rows: Row[]; nextCursor: string | null } {
  return cut(rows, limit, ({ seq }) => [seq]);
}

function cut<Row>(rows: Row[], limit: number, partsOfKey: (row: Row) => unknown[]) {
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { rows: kept, nextCursor: rows.length > limit && last ? encodeCursor(partsOfKey(last)) : null };
}
