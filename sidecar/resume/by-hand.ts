import { HoldfastError } from '../errors/index.ts';
import type { Disabled } from './describe.ts';
import { cancel } from './end-entry.ts';
import { type Entry, isOpen, shownState } from './entry.ts';
import type { Held } from './gates.ts';
import type { ResumeRooms } from './rooms.ts';

const HOUR_MS = 3_600_000;

/** What a person does to the queue, each in one transaction. */
export function byHand(rooms: ResumeRooms) {
  const { store, entries, brakes, limits, clock } = rooms;

  function pause(): void {
    store.write(() => {
      const before = brakes.read();
      if (before.pausedAt === null) brakes.write({ ...before, pausedAt: clock.now().toISOString() });
    });
  }

  /** The time that the queue was paused takes nothing from an entry's life. */
  function resume(): void {
    store.write(() => {
      const before = brakes.read();
      if (before.pausedAt === null) return;
      const now = clock.now().getTime();
      for (const entry of entries.open()) {
        const from = Math.max(Date.parse(before.pausedAt), Date.parse(entry.queuedAt));
        const paused = Math.max(0, now - from); // A clock that was set back adds nothing.
        const expiresAt = new Date(Date.parse(entry.expiresAt) + paused).toISOString();
        if (paused > 0) entries.replace(entry, { expiresAt });
      }
      brakes.write({ ...before, pausedAt: null });
    });
  }

  function cancelEntry(id: string): void {
    store.write(() => {
      const entry = requireOpen(id);
      if (entry.state === 'starting') throw notOpen(entry, 'Its session is being started this moment.');
      cancel(rooms, entry);
    });
  }

  /** From any end but a revival, with all of its attempts; what caps it stays. The world counts as it is now. */
  async function requeue(id: string): Promise<void> {
    const before = requireEntry(id);
    requireRequeueable(before);
    const { directory, transcript } = before;
    const [branch, transcriptMark] = await Promise.all([
      rooms.world.isFolder(directory) ? rooms.world.branchOf(directory) : null,
      transcript === null ? null : rooms.world.markOf(transcript),
    ]);
    store.write(() => {
      const entry = requireEntry(id);
      requireRequeueable(entry);
      const now = clock.now();
      const at = now.toISOString();
      entries.replace(entry, {
        state: 'queued',
        reason: null,
        attempts: 0,
        nextAttemptAt: null,
        wouldResumeAt: null,
        branch,
        transcriptMark,
        queuedAt: at,
        expiresAt: new Date(now.getTime() + limits.entryTtlHours * HOUR_MS).toISOString(),
        endedAt: null,
      });
      entries.tell(id, at, 'requeued', 'By a person.');
    });
  }

  function requireEntry(id: string): Entry {
    const entry = entries.one(id);
    if (entry) return entry;
    throw new HoldfastError(
      'NOT_FOUND',
      `The resume queue has no entry ${id}.`,
      '`holdfast queue` lists those that it has.',
    );
  }

  function requireOpen(id: string): Entry {
    const entry = requireEntry(id);
    if (isOpen(entry)) return entry;
    throw notOpen(entry, '`holdfast queue requeue` opens it again, unless it was revived.');
  }

  function requireRequeueable(entry: Entry): void {
    if (isOpen(entry)) throw notRequeueable(entry, 'It is open already.');
    if (entry.state === 'respawned') {
      throw notRequeueable(entry, 'When its session dies again, that is a new entry.');
    }
    const other = entries.openOf(entry.sessionId);
    if (other) throw notRequeueable(entry, `Its session has an open entry: ${other.id}.`);
  }

  return { pause, resume, cancel: cancelEntry, requeue, requireOpen };
}

/** Why `drain` did nothing. */
export function heldBack(entry: Entry, { gate, detail }: Held, disabled: Disabled | null): HoldfastError {
  const details = { entryId: entry.id, gate };
  if (gate === 'paused') {
    return new HoldfastError(
      'QUEUE_PAUSED',
      'The resume queue is paused.',
      '`holdfast queue resume` goes on.',
      { details },
    );
  }
  if (gate === 'host-lock') {
    return queueDisabled(disabled ?? { reason: detail, hint: '`holdfast queue` says what to do.' });
  }
  return new HoldfastError(
    'QUEUE_HELD_BACK',
    `The entry ${entry.id} is held back by \`${gate}\`. ${detail}`,
    'It is tried by itself when that is over.',
    { details },
  );
}

export function queueDisabled({ reason, hint }: Disabled): HoldfastError {
  return new HoldfastError('QUEUE_DISABLED', `The resume queue is off: ${reason}.`, hint, {
    details: { reason },
  });
}

function notOpen(entry: Entry, hint: string): HoldfastError {
  return new HoldfastError('ENTRY_NOT_OPEN', `The entry ${entry.id} is ${shownState(entry)}.`, hint, {
    details: { state: shownState(entry) },
  });
}

function notRequeueable(entry: Entry, hint: string): HoldfastError {
  return new HoldfastError(
    'ENTRY_NOT_REQUEUEABLE',
    `The entry ${entry.id} is ${shownState(entry)} and cannot be queued again.`,
    hint,
    { details: { state: shownState(entry) } },
  );
}
