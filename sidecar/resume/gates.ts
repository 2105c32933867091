import { isAlive } from './check-world.ts';
import { deadlines } from './deadlines.ts';
import type { Entry, Gate } from './entry.ts';
import { DAY_MS } from './judge-death.ts';
import { isCalm } from './machine-load.ts';
import type { ResumeRooms } from './rooms.ts';

export type Held = { gate: Gate; detail: string };

export const BREAKER_MS = 30 * 60_000;
const MINUTE_MS = 60_000;

/** After the first failed attempt 2 minutes, then 4, then 8, and so on. */
export function backoffMs(attempts: number): number {
  return Math.min(2 ** attempts, 24 * 60) * MINUTE_MS;
}

/** What stands between an entry and its revival, in the order of `GATES`. Asking writes nothing. */
export function newGates(rooms: ResumeRooms) {
  const { brakes, limits, lock, sessions, turns, world, clock } = rooms;
  const isDue = deadlines(clock);
  let calmTicks = 0;

  function held({ skipCalm = false } = {}): Held | null {
    const { pausedAt, breakerUntil } = brakes.read();
    if (pausedAt !== null)
      return hold('paused', `Paused since ${pausedAt}; \`holdfast queue resume\` goes on.`);
    if (!lock.state().held) return hold('host-lock', lockDetail());
    if (!isDue('breaker', breakerUntil, BREAKER_MS)) {
      return hold('breaker', `Three attempts in a row failed; the next one is not before ${breakerUntil}.`);
    }
    if (!skipCalm && calmTicks < limits.calmTicks) return hold('calm', calmDetail());
    const live = atWork();
    if (live >= limits.maxLiveSessions) {
      return hold('live-sessions', `${live} sessions are at work, of at most ${limits.maxLiveSessions}.`);
    }
    const spent = turns.spentSince(new Date(clock.now().getTime() - DAY_MS).toISOString());
    if (spent >= limits.maxUsdPerDay) {
      return hold(
        'spend',
        `${spent.toFixed(2)} of ${limits.maxUsdPerDay.toFixed(2)} USD were spent in the last 24 hours.`,
      );
    }
    return null;
  }

  /** Also those that were started and that no hook has told of yet. */
  function atWork(): number {
    const unheard = turns.live().filter(({ sessionId }) => !isAlive(sessions, sessionId));
    return sessions.countLive() + unheard.length;
  }

  function lockDetail(): string {
    const state = lock.state();
    return state.held ? 'The host lock is not ours any more.' : `${state.reason}: ${state.detail}`;
  }

  function calmDetail(): string {
    const { load, memoryFree } = world.load();
    const tell = (value: number | null, text: (value: number) => string) =>
      value === null ? 'cannot be read' : text(value);
    const facts = `load a CPU ${tell(load, (value) => value.toFixed(2))}, free memory ${tell(memoryFree, (value) => `${Math.round(value * 100)} %`)}`;
    return `The machine was calm at ${calmTicks} of ${limits.calmTicks} ticks in a row (${facts}).`;
  }

  return {
    /** Once a tick. */
    feel: (): void => {
      calmTicks = isCalm(world.load()) ? Math.min(calmTicks + 1, limits.calmTicks) : 0;
    },
    held,
    /** An entry's own. */
    backsOff: ({ id, nextAttemptAt, attempts }: Entry): boolean =>
      !isDue(id, nextAttemptAt, backoffMs(attempts)),
  };
}

export type Gates = ReturnType<typeof newGates>;

const hold = (gate: Gate, detail: string): Held => ({ gate, detail });
