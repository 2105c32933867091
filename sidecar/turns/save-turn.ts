import type { ProcessIdentity } from '../machine/index.ts';
import type { Store } from '../store/index.ts';
import type { NewTurnEvent, TurnEventStore } from './event-store.ts';
import type { Ending, Leases } from './leases.ts';
import type { Line } from './read-lines.ts';
import { outcomeOf } from './read-result.ts';
import type { TurnRow, TurnStore } from './store.ts';
import type { Turn } from './turn.ts';
import { type Mask, understandLine } from './understand-line.ts';

/** `lastActivity` moves at most so often: each move is a row of the change log. */
const ACTIVITY_EVERY_MS = 2_000;

export type Ledger = {
  store: Store;
  turns: TurnStore;
  events: TurnEventStore;
  leases: Leases;
  mask: Mask;
  now: () => Date;
  /** Inside the transaction that closes a turn, once a turn. */
  ended: (turn: Turn) => void;
};

/** Why a turn without a result ended as it did. */
export type Fault = { class: string; text: string };

/**
 * The writes of one turn. Each is one transaction that moves the lease first, so that it fails as a whole with
 * `Superseded` where another sidecar has the turn now.
 */
export function turnWriter({ store, turns, events, leases, mask, now, ended }: Ledger, turnId: string) {
  let number = 0;
  let offset = 0;
  let toldAt = 0;
  let isCertain = false;

  /** At first, and after a failure: a commit may have been made and yet be told as failed. */
  function remember(): void {
    if (isCertain) return;
    number = events.highest(turnId);
    offset = leases.ofTurn(turnId)?.read_offset ?? offset;
    toldAt = Date.parse(turns.row(turnId)?.last_activity_at ?? '') || 0;
    isCertain = true;
  }

  function hasResult(): boolean {
    return events.last(turnId, 'result') !== undefined;
  }

  /** Returns how many events there were in the lines, and whether the result was one of them. */
  function save(lines: Line[]): { events: number; result: boolean } {
    remember();
    isCertain = false;
    const saved = saveAll(lines);
    isCertain = true;
    return saved;
  }

  function saveAll(given: Line[]): { events: number; result: boolean } {
    const lines = given.filter(({ end }) => end > offset); // What the ledger has is not given to it again.
    const found = lines.filter(({ text }) => text.trim() !== '').map((line) => understandLine(line, mask));
    const understood = found.filter((event) => event !== null);
    const at = now();
    const end = lines.at(-1)?.end ?? offset;
    const activity = understood.length > 0 && Math.abs(at.getTime() - toldAt) >= ACTIVITY_EVERY_MS;
    const last = store.write(() => {
      leases.move(turnId, end);
      const row = turns.row(turnId);
      if (!row) return number;
      const change: Partial<TurnRow> = {};
      const written: NewTurnEvent[] = [...understood];
      const seen = understood.find(({ sessionId }) => sessionId !== null)?.sessionId ?? null;
      if (row.seen_session_id === null && seen !== null) {
        change.seen_session_id = seen;
        if (seen !== row.session_id) written.push(mismatch(row.session_id, seen));
      }
      if (understood.length < found.length)
        change.malformed = row.malformed + found.length - understood.length;
      if (activity) change.last_activity_at = at.toISOString();
      for (const [index, event] of written.entries())
        events.add(turnId, number + index + 1, at.toISOString(), event);
      if (Object.keys(change).length > 0) turns.change(turnId, change);
      return number + written.length;
    });
    number = last; // Only now: lines of a transaction that failed are given again.
    offset = end;
    if (activity) toldAt = at.getTime();
    const before = lines.length < given.length && hasResult();
    return { events: understood.length, result: before || understood.some(({ type }) => type === 'result') };
  }

  return {
    save,
    offset: (): number => {
      remember();
      return offset;
    },
    check: (): void => leases.check(turnId),
    hasResult,
    running: ({ pid, processStart, bootId }: ProcessIdentity): void =>
      store.write(() => {
        leases.check(turnId);
        if (turns.row(turnId)?.state !== 'spawning') return;
        turns.change(turnId, { state: 'running', pid, process_start: processStart, boot_id: bootId });
      }),
    decide: (ending: Ending): void => store.write(() => leases.decide(turnId, ending)),
    /** The result decides, unless the end was decided for it before one came. */
    close: (ending: Ending | null, fault: () => Fault): void =>
      store.write(() => {
        leases.end(turnId);
        const at = now();
        const outcome = outcomeOf(events, turnId, at);
        const state = ending ?? outcome?.state ?? 'crashed';
        const failed =
          state === 'crashed' ? { error: JSON.stringify({ ...mask(fault()), retryAfterMs: null }) } : {};
        turns.change(turnId, { ...outcome, ...failed, state, ended_at: at.toISOString() });
        const turn = turns.one(turnId);
        if (turn) ended(turn);
      }),
  };
}

export type TurnWriter = ReturnType<typeof turnWriter>;

function mismatch(asked: string, seen: string): NewTurnEvent {
  const body = JSON.stringify({ type: 'resume_mismatch', asked, seen });
  const bytes = Buffer.byteLength(body);
  return { source: 'holdfast', type: 'resume_mismatch', subtype: null, tools: 0, bytes, cut: false, body };
}
