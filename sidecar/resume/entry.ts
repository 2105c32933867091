import type { Unfinished } from '../sessions/index.ts';

/**
 * One death of a run, or of a session that a person marked, and what is done about it.
 *
 *   queued → starting → respawned
 *            starting → queued         the attempt failed; another one follows
 *
 * queued       waits for its turn; a gate may hold it back
 * starting     its turn is committed, and has not proved alive yet
 * respawned    its session spoke again
 * cancelled    by a person
 * invalidated  the world is not as it was: the reason says what
 * gave-up      tried too often, for too long, or pushed out
 *
 * `requeue` leads back to `queued` from every end but `respawned`.
 */
export const ENTRY_STATES = [
  'queued',
  'starting',
  'respawned',
  'cancelled',
  'invalidated',
  'gave-up',
] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

/** Why nothing is revived now, in the order in which they are asked. `backoff` is an entry's own. */
export const GATES = ['paused', 'host-lock', 'breaker', 'calm', 'live-sessions', 'spend', 'backoff'] as const;
export type Gate = (typeof GATES)[number];

export type GaveUp = 'attempts' | 'resurrection-cap' | 'expired' | 'evicted';

export type Entry = {
  seq: number;
  id: string;
  death: string;
  sessionId: string;
  runId: string | null;
  state: EntryState;
  /** Of an invalidated one or one that was given up. */
  reason: string | null;
  diedAt: string;
  why: string;
  unfinished: Unfinished;
  directory: string;
  branch: string | null;
  transcript: string | null;
  transcriptMark: string | null;
  attempts: number;
  nextAttemptAt: string | null;
  turnId: string | null;
  wouldResumeAt: string | null;
  queuedAt: string;
  expiresAt: string;
  endedAt: string | null;
  version: number;
};

export type HistoryRow = { at: string; what: string; detail: string | null };

export function isOpen({ state }: Pick<Entry, 'state'>): boolean {
  return state === 'queued' || state === 'starting';
}

/** As people and routes name it. */
export function shownState({ state, reason }: Pick<Entry, 'state' | 'reason'>): string {
  return reason === null ? state : `${state}:${reason}`;
}
