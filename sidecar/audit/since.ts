import { HoldfastError } from '../errors/index.ts';

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 } as const;

/** `30d`, `12h`, `2w`, `90m`, or a date: midnight here, or the time that is given. */
export function parseSince(text: string, now: Date): Date {
  const [, amount, unit] = /^(\d{1,6})\s*([mhdw])$/.exec(text.trim()) ?? [];
  if (amount !== undefined && unit !== undefined) {
    return new Date(now.getTime() - Number(amount) * UNIT_MS[unit as keyof typeof UNIT_MS]);
  }
  const date = dateOf(text.trim());
  if (date === null) {
    throw new HoldfastError(
      'BAD_INPUT',
      `since: ${JSON.stringify(text)} is neither a time ago nor a date.`,
      'Write --since 30d, 12h or 2w, or a date: --since 2026-01-31.',
    );
  }
  if (date > now) {
    throw new HoldfastError('BAD_INPUT', `since: ${text} lies in the future.`, 'Give a day that has begun.');
  }
  return date;
}

function dateOf(text: string): Date | null {
  const [, day, time] =
    /^(\d{4}-\d\d-\d\d)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,3})?)?(?:Z|[+-]\d\d:\d\d)?))?$/.exec(text) ?? [];
  if (day === undefined) return null;
  // A date that no calendar has (2026-02-31) would roll over to another.
  const calendar = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(calendar.getTime()) || !calendar.toISOString().startsWith(day)) return null;
  const date = new Date(`${day}T${time ?? '00:00'}`);
  return Number.isNaN(date.getTime()) ? null : date;
}
