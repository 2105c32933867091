import { messageOf } from '../errors/index.ts';
import type { Unfinished } from '../sessions/index.ts';
import { type Changed, checkLedger } from './check-world.ts';
import { deathNow } from './deaths.ts';
import { giveUp, invalidate } from './end-entry.ts';
import type { Entry } from './entry.ts';
import { BREAKER_MS, backoffMs } from './gates.ts';
import { DAY_MS } from './judge-death.ts';
import { paragraphOf, promptOf } from './prompt.ts';
import type { ResumeRooms } from './rooms.ts';
import { step } from './step.ts';

/** So many failures in a row, over all entries, and nothing is tried for a while. */
const MOST_FAILURES = 3;

/**
 * One revival. The entry is `starting`, its turn and its run are written in one transaction, and only then
 * is a process started: a sidecar that dies in between leaves a turn that the engine decides about, and an
 * entry that says which.
 */
export function startRevival(
  rooms: ResumeRooms,
  { id }: Entry,
  unfinished: Unfinished,
  /** Written with it. */
  ends: ReadonlyMap<string, () => void>,
): Entry | null {
  const { store, entries, turns, runs, clock } = rooms;
  step('decided', id);
  const begun = store.write(() => {
    for (const end of ends.values()) end();
    const entry = entries.one(id);
    if (entry?.state !== 'queued') return null;
    const changed = checkLedger(rooms, entry);
    if (changed) return end(rooms, entry, changed);
    if (isTooOften(rooms, entry)) {
      giveUp(rooms, entry, 'resurrection-cap', 'It was revived as often as it may be in 24 hours.');
      return null;
    }
    // Asked again: to look at the world took time. The lock last of all: whoever took it would revive the same.
    if (rooms.brakes.read().pausedAt !== null || !rooms.lock.stillMine()) return null;
    return begin(rooms, entry, unfinished);
  });
  if (!begun) return null;
  step('starting', id);
  if (begun.launch) begun.launch();
  step('launched', id);
  return begun.entry;

  function begin(rooms: ResumeRooms, entry: Entry, unfinished: Unfinished) {
    const attempts = entry.attempts + 1;
    const at = clock.now().toISOString();
    const run = entry.runId === null ? undefined : runs.one(entry.runId);
    if (run) {
      const begun = runs.beginRevival(run, paragraphOf(entry, unfinished));
      if (!begun) return null;
      return { entry: starting(begun.turnId), launch: () => void runs.launch(begun) };
    }
    const turn = turns.begin({
      runId: null,
      sessionId: entry.sessionId,
      resume: true,
      directory: entry.directory,
      prompt: promptOf(entry, unfinished),
      claude: runs.findClaude(),
      model: null, // As the session's transcript says.
      permissionMode: permissionMode(rooms, entry),
    });
    return { entry: starting(turn.id), launch: () => turns.launch(turn.id) };

    function starting(turnId: string): Entry {
      const changed = entries.replace(entry, { state: 'starting', attempts, turnId, unfinished });
      // Read in this very transaction: nobody can have changed it.
      if (!changed) throw new Error(`the entry ${entry.id} changed under its own transaction`);
      entries.tell(entry.id, at, 'attempt', `Attempt ${attempts}.`);
      return changed;
    }
  }
}

/** An attempt that could not even begin, such as one without a client to start. */
export function failBeforehand(rooms: ResumeRooms, { id }: Entry, error: unknown): void {
  rooms.store.write(() => {
    const entry = rooms.entries.one(id);
    if (entry?.state === 'queued')
      fail(rooms, { ...entry, attempts: entry.attempts + 1 }, messageOf(error), null);
  });
}

