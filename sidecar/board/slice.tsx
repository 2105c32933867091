import { Older } from './older.tsx';
import { More } from './parts.tsx';
import { type OneList, PAGE_ROWS } from './sources.ts';

export type Part<Row> = { rows: Row[]; total: number; next: string | null };

/** Of rows that a room gives whole: the first few on the board, a page at a time in full. */
export function slice<Row>(rows: Row[], one: OneList | null, few: number): Part<Row> {
  const asked = one === null ? 0 : Number(one.before ?? 0);
  const from = Number.isSafeInteger(asked) && asked > 0 ? asked : 0;
  const end = from + (one === null ? few : PAGE_ROWS);
  return { rows: rows.slice(from, end), total: rows.length, next: end < rows.length ? String(end) : null };
}

export function Rest({ list, part, one }: { list: string; part: Part<unknown>; one: OneList | null }) {
  if (one) return <Older list={list} before={part.next} />;
  return <More list={list} shown={part.rows.length} total={part.total} />;
}
