import { readdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../home/index.ts';

const EVERY_MS = 60 * 60_000;
const FIRST_MS = 60_000;
/** Rejected files hold raw bytes: they go like the bodies of events. */
const KEEP_REJECTED_MS = 14 * 86_400_000;

/** One short transaction of pruning. Returns whether there may be more to do. */
export type PruneStep = (now: Date, keepDays: number) => boolean;

export type TidyOptions = {
  home: HomePaths;
  steps: PruneStep[];
  keepDays: number;
  tidied: () => void;
  failed: (error: unknown) => void;
};

/** Prunes by age and size: every hour, in small steps that let events in between. */
export function keepTidy({ home, steps, keepDays, tidied, failed }: TidyOptions): { stop: () => void } {
  let timer = setTimeout(round, FIRST_MS);
  timer.unref();

  function round(): void {
    let more = false;
    try {
      const now = new Date();
      more = steps.map((step) => step(now, keepDays)).includes(true);
      if (!more) dropOldRejected(home, now);
      tidied();
    } catch (error) {
      failed(error);
    }
    timer = setTimeout(round, more ? 50 : EVERY_MS);
    timer.unref();
  }

  return { stop: () => clearTimeout(timer) };
}

function dropOldRejected(home: HomePaths, now: Date): void {
  for (const name of readdirSync(home.rejected)) {
    const file = join(home.rejected, name);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats && now.getTime() - stats.mtimeMs > KEEP_REJECTED_MS)
      rmSync(file, { recursive: true, force: true });
  }
}