/** What became of an attempt, as far as its turn tells. Resolves with whether it is still open. */
export async function followAttempt(rooms: ResumeRooms, entry: Entry): Promise<boolean> {
  const turn = entry.turnId === null ? undefined : rooms.turns.one(entry.turnId);
  const seen = turn?.seenSessionId ?? null;
  if (seen === entry.sessionId) {
    step('alive', entry.id);
    respawned(rooms, entry);
    return false;
  }
  if (turn && turn.endedAt === null && seen === null) {
    // Its start was cut off between commit and launch. What was launched before is not launched again.
    if (turn.state === 'spawning') rooms.turns.launch(turn.id);
    return true;
  }
  if (turn && turn.endedAt === null) await rooms.turns.stop(turn.id);
  const why =
    seen !== null
      ? `It answered as the session ${seen}.`
      : (rooms.turns.one(turn?.id ?? '')?.error?.text ?? 'Its client was gone before it said anything.');
  const mark = entry.transcript === null ? null : await rooms.world.markOf(entry.transcript);
  rooms.store.write(() => {
    const fresh = rooms.entries.one(entry.id);
    if (fresh?.state !== 'starting' || fresh.turnId !== entry.turnId) return;
    const run = fresh.runId === null ? undefined : rooms.runs.one(fresh.runId);
    if (run?.state === 'killed') invalidate(rooms, fresh, 'stopped', 'A person ended the run.');
    else fail(rooms, fresh, why, mark);
  });
  step('failed', entry.id);
  return false;
}

function respawned(rooms: ResumeRooms, { id, turnId }: Entry): void {
  const { store, entries, brakes, clock } = rooms;
  store.write(() => {
    const entry = entries.one(id);
    if (entry?.state !== 'starting' || entry.turnId === null || entry.turnId !== turnId) return;
    const at = clock.now().toISOString();
    entries.replace(entry, { state: 'respawned', endedAt: at, nextAttemptAt: null });
    entries.tell(id, at, 'respawned', null);
    brakes.bury({ ...entry, turnId: entry.turnId }, at);
    const before = brakes.read();
    if (before.failures > 0) brakes.write({ ...before, failures: 0 });
  });
  step('respawned', id);
}

/** Inside a transaction. `entry.attempts` counts this one. */
function fail(rooms: ResumeRooms, entry: Entry, why: string, mark: string | null): void {
  const { entries, brakes, refusals, limits, clock } = rooms;
  const now = clock.now();
  const at = now.toISOString();
  const before = brakes.read();
  const failures = before.failures + 1;
  const trips = failures >= MOST_FAILURES;
  brakes.write({
    ...before,
    failures: trips ? 0 : failures,
    breakerUntil: trips ? new Date(now.getTime() + BREAKER_MS).toISOString() : before.breakerUntil,
  });
  // The attempt's own death is answered by this entry, and opens no other.
  const death = deathNow(rooms, entry);
  if (death && death.key !== entry.death) {
    const { key, sessionId, runId } = death;
    const detail = `It died in an attempt of the entry ${entry.id}.`;
    refusals.add({ death: key, sessionId, runId, at, reason: 'duplicate', detail });
  }
  entries.tell(entry.id, at, 'attempt-failed', why);
  if (entry.attempts >= limits.maxAttempts) {
    giveUp(rooms, entry, 'attempts', `${entry.attempts} attempts failed.`);
    return;
  }
  const nextAttemptAt = new Date(now.getTime() + backoffMs(entry.attempts)).toISOString();
  const transcriptMark = mark ?? entry.transcriptMark;
  entries.replace(entry, { state: 'queued', attempts: entry.attempts, nextAttemptAt, transcriptMark });
}

export function isTooOften({ brakes, limits, clock }: ResumeRooms, entry: Entry): boolean {
  const since = new Date(clock.now().getTime() - DAY_MS).toISOString();
  return brakes.revivals(entry, since) >= limits.maxResurrections;
}

function end(rooms: ResumeRooms, entry: Entry, { why, detail }: Changed): null {
  invalidate(rooms, entry, why, detail);
  return null;
}

/** As it was; everything at once is allowed to a session only where a person said so for all of them. */
function permissionMode({ sessions, limits }: ResumeRooms, { sessionId }: Entry): string {
  const recorded = sessions.one(sessionId)?.permission_mode ?? null;
  return recorded === null || recorded === 'bypassPermissions' ? limits.permissionMode : recorded;
}
