import type { Entry, GaveUp } from './entry.ts';
import type { ResumeRooms } from './rooms.ts';

type Rooms = Pick<ResumeRooms, 'entries' | 'clock'>;

/** Each of these runs inside a transaction of the caller's. Null: somebody else has written the entry since. */
export function giveUp(rooms: Rooms, entry: Entry, reason: GaveUp, detail: string): Entry | null {
  return end(rooms, entry, { state: 'gave-up', reason }, detail);
}

export function invalidate(rooms: Rooms, entry: Entry, why: string, detail: string | null): Entry | null {
  return end(rooms, entry, { state: 'invalidated', reason: why }, detail);
}

export function cancel(rooms: Rooms, entry: Entry): Entry | null {
  return end(rooms, entry, { state: 'cancelled', reason: null }, 'By a person.');
}

function end(
  { entries, clock }: Rooms,
  entry: Entry,
  to: Pick<Entry, 'state' | 'reason'>,
  detail: string | null,
): Entry | null {
  const at = clock.now().toISOString();
  const ended = entries.replace(entry, { ...to, endedAt: at, nextAttemptAt: null });
  if (ended) entries.tell(entry.id, at, to.reason === null ? to.state : `${to.state}:${to.reason}`, detail);
  return ended;
}
