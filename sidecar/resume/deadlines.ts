import type { Clock } from './rooms.ts';

/**
 * Returns whether a moment of the wall has come. A clock that is set back holds nothing up for longer than
 * was meant: how long it still was when it was first asked for counts too, and never more than `longestMs`.
 */
export function deadlines(clock: Clock) {
  const known = new Map<string, { moment: string; steady: number }>();

  return (name: string, moment: string | null, longestMs: number): boolean => {
    const now = clock.now();
    if (moment === null || moment <= now.toISOString()) {
      known.delete(name);
      return true;
    }
    const seen = known.get(name);
    if (seen?.moment === moment) return seen.steady <= clock.steady();
    const left = Math.min(Date.parse(moment) - now.getTime(), longestMs);
    known.set(name, { moment, steady: clock.steady() + left });
    return false;
  };
}
