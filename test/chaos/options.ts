import { randomInt } from 'node:crypto';

export type ChaosOptions = {
  rounds: number;
  /** Everything random in a rung comes from it. */
  seed: number;
  report: (figures: Record<string, number | string>) => void;
};

/**
 * What a rung is run with: small counts in `npm run check`; `npm run chaos -- RUNG --rounds N --seed S`
 * hands others over in the environment, since a vitest worker has no arguments of its own.
 */
export function chaosOptions(rung: string, usualRounds: number): ChaosOptions {
  const chosen = process.env.CHAOS_RUNG === rung;
  const rounds = chosen && process.env.CHAOS_ROUNDS ? Number(process.env.CHAOS_ROUNDS) : usualRounds;
  const seed = process.env.CHAOS_SEED ? Number(process.env.CHAOS_SEED) : randomInt(2 ** 31);
  return {
    rounds,
    seed,
    report: (figures) => {
      const said = Object.entries({ rounds, seed, ...figures }).map(([name, value]) => `${name} ${value}`);
      console.log(`chaos ${rung}: ${said.join(', ')}`);
    },
  };
}

/** Bounded, and never the reason that a long run by hand ends early. */
export function chaosTimeout({ rounds }: ChaosOptions, msARound: number): number {
  return 120_000 + rounds * msARound;
}

/** A failure says how to see it again. */
export async function seeded<T>(rung: string, { seed, rounds }: ChaosOptions, work: () => Promise<T>) {
  try {
    return await work();
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const again = `npm run chaos -- ${rung} --rounds ${rounds} --seed ${seed}`;
    throw new Error(`${why}\n(seen with seed ${seed}; again: ${again})`, { cause });
  }
}
