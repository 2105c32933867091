import { HoldfastError } from '../errors/index.ts';

/** Where a page ended: the key of its last row, newest first. */
export type PageKey = { at: string; id: string };

/** Sorts behind every timestamp: the beginning of a list. */
export const FIRST_PAGE: PageKey = { at: '9999', id: '' };

export function encodeCursor({ at, id }: PageKey): string {
  return Buffer.from(JSON.stringify([at, id])).toString('base64url');
}

export function decodeCursor(cursor: string | undefined): PageKey {
  if (cursor === undefined) return FIRST_PAGE;
  try {
    const parsed: unknown = JSON.parse(Buffer.from(cursor, 'base64url').toString('utf8'));
    if (Array.isArray(parsed) && typeof parsed[0] === 'string' && typeof parsed[1] === 'string') {
      return { at: parsed[0], id: parsed[1] };
    }
  } catch {
    // Not JSON: answered below like any other cursor that is not ours.
  }
  throw new HoldfastError(
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
  const kept = rows.slice(0, limit);
  const last = kept.at(-1);
  return { rows: kept, nextCursor: rows.length > limit && last ? encodeCursor(keyOf(last)) : null };
}
