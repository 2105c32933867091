import { expect, type TestContext } from 'vitest';
import type { Ended } from '../kit/run-program.ts';
import type { Hook } from './run-hook.ts';

/** For tests that a busy machine can spoil, since a hook gives up by the clock. Each attempt is a new one. */
export const FIVE_ATTEMPTS = { retry: 4 };

/**
 * Runs a hook, and expects it to end within what is promised: 2 s from its spawn on, SessionEnd 1 s. What
 * the hook waits for counts by the clock; its work beside that may take longer by as much as this machine
 * is slower now than when nothing else runs.
 */
export async function inTime(hook: Hook, run: () => Promise<Ended>): Promise<Ended> {
  const [waits, limit] = hook.event === 'SessionEnd' ? [700, 1000] : [1500, 2000];
  const before = slowness();
  const ended = await run();
  const now = Math.max(before, slowness());
  expect(ended.ms, `the machine is ${now} times slower`).toBeLessThan(waits + (limit - waits) * now);
  return ended;
}

/** For events whose bytes alone take a hook a good part of its time: it would give up, as it should. */
export function skipWhereBusy({ skip }: Pick<TestContext, 'skip'>): void {
  const now = slowness();
  skip(now > 3, `not run: this machine is ${now} times slower now than when nothing else runs`);
}

/** How long 20 ms of computing take now, as a factor: 1 on a machine that does nothing else. */
function slowness(): number {
  const began = performance.now();
  const cpu = process.cpuUsage();
  let used = 0;
  while (used < 20) {
    const { user, system } = process.cpuUsage(cpu);
    used = (user + system) / 1000;
  }
  return Math.max(1, Math.round(((performance.now() - began) / used) * 10) / 10);
}
