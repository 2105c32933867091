import type { JudgedClaim, JudgedPromise, PromiseState, Verdict } from './judge.ts';

export type Figures = Record<PromiseState | Verdict, number>;
export type Period = Figures & { from: string };
export type OverTime = { unit: 'day' | 'week' | 'month'; periods: Period[] };

/** More bars than this are too thin for a telephone. */
const MOST_PERIODS = 120;
const MOST_DAYS = 45;

/** Counts by day, and puts the days together at the end: only then is it known how many there are. */
export function overTime() {
  const days = new Map<string, Figures>();

  function count({ at, state }: Pick<JudgedPromise | JudgedClaim, 'at' | 'state'>): void {
    const day = dayOf(at);
    const figures = days.get(day) ?? noFigures();
    figures[state] += 1;
    days.set(day, figures);
  }

  function result(): OverTime {
    const counted = [...days].sort(([a], [b]) => (a < b ? -1 : 1));
    const [first, last] = [counted[0]?.[0], counted.at(-1)?.[0]];
    if (first === undefined || last === undefined) return { unit: 'day', periods: [] };
    const unit = unitOf(first, last);
    const periods = new Map(startsUpTo(first, last, unit).map((from) => [from, { from, ...noFigures() }]));
    for (const [day, figures] of counted) {
      const period = periods.get(startOf(day, unit));
      if (period) for (const state of STATES) period[state] += figures[state];
    }
    return { unit, periods: [...periods.values()] };
  }

  return { count, result };
}

const STATES = ['kept', 'attempted', 'dropped', 'withdrawn', 'backed', 'contradicted', 'unbacked'] as const;

function noFigures(): Figures {
  return { kept: 0, attempted: 0, dropped: 0, withdrawn: 0, backed: 0, contradicted: 0, unbacked: 0 };
}

/** The day as the clock on the wall had it. */
export function dayOf(at: string): string {
  const time = new Date(at);
  const two = (number: number) => String(number).padStart(2, '0');
  return `${String(time.getFullYear()).padStart(4, '0')}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

/** Days are counted in UTC from here on, where each has 24 hours. */
function startOf(day: string, unit: OverTime['unit']): string {
  if (unit === 'day') return day;
  if (unit === 'month') return `${day.slice(0, 7)}-01`;
  const date = new Date(`${day}T00:00:00Z`);
  date.setUTCDate(date.getUTCDate() - ((date.getUTCDay() + 6) % 7));
  return date.toISOString().slice(0, 10);
}

/** The last ones, where there are too many: a broken clock may have said the year 9999. */
function startsUpTo(first: string, last: string, unit: OverTime['unit']): string[] {
  const starts: string[] = [];
  const date = new Date(`${startOf(last, unit)}T00:00:00Z`);
  const end = startOf(first, unit);
  while (starts.length < MOST_PERIODS) {
    const start = date.toISOString().slice(0, 10);
    starts.unshift(start);
    if (start <= end) break;
    if (unit === 'month') date.setUTCMonth(date.getUTCMonth() - 1);
    else date.setUTCDate(date.getUTCDate() - (unit === 'week' ? 7 : 1));
  }
  return starts;
}

function unitOf(first: string, last: string): OverTime['unit'] {
  const days = (Date.parse(last) - Date.parse(first)) / 86_400_000 + 1;
  if (days <= MOST_DAYS) return 'day';
  return days <= 7 * (MOST_PERIODS - 1) ? 'week' : 'month';
}
