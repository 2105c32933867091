import { type Entry, type Gate, isOpen, shownState } from './entry.ts';
import type { Gates } from './gates.ts';
import { DAY_MS } from './judge-death.ts';
import type { LockState, LockView } from './keep-lock.ts';
import type { ResumeRooms } from './rooms.ts';

const SHOWN_REFUSALS = 20;

/** Why the queue acts on nothing: a word, and what a person can do. */
export type Disabled = { reason: string; hint: string };

/** Null: it is on. */
export function disabledBy(enabled: boolean, lock: LockState): Disabled | null {
  if (!enabled) {
    return {
      reason: 'config-off',
      hint: 'Set monitoring.resumeQueue.enabled to true: `holdfast config set monitoring.resumeQueue.enabled true`.',
    };
  }
  return lock.held ? null : { reason: lock.reason, hint: lock.hint };
}

/** The whole queue, as it is at this moment. Reading writes nothing. */
export function describeQueue(rooms: ResumeRooms, gates: Gates) {
  const { entries, brakes, refusals, limits, lock } = rooms;
  const state = lock.state();
  const disabled = disabledBy(limits.enabled, state);
  const held = gates.held();
  const { pausedAt } = brakes.read();
  return {
    enabled: disabled === null,
    disabledReason: disabled?.reason ?? null,
    ...(disabled && { hint: disabled.hint }),
    dryRun: limits.dryRun,
    paused: pausedAt !== null,
    pausedAt,
    heldBy: held?.gate ?? null,
    heldWhy: held?.detail ?? null,
    entries: [...entries.open(), ...entries.ended()].map((entry) =>
      describeEntry(rooms, gates, entry, held?.gate),
    ),
    tombstones: tombstones(rooms),
    refusals: refusals.newest(SHOWN_REFUSALS),
    lock: describeLock(state, lock.look()),
  };
}

export function describeEntry(
  { entries }: Pick<ResumeRooms, 'entries'>,
  gates: Gates,
  entry: Entry,
  held: Gate | undefined,
) {
  const { unfinished } = entry;
  const waits = entry.state === 'queued';
  return {
    id: entry.id,
    runId: entry.runId,
    sessionId: entry.sessionId,
    state: shownState(entry),
    open: isOpen(entry),
    gate: waits ? (held ?? (gates.backsOff(entry) ? ('backoff' as const) : null)) : null,
    why: entry.why,
    diedAt: entry.diedAt,
    unfinished: [
      ...unfinished.strong.map((sign) => ({ ...sign, strength: 'strong' as const })),
      ...unfinished.weak.map((sign) => ({ ...sign, strength: 'weak' as const })),
    ],
    directory: entry.directory,
    branch: entry.branch,
    attempts: entry.attempts,
    nextAttemptAt: entry.nextAttemptAt,
    wouldResumeAt: entry.wouldResumeAt,
    turnId: entry.turnId,
    queuedAt: entry.queuedAt,
    expiresAt: entry.expiresAt,
    endedAt: entry.endedAt,
    history: entries.history(entry.id),
    version: entry.version,
  };
}

/** What was revived in the last 24 hours: how often, and until when it is at its cap. */
function tombstones({ brakes, limits, clock }: ResumeRooms) {
  const after = new Date(clock.now().getTime() - DAY_MS).toISOString();
  const groups = new Map<string, { runId: string | null; sessionId: string; times: string[] }>();
  for (const { runId, sessionId, at } of brakes.tombstones(after)) {
    const key = runId ?? sessionId;
    const group = groups.get(key) ?? { runId, sessionId, times: [] };
    group.times.push(at);
    groups.set(key, { ...group, sessionId });
  }
  return [...groups.values()].map(({ runId, sessionId, times }) => {
    const capped = times.length >= limits.maxResurrections;
    const freed = times[times.length - limits.maxResurrections];
    return {
      runId,
      sessionId,
      revivals: times.length,
      lastAt: times.at(-1) ?? '',
      capped,
      cappedUntil: capped && freed ? new Date(Date.parse(freed) + DAY_MS).toISOString() : null,
    };
  });
}

function describeLock(state: LockState, found: LockView | null) {
  return {
    held: state.held,
    how: state.held ? state.how : null,
    reason: state.held ? null : state.reason,
    detail: state.detail,
    found,
  };
}
