import type { Commitment, Status } from '../commitments/index.ts';
import type { CompletedClaim } from '../evidence/index.ts';
import { decodeSeqCursor, pageBySeq } from '../http/index.ts';
import { type Day, lastDays } from './chart.tsx';
import { type BoardSources, type OneList, PAGE_ROWS } from './sources.ts';

const MOST_OPEN = 20;
const MOST_CLOSED = 5;

export type WordData = {
  counts: Record<Status, number> & { contradicted: number };
  days: Day[];
  open: Commitment[];
  kept: Commitment[];
  /** Expired, and taken back. */
  dropped: Commitment[];
  contradicted: CompletedClaim[];
  older: string | null;
};

export function readWord({ word }: BoardSources, one: OneList | null, now: Date): WordData {
  const rows = one ? inFull(word, one) : inShort(word);
  return { ...rows, counts: counted(word), days: one ? [] : readDays(word, now) };
}

type Rows = Pick<WordData, 'open' | 'kept' | 'dropped' | 'contradicted' | 'older'>;
const FIRST = decodeSeqCursor(undefined);

function inShort(word: BoardSources['word']): Rows {
  return {
    open: word.commitments.page({ status: 'open' }, FIRST, MOST_OPEN),
    kept: word.commitments.page({ status: 'kept' }, FIRST, MOST_CLOSED),
    dropped: droppedPage(word, FIRST, MOST_CLOSED),
    contradicted: word.completed.page({ verdict: 'contradicted' }, FIRST, MOST_CLOSED),
    older: null,
  };
}

function inFull(word: BoardSources['word'], { name, before }: OneList): Rows {
  const none: Rows = { open: [], kept: [], dropped: [], contradicted: [], older: null };
  const [from, limit] = [decodeSeqCursor(before), PAGE_ROWS + 1];
  if (name === 'contradicted') {
    const page = pageBySeq(word.completed.page({ verdict: name }, from, limit), PAGE_ROWS);
    return { ...none, contradicted: page.rows, older: page.nextCursor };
  }
  const found =
    name === 'dropped'
      ? droppedPage(word, from, limit)
      : word.commitments.page({ status: name === 'kept' ? 'kept' : 'open' }, from, limit);
  const page = pageBySeq(found, PAGE_ROWS);
  return { ...none, [name]: page.rows, older: page.nextCursor };
}

function droppedPage(word: BoardSources['word'], before: number, limit: number): Commitment[] {
  const expired = word.commitments.page({ status: 'expired' }, before, limit);
  const withdrawn = word.commitments.page({ status: 'withdrawn' }, before, limit);
  return [...expired, ...withdrawn].sort((a, b) => b.seq - a.seq).slice(0, limit);
}

function counted(word: BoardSources['word']): WordData['counts'] {
  const counts = { open: 0, kept: 0, expired: 0, withdrawn: 0, contradicted: 0 };
  for (const { status, count } of word.commitments.countByStatus()) counts[status] = count;
  for (const { verdict, count } of word.completed.countByVerdict())
    if (verdict === 'contradicted') counts.contradicted = count;
  return counts;
}

/** Taken back is not dropped: it counts as made alone. */
function readDays(word: BoardSources['word'], now: Date): Day[] {
  const days = lastDays(now);
  const byDay = new Map(days.map((day) => [day.day, day]));
  const first = new Date(now.getFullYear(), now.getMonth(), now.getDate() - days.length + 1).toISOString();
  for (const { day, what, count } of word.commitments.countByDay(first)) {
    const found = byDay.get(day);
    if (found && what !== 'withdrawn') found[what === 'expired' ? 'dropped' : what] = count;
  }
  for (const { day, count } of word.completed.contradictedByDay(first)) {
    const found = byDay.get(day);
    if (found) found.contradicted = count;
  }
  return days;
}
