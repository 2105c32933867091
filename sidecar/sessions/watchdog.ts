import { CERTAIN_AFTER_MS, newSweep, type SweepRooms, type Swept } from './sweep.ts';

/** The sidecar that has just started takes what waits in the spool first. */
const FIRST_MS = 1_000;

/** A timer may run a moment early by the clock that measures it. */
const LATE_MS = 50;

export type WatchdogOptions = SweepRooms & {
  intervalSeconds: number;
  swept: (result: Swept) => void;
  /** A sweep failed; the next one comes all the same. */
  sweepFailed: (error: unknown) => void;
};

/** Sweeps shortly after the start and then at each interval; sooner where a death is to be made certain. */
export function keepWatch(options: WatchdogOptions): { stop: () => Promise<void> } {
  const { intervalSeconds, swept, sweepFailed } = options;
  const sweep = newSweep(options);
  let running: Promise<void> = Promise.resolve();
  let stopped = false;
  let timer = after(FIRST_MS);

  function after(ms: number): NodeJS.Timeout {
    const next = setTimeout(() => {
      running = round();
    }, ms);
    next.unref();
    return next;
  }

  async function round(): Promise<void> {
    let wait = intervalSeconds * 1_000;
    try {
      const result = await sweep();
      swept(result);
      if (result.suspected > 0) wait = Math.min(wait, CERTAIN_AFTER_MS + LATE_MS);
    } catch (error) {
      sweepFailed(error);
    }
    if (!stopped) timer = after(wait);
  }

  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}
