export type LookOptions = {
  everyMs: number;
  look: () => void;
  /** So long after the last one that nothing else can have ticked either. */
  heldUp: () => void;
  steady: () => number;
};

/** So many times later than it was due: the process was stopped, or starved. */
const LATE = 3;

/** Looks again and again. */
export function lookOften({ everyMs, look, heldUp, steady }: LookOptions): { stop: () => void } {
  let last = steady();
  const timer = setInterval(() => {
    if (steady() - last > LATE * everyMs) heldUp();
    last = steady();
    look();
  }, everyMs);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
