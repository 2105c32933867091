import { HoldfastError, messageOf } from '../errors/index.ts';
import type { Begun } from './begin-turn.ts';
import { beginTurn } from './begin-turn.ts';
import { bringUp } from './bring-up.ts';
import { changeRun, failed, killed } from './changes-of-state.ts';
import { look } from './look.ts';
import type { RunRooms } from './rooms.ts';
import type { Run } from './run.ts';
import { limitReached } from './spent.ts';
import { step } from './step.ts';
import { isFolder } from './worktrees.ts';

const TICK_MS = 1_000;
/** After a step that threw (a full disk, a busy session): long enough to be calm, short enough to go on. */
const AGAIN_MS = 15_000;

export type Driver = {
  /** From now on runs go on by themselves. */
  begin: () => void;
  /** Goes on with a run as soon as nothing else holds it. */
  soon: (id: string) => void;
  /** Resolves when the seed's worktree is made, or never will be. */
  worktreeMade: (id: string) => Promise<void>;
  /** Ends what is being done for a run, and keeps it from going on until `release`. */
  halt: (id: string) => Promise<() => void>;
  /** After the commit of a turn that somebody else has begun. */
  launch: (begun: Begun) => Run;
  stop: () => Promise<void>;
};

type Work = { over: Promise<void>; stop: AbortController };

/** One hand for each run: whatever is to be done for it is done by `tend`, and never twice at once. */
export function driveRuns(rooms: RunRooms, tickMs = TICK_MS): Driver {
  const working = new Map<string, Work>();
  const halted = new Map<string, number>();
  const notBefore = new Map<string, number>();
  const deadlines = new Map<string, { waitUntil: string; at: number }>();
  const made = new Map<string, { over: Promise<void>; tell: () => void }>();
  let isOpen = false;
  let timer: NodeJS.Timeout | undefined;

  function tick(): void {
    try {
      for (const run of rooms.runs.live()) if (isDue(run)) tend(run.id);
    } catch (error) {
      rooms.warn('the runs could not be looked at; it is tried again', { why: messageOf(error) });
    }
  }

  function tend(id: string): void {
    if (!isOpen || working.has(id) || halted.has(id)) return;
    if ((notBefore.get(id) ?? 0) > performance.now()) return;
    const stop = new AbortController();
    const over = goOn(id, stop.signal)
      .catch((error: unknown) => {
        notBefore.set(id, performance.now() + AGAIN_MS);
        const what = 'a run could not go on; it is tried again';
        rooms.warn(what, { runId: id, why: messageOf(error) });
      })
      .finally(() => {
        working.delete(id);
        made.get(id)?.tell();
      });
    working.set(id, { over, stop });
  }

  async function goOn(id: string, stop: AbortSignal): Promise<void> {
    const run = rooms.runs.one(id);
    if (!run || !isDue(run)) return;
    notBefore.delete(id);
    deadlines.delete(id);
    const begun = await nextOf(run, stop);
    if (begun) launch(begun);
  }

  /** By the clock of the wall, or by how long it has waited: a clock that is set back holds nothing up. */
  function isDue({ id, state, waitUntil }: Run): boolean {
    if (state === 'seed') return true;
    if (state !== 'waiting') return false;
    const now = rooms.now();
    if (waitUntil === null || waitUntil <= now.toISOString()) return true;
    const known = deadlines.get(id);
    if (known?.waitUntil === waitUntil) return known.at <= performance.now();
    deadlines.set(id, { waitUntil, at: performance.now() + Date.parse(waitUntil) - now.getTime() });
    return false;
  }

  async function nextOf(run: Run, stop: AbortSignal): Promise<Begun | null> {
    if (run.killAskedAt !== null) {
      // Its sidecar died before it had done what it was asked.
      changeRun(rooms, run.id, (fresh) => (isUnturned(fresh) ? killed(rooms.now()) : null));
      return null;
    }
    if (run.state === 'seed') {
      return bringUp(rooms, run, { stop, worktreeMade: () => made.get(run.id)?.tell() });
    }
    if (!isFolder(run.directory)) {
      const detail = `${run.directory} is gone, and its work with it.`;
      changeRun(rooms, run.id, ({ state }) =>
        state === 'waiting' ? failed('error', detail, rooms.now()) : null,
      );
      return null;
    }
    return run.nextStep === 'look' ? look(rooms, run, stop) : askAgain(rooms, run);
  }

  function launch({ run, turnId }: Begun): Run {
    rooms.turns.launch(turnId);
    step('turn-launched', run.id);
    const launched = changeRun(rooms, run.id, ({ state }) =>
      state === 'spawning' ? { state: 'running' } : null,
    );
    return launched ?? rooms.runs.one(run.id) ?? run;
  }

  async function halt(id: string): Promise<() => void> {
    halted.set(id, (halted.get(id) ?? 0) + 1);
    working.get(id)?.stop.abort();
    await working.get(id)?.over;
    let done = false;
    return () => {
      if (done) return;
      done = true;
      const left = (halted.get(id) ?? 1) - 1;
      if (left > 0) halted.set(id, left);
      else halted.delete(id);
      soon(id);
    };
  }

  function soon(id: string): void {
    setImmediate(() => {
      if (working.has(id)) working.get(id)?.over.then(() => tend(id));
      else tend(id);
    });
  }

  function worktreeMade(id: string): Promise<void> {
    const known = made.get(id);
    if (known) return known.over;
    let tell = () => {};
    const over = new Promise<void>((resolve) => {
      tell = () => {
        made.delete(id);
        resolve();
      };
    });
    made.set(id, { over, tell });
    return over;
  }

  return {
    begin: () => {
      isOpen = true;
      timer = setInterval(tick, tickMs);
      timer.unref();
      tick();
    },
    soon,
    worktreeMade,
    halt,
    launch,
    stop: async () => {
      isOpen = false;
      clearInterval(timer);
      for (const { stop } of working.values()) stop.abort();
      await Promise.all([...working.values()].map(({ over }) => over));
    },
  };
}

function isUnturned({ state }: Run): boolean {
  return state === 'seed' || state === 'waiting';
}

/** The API refused, and the time that it asked for is over. */
function askAgain(rooms: RunRooms, run: Run): Begun | null {
  try {
    return rooms.store.write(() => {
      const fresh = rooms.runs.one(run.id);
      if (fresh?.state !== 'waiting' || fresh.nextStep !== 'turn' || fresh.killAskedAt !== null) return null;
      const limit = limitReached(fresh, rooms.turns.ofRun(run.id));
      if (limit === null) return beginTurn(rooms, fresh);
      rooms.runs.replace(fresh, failed(limit.reason, limit.detail, rooms.now()));
      return null;
    });
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code !== 'SESSION_BUSY') throw error;
    const waitUntil = new Date(rooms.now().getTime() + AGAIN_MS).toISOString();
    changeRun(rooms, run.id, ({ state }) =>
      state === 'waiting' ? { waitUntil, detail: error.message } : null,
    );
    return null;
  }
}
