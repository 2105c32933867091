import type { Store } from '../store/index.ts';
import type { LastEvents } from './last-events.ts';
import { isGone, type LookAtProcess, type ProcessFate, processFate } from './process-fate.ts';
import type { Unfinished } from './signs.ts';
import type { Reaping, SessionStore, WatchedRow } from './store.ts';

export type SweepRooms = {
  store: Store;
  sessions: SessionStore;
  lastEvents: LastEvents;
  unfinishedOf: (sessionId: string) => Promise<Unfinished>;
  /** Events that happened earlier are still to be taken: a SessionEnd may be among them. */
  eventsWait: () => boolean;
  /** The sidecar is stopping: what was not judged yet is judged by the next one. */
  closing: AbortSignal;
  reaped: (sessionId: string, reaping: Pick<Reaping, 'why' | 'unfinished'>) => void;
  /** What a session left could not be told; it is tried again. */
  failed: (sessionId: string, error: unknown) => void;
  lookAt?: LookAtProcess;
  clock?: Clock;
};

export type Clock = {
  /** Of the wall: it goes on while the machine sleeps, and jumps where it is set. */
  now: () => number;
  /** Since some moment: it does neither. */
  steady: () => number;
};

export type Swept = { looked: number; suspected: number; reaped: number; jumped: boolean };

/**
 * A client's last hook may still be on its way when its process is gone, so a death counts only when it is
 * seen a second time, so much later, with nothing heard in between.
 */
export const CERTAIN_AFTER_MS = 1_000;
/** Wall and steady clock part by more than this: the machine slept, or its clock was set. */
const JUMP_MS = 5_000;
/** A spool that does not empty holds the watchdog up no longer than this. */
const PATIENCE_MS = 60_000;
/** So many go into one transaction. */
const AT_ONCE = 20;

type Suspect = { row: WatchedRow; why: Reaping['why']; newest: number; since: number };

/** Returns the sweep, which compares the registry with the process table. One at a time. */
export function newSweep(rooms: SweepRooms): () => Promise<Swept> {
  const { store, sessions, lastEvents, unfinishedOf, eventsWait, closing, reaped, failed } = rooms;
  const { lookAt = processFate, clock = { now: Date.now, steady: () => performance.now() } } = rooms;
  let suspects = new Map<string, Suspect>();
  let before: { now: number; steady: number } | null = null;
  let waitingSince: number | null = null;

  return async () => {
    const jumped = hasJumped();
    // What was suspected before the machine slept may have had no time to speak since.
    if (jumped) suspects = new Map();
    const rows = sessions.watched();
    suspects = suspectsAmong(rows);
    const certain = mayJudge() ? [...suspects.values()].filter(isCertain) : [];
    let count = 0;
    for (let i = 0; i < certain.length && !closing.aborted; i += AT_ONCE)
      count += await reapAll(certain.slice(i, i + AT_ONCE));
    return { looked: rows.length, suspected: suspects.size, reaped: count, jumped };
  };

  function hasJumped(): boolean {
    const at = { now: clock.now(), steady: clock.steady() };
    const last = before ?? at;
    before = at;
    return Math.abs(at.now - last.now - (at.steady - last.steady)) > JUMP_MS;
  }

  function suspectsAmong(rows: WatchedRow[]): Map<string, Suspect> {
    const found = new Map<string, Suspect>();
    for (const row of rows) {
      const why = fateOf(row);
      if (!isGone(why)) continue;
      const newest = lastEvents.newest(row.id);
      const known = suspects.get(row.id);
      const same = known?.row.version === row.version && known.newest === newest;
      found.set(row.id, same ? known : { row, why, newest, since: clock.steady() });
    }
    return found;
  }

  function fateOf({ pid, process_start, boot_id }: WatchedRow): ProcessFate {
    return lookAt({ pid, processStart: process_start, bootId: boot_id });
  }

  function mayJudge(): boolean {
    if (!eventsWait()) waitingSince = null;
    else waitingSince ??= clock.steady();
    return waitingSince === null || clock.steady() - waitingSince > PATIENCE_MS;
  }

  function isCertain({ since }: Suspect): boolean {
    return clock.steady() - since >= CERTAIN_AFTER_MS;
  }

  async function reapAll(some: Suspect[]): Promise<number> {
    const judged = await Promise.all(some.map(withWhatItLeft));
    // Git was cut short then, so what it left is not the whole of it.
    if (closing.aborted) return 0;
    const gone = store.write(() => judged.flatMap((one) => (one !== null && reap(one) ? [one] : [])));
    for (const { row, why, unfinished } of gone) {
      suspects.delete(row.id);
      reaped(row.id, { why, unfinished });
    }
    return gone.length;
  }

  async function withWhatItLeft(suspect: Suspect): Promise<(Suspect & { unfinished: Unfinished }) | null> {
    try {
      return { ...suspect, unfinished: await unfinishedOf(suspect.row.id) };
    } catch (error) {
      failed(suspect.row.id, error);
      return null;
    }
  }

  /** Whatever was heard meanwhile wins, also where it left the row as it was: a Stop after a Stop. */
  function reap({ row, why, newest, unfinished }: Suspect & { unfinished: Unfinished }): boolean {
    if (lastEvents.newest(row.id) !== newest) return false;
    return sessions.reap(row, { at: new Date(clock.now()).toISOString(), why, unfinished });
  }
}
