/** One figure of the bench: a ratio of two things that were measured in the same run, by turns. */
export type Figure = { name: string; ratio: number; limit: string; ok: boolean; detail: string };

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

/**
 * The tenth percentile. What passes through several processes waits for its turn in each of them: on a machine that
 * is busy with others the median tells how long, and not what was to be done.
 */
export function undisturbed(times: number[]): number {
  return [...times].sort((a, b) => a - b)[Math.floor(times.length / 10)] ?? Number.NaN;
}

export async function timed(work: () => Promise<unknown> | unknown): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}

/** Runs each contestant once a round, so that a noisy minute meets all of them. */
export async function byTurns(rounds: number, contestants: (() => Promise<number>)[]): Promise<number[][]> {
  const times: number[][] = contestants.map(() => []);
  for (let round = 0; round < rounds; round++) {
    for (const [index, contestant] of contestants.entries()) times[index]?.push(await contestant());
  }
  return times;
}

export function atMost(name: string, ratio: number, limit: number, detail: string): Figure {
  return { name, ratio, limit: `at most ${limit}`, ok: ratio <= limit, detail };
}

export function atLeast(name: string, ratio: number, limit: number, detail: string): Figure {
  return { name, ratio, limit: `at least ${limit}`, ok: ratio >= limit, detail };
}
