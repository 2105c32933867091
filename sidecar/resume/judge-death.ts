import type { Unfinished } from '../sessions/index.ts';
import type { Death } from './deaths.ts';
import type { Entry } from './entry.ts';
import type { Refusal } from './refusal-store.ts';
import type { ResumeRooms } from './rooms.ts';

export type Refused = { reason: Refusal; detail: string };

export const DAY_MS = 86_400_000;

type Rooms = Pick<ResumeRooms, 'sessions' | 'runs' | 'turns' | 'entries' | 'brakes' | 'limits' | 'clock'>;

/**
 * Whether a death may get an entry, the first reason against it first. Two halves, since what was left
 * undone takes time to find out and is asked only where nothing else is against it.
 */
export function refusedBeforehand(rooms: Rooms, death: Death): Refused | null {
  return (
    notTerminal(rooms, death) ??
    killedByPerson(rooms, death) ??
    stalled(rooms, death) ??
    notAutonomous(rooms, death) ??
    noResumePath(rooms, death)
  );
}

export function refusedAfterwards(rooms: Rooms, death: Death, unfinished: Unfinished): Refused | null {
  return (
    insufficient(unfinished) ?? duplicate(rooms, death) ?? tooOften(rooms, death) ?? disabled(rooms.limits)
  );
}

/** One strong sign, or two weak ones. */
export function isUnfinished({ strong, weak }: Unfinished): boolean {
  return strong.length > 0 || weak.length > 1;
}

function notTerminal({ sessions, runs }: Rooms, { sessionId }: Death): Refused | null {
  const run = runs.ofSession(sessionId);
  const state = run?.state ?? 'failed';
  if (run && state !== 'failed' && state !== 'killed' && state !== 'completed') {
    return refuse('not-terminal', `The run ${run.id} is ${state}.`);
  }
  // Of a run's client the turn engine knows that it is gone, also where no hook could name its process.
  const pid = sessions.one(sessionId)?.pid ?? null;
  if ((pid !== null || !run) && sessions.isLive(sessionId)) {
    return refuse('not-terminal', `Its process${pid === null ? '' : ` ${pid}`} may still run.`);
  }
  return null;
}

function killedByPerson({ runs, turns }: Rooms, { runId, sessionId }: Death): Refused | null {
  const run = runId === null ? undefined : runs.one(runId);
  if (run?.state === 'killed') return refuse('operator-kill', 'A person ended the run.');
  if (runId === null && turns.lastOfSession(sessionId)?.state === 'aborted') {
    return refuse('operator-kill', 'Its turn was stopped.');
  }
  return null;
}

function stalled({ turns }: Rooms, { sessionId }: Death): Refused | null {
  return turns.lastOfSession(sessionId)?.state === 'stalled'
    ? refuse('stall-kill', 'The stall watchdog ended its turn, and would end the next one too.')
    : null;
}

function notAutonomous({ sessions }: Rooms, { runId, sessionId }: Death): Refused | null {
  if (runId !== null || sessions.one(sessionId)?.autonomous === 1) return null;
  return refuse(
    'not-autonomous',
    `It is no run, and nobody marked it (\`holdfast sessions autonomous ${sessionId}\`).`,
  );
}

/** By the ledger alone; whether the disk still agrees is asked just before a revival. */
function noResumePath({ sessions, runs }: Rooms, { runId, sessionId }: Death): Refused | null {
  if (runId !== null) {
    const missing = runs.one(runId)?.directory ? null : 'No directory is known of it.';
    return missing && refuse('no-resume-path', missing);
  }
  const row = sessions.one(sessionId);
  if (!row?.cwd) return refuse('no-resume-path', 'No hook told in which directory it worked.');
  return row.transcript_path ? null : refuse('no-resume-path', 'No hook told where its transcript is.');
}

function insufficient(unfinished: Unfinished): Refused | null {
  if (isUnfinished(unfinished)) return null;
  const signs = [...unfinished.strong, ...unfinished.weak].map(({ kind }) => kind);
  return refuse(
    'insufficient-evidence',
    signs.length === 0
      ? 'It left nothing undone that anybody knows of.'
      : `There is only ${signs.join(', ')}.`,
  );
}

/** The open entry of what died: of its session, or of a run that was in another session before. */
export function openEntryOf(
  { entries }: Pick<Rooms, 'entries'>,
  { sessionId, runId }: Pick<Death, 'sessionId' | 'runId'>,
): Entry | undefined {
  const isOfIt = (entry: Entry) => entry.sessionId === sessionId || (runId !== null && entry.runId === runId);
  return entries.open().find(isOfIt);
}

/** A death in an attempt to revive it is that attempt's; a death after a life of its own is a new one. */
function duplicate(rooms: Rooms, death: Death): Refused | null {
  const open = openEntryOf(rooms, death);
  const last = open ?? rooms.entries.lastOf(death.sessionId);
  if (!last || last.state === 'respawned' || hasLivedSince(rooms, last, death)) return null;
  const why = open ? 'is open for it' : 'was about the same work, and is over';
  return refuse('duplicate', `The entry ${last.id} ${why}.`);
}

/**
 * Whether somebody else brought it to life after the death that the entry is about, and after its last attempt.
 * Not by when the entry ended: that is written some time after such a life began.
 */
function hasLivedSince({ turns }: Rooms, entry: Entry, { livedAt }: Death): boolean {
  const { state, diedAt, endedAt, turnId } = entry;
  if (state === 'starting') return false;
  const attempt = turnId === null ? undefined : turns.one(turnId);
  // A person's word is about all that was before it.
  const until = [diedAt, attempt?.endedAt, state === 'cancelled' ? endedAt : null];
  return until.every((moment) => !moment || livedAt > moment);
}

function tooOften({ brakes, limits, clock }: Rooms, death: Death): Refused | null {
  const since = new Date(clock.now().getTime() - DAY_MS).toISOString();
  const times = brakes.revivals(death, since);
  if (times < limits.maxResurrections) return null;
  return refuse('resurrection-cap', `It was revived ${times} times in 24 hours, and died again.`);
}

function disabled({ enabled }: Rooms['limits']): Refused | null {
  return enabled ? null : refuse('queue-disabled', 'monitoring.resumeQueue.enabled is false.');
}

const refuse = (reason: Refusal, detail: string): Refused => ({ reason, detail });
