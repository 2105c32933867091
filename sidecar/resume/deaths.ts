import { bootId } from '../machine/index.ts';
import type { Run } from '../runs/index.ts';
import type { ResumeRooms } from './rooms.ts';

/** That a session ended in a way that nobody wanted, as far as the ledger tells. */
export type Death = {
  /** The same for the same death, at every look. */
  key: string;
  sessionId: string;
  runId: string | null;
  at: string;
  /** When its last turn began: a death belongs to an attempt to revive it, or to a life after that. */
  livedAt: string;
  /** How it died, in a sentence. */
  why: string;
};

type DeathRooms = Pick<ResumeRooms, 'sessions' | 'lastEvents' | 'runs' | 'turns'>;

/** A run that ended so has decided about itself. */
const DECIDED = ['setup', 'max-turns', 'max-usd', 'no-progress'];

/** All that died after a moment, and are dead still. The run speaks for its session. */
export function deathsSince(rooms: DeathRooms, after: string): Death[] {
  const { sessions, lastEvents, runs } = rooms;
  const ofRuns = runs.endedSince(after).flatMap((run) => deathOfRun(rooms, run) ?? []);
  const ids = new Set([...sessions.reapedSince(after), ...lastEvents.failedSince(after)]);
  const ofSessions = [...ids].flatMap((id) => deathOfSession(rooms, id) ?? []);
  return [...ofRuns, ...ofSessions];
}

/** The death that an entry is about, as it is told now; null: it is not dead any more. */
export function deathNow(rooms: DeathRooms, { sessionId, runId }: Pick<Death, 'sessionId' | 'runId'>) {
  if (runId === null) return deathOfSession(rooms, sessionId);
  const run = rooms.runs.one(runId);
  return run ? deathOfRun(rooms, run) : null;
}

function deathOfRun({ sessions, turns }: DeathRooms, run: Run): Death | null {
  const { id, sessionId, state, reason, endedAt } = run;
  if (endedAt === null || sessionId === null || (state !== 'failed' && state !== 'killed')) return null;
  if (state === 'failed' && DECIDED.includes(reason ?? '')) return null;
  const turn = turns.lastOfSession(sessionId);
  return {
    key: `run:${id}:${endedAt}`,
    sessionId,
    runId: id,
    at: endedAt,
    livedAt: turn?.startedAt ?? endedAt,
    why: sessionOnOtherBoot(sessions, sessionId) ? NEW_BOOT : sentence(run.detail ?? reason ?? 'It ended'),
  };
}

function deathOfSession({ sessions, lastEvents, runs }: DeathRooms, sessionId: string): Death | null {
  const row = sessions.one(sessionId);
  if (!row || (row.autonomous === 0 && runs.ofSession(sessionId))) return null;
  const livedAt = lastEvents.prompt(sessionId)?.at ?? row.started_at;
  const common = { sessionId, runId: null, livedAt };
  if (row.state === 'reaped') {
    const reaping = sessions.lastReaping(sessionId);
    if (!reaping) return null;
    const why = reaping.why === 'other-boot' ? NEW_BOOT : 'Its process was gone without a word.';
    return { ...common, key: `reaped:${sessionId}:${reaping.at}`, at: reaping.at, why };
  }
  const failure = row.state === 'stalled' ? lastEvents.turn(sessionId) : lastEvents.endedByError(sessionId);
  if (failure?.event !== 'StopFailure') return null;
  const why = `An error of the API ended its turn${row.state === 'stalled' && row.reason ? ` (${row.reason})` : ''}.`;
  return { ...common, key: `failed:${sessionId}:${failure.at}`, at: failure.at, why };
}

const NEW_BOOT = 'The machine was started anew, and its process went with it.';

function sessionOnOtherBoot(sessions: ResumeRooms['sessions'], sessionId: string): boolean {
  const here = bootId();
  const there = sessions.one(sessionId)?.boot_id ?? null;
  return here !== null && there !== null && here !== there;
}

function sentence(text: string): string {
  return /[.!?]$/.test(text.trim()) ? text.trim() : `${text.trim()}.`;
}
