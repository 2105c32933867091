import { HoldfastError, messageOf } from '../errors/index.ts';
import type { Unfinished } from '../sessions/index.ts';
import { failBeforehand, startRevival } from './attempt.ts';
import { checkWorld, isAlive } from './check-world.ts';
import { giveUp, invalidate } from './end-entry.ts';
import { type Entry, isOpen } from './entry.ts';
import type { Gates, Held } from './gates.ts';
import type { ResumeRooms } from './rooms.ts';

/** What came of looking at one entry. */
export type Exercised = 'started' | 'would-resume' | 'ended' | 'held';

export type Ticked = { held: Held | null; exercised: Exercised | null; entryId: string | null };

/** By entry, that it is over: decided and not written yet. They go with the next transaction of their tick. */
type Ends = Map<string, () => void>;

/**
 * Returns one tick of the drainer, and the same for one entry by a person's word. They never overlap: the
 * caller runs one at a time.
 */
export function newDrainer(rooms: ResumeRooms, gates: Gates) {
  const { store, entries, limits, clock } = rooms;
  /** By entry, when it was looked at last: in a dry run each has its turn. */
  const looked = new Map<string, number>();
  let looks = 0;

  async function tick(): Promise<Ticked> {
    gates.feel();
    rooms.lock.stillMine(); // Beats, and finds its loss.
    const held = gates.held();
    const paused = held?.gate === 'paused';
    const open = entries.open();
    for (const id of looked.keys()) if (!open.some((entry) => entry.id === id)) looked.delete(id);
    const ends = whatIsOver(open, paused);
    const exercised = held ? null : await exerciseOne(open, ends);
    if (ends.size > 0) writeWith(ends, () => {});
    return { held, exercised: exercised?.came ?? null, entryId: exercised?.entryId ?? null };
  }

  async function exerciseOne(
    open: Entry[],
    ends: Ends,
  ): Promise<{ came: Exercised; entryId: string } | null> {
    const skipped = new Set(ends.keys());
    for (let next = choose(open, skipped); next; next = choose(open, skipped)) {
      const came = await exercise(next, ends);
      if (came !== 'ended') return { came, entryId: next.id };
      skipped.add(next.id); // It cost nothing: the next one may have its turn at once.
    }
    return null;
  }

  /** Whose life is over, or who lives again by somebody else's doing. */
  function whatIsOver(open: Entry[], paused: boolean): Ends {
    const now = clock.now().toISOString();
    const ends: Ends = new Map();
    for (const entry of open) {
      if (entry.state !== 'queued') continue;
      if (livesAgain(entry))
        ends.set(entry.id, () => invalidate(rooms, entry, 'running', 'Somebody else has gone on with it.'));
      else if (!paused && entry.expiresAt <= now) {
        const detail = `Nothing came of it in ${limits.entryTtlHours} hours.`;
        ends.set(entry.id, () => giveUp(rooms, entry, 'expired', detail));
      }
    }
    return ends;
  }

  /** Whoever has written an entry since keeps what he wrote. */
  function writeWith(ends: Ends, work: () => void): void {
    store.write(() => {
      for (const end of ends.values()) end();
      work();
    });
    ends.clear();
  }

  function livesAgain({ runId, sessionId }: Entry): boolean {
    const run = runId === null ? undefined : rooms.runs.one(runId);
    if (run && run.state !== 'failed' && run.state !== 'killed' && run.state !== 'completed') return true;
    return isAlive(rooms.sessions, sessionId);
  }

  /** What a person works with goes first, then what waits longest; in a dry run whoever was not looked at for longest. */
  function choose(open: Entry[], skipped: ReadonlySet<string>): Entry | undefined {
    const due = open.filter(
      (entry) => entry.state === 'queued' && !skipped.has(entry.id) && !gates.backsOff(entry),
    );
    const rank = ({ id, runId, seq }: Entry) => [
      limits.dryRun ? (looked.get(id) ?? 0) : 0,
      runId === null ? 0 : 1,
      seq,
    ];
    return due.sort((a, b) => compare(rank(a), rank(b)))[0];
  }

  async function exercise(entry: Entry, ends: Ends): Promise<Exercised> {
    looked.set(entry.id, ++looks);
    const found = await look(entry);
    if (found === null) return 'held';
    if (found.changed) {
      const { why, detail } = found.changed;
      ends.set(entry.id, () => invalidate(rooms, entry, why, detail));
      return 'ended';
    }
    return limits.dryRun ? wouldResume(entry, ends) : start(entry, found.unfinished, ends);
  }

  /** What cannot be told is no go-ahead: it counts as an attempt that failed, and keeps no other entry waiting. */
  async function look(entry: Entry): Promise<Awaited<ReturnType<typeof checkWorld>> | null> {
    try {
      return await checkWorld(rooms, entry);
    } catch (error) {
      rooms.warn('nobody could look whether an entry may go on', {
        entryId: entry.id,
        why: messageOf(error),
      });
      if (!limits.dryRun) failBeforehand(rooms, entry, error);
      return null;
    }
  }

  function wouldResume(entry: Entry, ends: Ends): Exercised {
    if (entry.wouldResumeAt === null) {
      writeWith(ends, () => {
        const fresh = entries.one(entry.id);
        if (fresh?.state !== 'queued' || fresh.wouldResumeAt !== null) return;
        const at = clock.now().toISOString();
        entries.replace(fresh, { wouldResumeAt: at });
        entries.tell(entry.id, at, 'would-resume', 'The queue is a dry run: nothing was started.');
      });
    }
    return 'would-resume';
  }

  function start(entry: Entry, unfinished: Unfinished, ends: Ends): Exercised {
    try {
      const started = startRevival(rooms, entry, unfinished, ends);
      ends.clear();
      if (started) return 'started';
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'SESSION_BUSY') {
        ends.set(entry.id, () => invalidate(rooms, entry, 'running', error.message));
        return 'ended';
      }
      rooms.warn('a revival could not begin', { entryId: entry.id, why: messageOf(error) });
      failBeforehand(rooms, entry, error); // Unless it was committed all the same: then it is followed.
      return 'held';
    }
    const fresh = entries.one(entry.id);
    return fresh && isOpen(fresh) ? 'held' : 'ended';
  }

  return {
    tick,
    /** By a person's word, with every gate but the calm ticks. */
    drain: async ({ id }: Entry): Promise<{ held: Held } | { exercised: Exercised }> => {
      rooms.lock.stillMine();
      const held = gates.held({ skipCalm: true });
      if (held) return { held };
      // It stood in line: what was done before its turn counts.
      const entry = entries.one(id);
      if (entry?.state !== 'queued') return { exercised: 'held' };
      if (gates.backsOff(entry)) {
        const detail = `Attempt ${entry.attempts} failed; the next one is at ${entry.nextAttemptAt}.`;
        return { held: { gate: 'backoff', detail } };
      }
      const ends: Ends = new Map();
      const exercised = await exercise(entry, ends);
      if (ends.size > 0) writeWith(ends, () => {});
      return { exercised };
    },
  };
}

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
