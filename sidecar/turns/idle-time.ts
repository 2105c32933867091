/** A longer pause between two looks is none of the turn's: the machine slept, or this process was held up. */
const LONGEST_STEP_MS = 1_000;

/**
 * How long nothing has come, as far as somebody was there to see it. Counted in the steps between looks, and
 * not by the clock on the wall: one that jumps by a day, or a laptop that was closed, is no stall.
 */
export function idleTime(monotonic: () => number) {
  let idle = 0;
  let last = monotonic();

  return {
    /** One look; `active` where something had come. Returns the idle milliseconds so far. */
    look: (active: boolean): number => {
      const now = monotonic();
      idle = active ? 0 : idle + Math.min(Math.max(0, now - last), LONGEST_STEP_MS);
      last = now;
      return idle;
    },
  };
}
