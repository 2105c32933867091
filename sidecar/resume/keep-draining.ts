import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../errors/index.ts';
import { followAttempt } from './attempt.ts';
import type { Collected } from './collect.ts';
import type { Exercised, Ticked } from './drain.ts';
import type { Entry } from './entry.ts';
import type { Held } from './gates.ts';
import type { ResumeRooms } from './rooms.ts';

/** What waits in the spool is taken first, and what died is collected. */
const FIRST_TICK_MS = 3_000;
const COLLECT_MS = 5_000;
/** A death that is not certain yet, and an attempt that has not spoken yet, are looked at again soon. */
const SOON_MS = 250;

export type Pace = { firstTickMs?: number; collectMs?: number; soonMs?: number };

type Parts = {
  collect: () => Promise<Collected>;
  drainer: {
    tick: () => Promise<Ticked>;
    drain: (entry: Entry) => Promise<{ held: Held } | { exercised: Exercised }>;
  };
};

/** The three loops of the queue: one collects deaths, one drains, one follows what was started. */
export function keepDraining(rooms: ResumeRooms, { collect, drainer }: Parts, pace: Pace) {
  const { limits, clock, entries, warn } = rooms;
  const { firstTickMs = FIRST_TICK_MS, collectMs = COLLECT_MS, soonMs = SOON_MS } = pace;
  const timers = new Map<string, NodeJS.Timeout>();
  let line: Promise<unknown> = Promise.resolve();
  let collecting: Promise<void> | null = null;
  let following: Promise<void> | null = null;
  let stopped = false;
  let lastTickAt: string | null = null;
  let heldSince: { gate: string; since: number } | null = null;

  /** One at a time: a tick, or what a person asked for. */
  function inLine<T>(work: () => Promise<T>): Promise<T> {
    const done = line.then(work);
    line = done.catch(() => {}); // Whoever asked hears of it.
    return done;
  }

  function after(name: string, ms: number, work: () => Promise<void>): void {
    if (stopped) return;
    clearTimeout(timers.get(name));
    timers.set(name, setTimeout(() => void work(), ms).unref());
  }

  async function tick(): Promise<void> {
    try {
      const ticked = await inLine(() => drainer.tick());
      lastTickAt = clock.now().toISOString();
      remember(ticked.held);
    } catch (error) {
      warn('a tick of the resume queue failed; the next one comes all the same', { why: messageOf(error) });
    }
    followSoon(); // Also after one that failed: it may have begun something.
    after('tick', limits.tickSeconds * 1_000, tick);
  }

  /** An episode goes on while something is held back, by whatever gate. */
  function remember(held: Held | null): void {
    const waits = entries
      .open()
      .some(({ state, wouldResumeAt }) => state === 'queued' && wouldResumeAt === null);
    if (!held || !waits) heldSince = null;
    else heldSince = { gate: held.gate, since: heldSince?.since ?? clock.steady() };
  }

  function look(): Promise<void> {
    collecting ??= lookOnce().finally(() => {
      collecting = null;
    });
    return collecting;
  }

  async function lookOnce(): Promise<void> {
    let wait = collectMs;
    try {
      const { waiting } = await collect();
      if (waiting > 0) wait = Math.min(wait, soonMs);
    } catch (error) {
      warn('the resume queue could not look for what died; it is tried again', { why: messageOf(error) });
    }
    after('look', wait, look);
  }

  function follow(): Promise<void> {
    following ??= followAll().finally(() => {
      following = null;
    });
    return following;
  }

  async function followAll(): Promise<void> {
    let open = false;
    for (const entry of entries.open()) {
      if (entry.state !== 'starting' || stopped) continue;
      try {
        if (await followAttempt(rooms, entry)) open = true;
      } catch (error) {
        open = true;
        warn('an attempt of the resume queue could not be followed; it is tried again', {
          entryId: entry.id,
          why: messageOf(error),
        });
      }
    }
    if (open) followSoon();
  }

  function followSoon(): void {
    after('follow', soonMs, follow);
  }

  return {
    begin: (): void => {
      after('look', 0, look);
      after('follow', 0, follow);
      if (limits.enabled) after('tick', Math.min(firstTickMs, limits.tickSeconds * 1_000), tick);
    },
    /** Something may have died. */
    lookSoon: (): void => after('look', 0, look),
    drain: async (entry: Entry): Promise<{ held: Held } | { exercised: Exercised }> => {
      const drained = await inLine(() => drainer.drain(entry));
      followSoon();
      return drained;
    },
    lastTickAt: (): string | null => lastTickAt,
    /** For how long something has been held back, in milliseconds; null: nothing is. */
    heldFor: (): { gate: string; ms: number } | null =>
      heldSince && { gate: heldSince.gate, ms: clock.steady() - heldSince.since },
    stop: async (): Promise<void> => {
      stopped = true;
      for (const timer of timers.values()) clearTimeout(timer);
      await Promise.allSettled([line, collecting, following]);
      await sleep(0);
    },
  };
}
