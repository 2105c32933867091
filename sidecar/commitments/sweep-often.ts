const EVERY_MS = 5_000;
/** A spool that does not empty (a file that cannot be read) holds the sweep up no longer than this. */
const PATIENCE_MS = 10_000;

export type SweepOften = {
  sweep: (now: Date) => number;
  /** Events that happened earlier are still to be taken: one of them may keep what looks overdue. */
  eventsWait: () => boolean;
  /** It looked, and gave up what it could: nothing, while events wait. */
  swept: () => void;
  failed: (error: unknown) => void;
};

export function sweepOften({ sweep, eventsWait, swept, failed }: SweepOften): { stop: () => void } {
  let waitingSince: number | null = null;
  const timer = setInterval(() => {
    try {
      const now = Date.now();
      if (eventsWait()) waitingSince ??= now;
      else waitingSince = null;
      if (waitingSince === null || now - waitingSince >= PATIENCE_MS) sweep(new Date());
      swept();
    } catch (error) {
      failed(error);
    }
  }, EVERY_MS);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
