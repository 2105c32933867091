import { HoldfastError, messageOf } from '../errors/index.ts';
import type { Unfinished } from '../sessions/index.ts';
import { failBeforehand, startRevival } from './attempt.ts';
import { checkWorld } from './check-world.ts';
import { giveUp, invalidate } from './end-entry.ts';
import { type Entry, isOpen } from './entry.ts';
import type { Gates, Held } from './gates.ts';
import type { ResumeRooms } from './rooms.ts';

/** What came of looking at one entry. */
export type Exercised = 'started' | 'would-resume' | 'ended' | 'held';

export type Ticked = { held: Held | null; exercised: Exercised | null; entryId: string | null };

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
    const open = endWhatIsOver(entries.open(), paused);
    for (const id of looked.keys()) if (!open.some((entry) => entry.id === id)) looked.delete(id);
    if (held) return { held, exercised: null, entryId: null };
    const skipped = new Set<string>();
    for (;;) {
      const next = choose(open, skipped);
      if (!next) return { held: null, exercised: null, entryId: null };
      const exercised = await exercise(next);
      if (exercised !== 'ended') return { held: null, exercised, entryId: next.id };
      skipped.add(next.id); // It cost nothing: the next one may have its turn at once.
    }
  }

  /** Whose life is over, or who lives again by somebody else's doing. One transaction, and none where there is nothing. */
  function endWhatIsOver(open: Entry[], paused: boolean): Entry[] {
    const now = clock.now().toISOString();
    const over = open.flatMap((entry) => {
      if (entry.state !== 'queued') return [];
      if (livesAgain(entry)) return [{ entry, expired: false }];
      return !paused && entry.expiresAt <= now ? [{ entry, expired: true }] : [];
    });
    if (over.length === 0) return open;
    store.write(() => {
      for (const { entry, expired } of over) {
        if (expired) giveUp(rooms, entry, 'expired', `Nothing came of it in ${limits.entryTtlHours} hours.`);
        else invalidate(rooms, entry, 'running', 'Somebody else has gone on with it.');
      }
    });
    return entries.open();
  }

  function livesAgain({ runId, sessionId }: Entry): boolean {
    const run = runId === null ? undefined : rooms.runs.one(runId);
    if (run && run.state !== 'failed' && run.state !== 'killed' && run.state !== 'completed') return true;
    const session = rooms.sessions.one(sessionId);
    return session !== undefined && session.pid !== null && rooms.sessions.isLive(sessionId);
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

  async function exercise(entry: Entry): Promise<Exercised> {
    looked.set(entry.id, ++looks);
    const found = await look(entry);
    if (found === null) return 'held';
    if (found.changed) {
      const { why, detail } = found.changed;
      store.write(() => {
        const fresh = entries.one(entry.id);
        if (fresh?.state === 'queued' && fresh.version === entry.version)
          invalidate(rooms, fresh, why, detail);
      });
      return 'ended';
    }
    return limits.dryRun ? wouldResume(entry) : start(entry, found.unfinished);
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

  function wouldResume(entry: Entry): Exercised {
    if (entry.wouldResumeAt === null) {
      store.write(() => {
        const fresh = entries.one(entry.id);
        if (fresh?.state !== 'queued' || fresh.wouldResumeAt !== null) return;
        const at = clock.now().toISOString();
        entries.replace(fresh, { wouldResumeAt: at });
        entries.tell(entry.id, at, 'would-resume', 'The queue is a dry run: nothing was started.');
      });
    }
    return 'would-resume';
  }

  function start(entry: Entry, unfinished: Unfinished): Exercised {
    try {
      if (startRevival(rooms, entry, unfinished)) return 'started';
    } catch (error) {
      if (error instanceof HoldfastError && error.code === 'SESSION_BUSY') {
        store.write(() => invalidate(rooms, entry, 'running', error.message));
        return 'ended';
      }
      rooms.warn('a revival could not begin', { entryId: entry.id, why: messageOf(error) });
      const written = entries.one(entry.id);
      if (written?.state === 'starting' && written.turnId !== null) {
        // It was committed all the same. Its client is started once, however often that is asked for.
        rooms.turns.launch(written.turnId);
        return 'started';
      }
      failBeforehand(rooms, entry, error);
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
      return { exercised: await exercise(entry) };
    },
  };
}

function compare(a: number[], b: number[]): number {
  const at = a.findIndex((value, index) => value !== b[index]);
  return at < 0 ? 0 : (a[at] ?? 0) - (b[at] ?? 0);
}
