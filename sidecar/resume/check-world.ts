import type { Unfinished } from '../sessions/index.ts';
import type { Entry } from './entry.ts';
import { isUnfinished } from './judge-death.ts';
import type { ResumeRooms } from './rooms.ts';

/** Why an entry does not count any more: a word, and a sentence. */
export type Changed = { why: string; detail: string };

/** Just before a revival: is the world still as it was when the session died? Null and what is undone: it is. */
export async function checkWorld(
  rooms: ResumeRooms,
  entry: Entry,
): Promise<{ changed: Changed } | { changed: null; unfinished: Unfinished }> {
  const { world } = rooms;
  const told = checkLedger(rooms, entry);
  if (told) return { changed: told };
  const [branch, mark, clients, unfinished] = await Promise.all([
    world.branchOf(entry.directory),
    entry.transcript === null ? null : world.markOf(entry.transcript),
    world.clientsOf(entry.sessionId),
    rooms.unfinishedOf(entry.sessionId),
  ]);
  const changed =
    checkClients(clients) ??
    checkBranch(entry, branch) ??
    checkTranscript(entry, mark) ??
    checkWork(unfinished);
  return changed ? { changed } : { changed: null, unfinished };
}

/** What the ledger alone tells, at once: asked again inside the transaction that begins the turn. */
export function checkLedger(rooms: ResumeRooms, entry: Entry): Changed | null {
  return (
    (entry.runId === null ? checkSession(rooms, entry) : checkRun(rooms, entry.runId, entry.sessionId)) ??
    checkPlace(rooms, entry)
  );
}

function checkRun({ runs, sessions }: ResumeRooms, runId: string, sessionId: string): Changed | null {
  const run = runs.one(runId);
  if (!run) return { why: 'run-gone', detail: `The run ${runId} is not known any more.` };
  const why = runs.notRevivable(run);
  if (why !== null) return { why, detail: `The run is ${run.state}${run.reason ? ` (${run.reason})` : ''}.` };
  if (run.sessionId !== sessionId) {
    return { why: 'other-session', detail: `The run went on in the session ${run.sessionId}.` };
  }
  return isAlive(sessions, sessionId) ? RUNNING : null;
}

function checkSession({ sessions, lastEvents }: ResumeRooms, { sessionId }: Entry): Changed | null {
  const row = sessions.one(sessionId);
  if (!row) return { why: 'session-gone', detail: 'The session is not known any more.' };
  if (row.autonomous === 0) return { why: 'unmarked', detail: 'A person took its mark away.' };
  if (row.state === 'ended' && lastEvents.endedByError(sessionId) === null) {
    return { why: 'stopped', detail: `It was ended since${row.reason ? ` (${row.reason})` : ''}.` };
  }
  if (row.state !== 'ended' && row.state !== 'reaped' && row.state !== 'stalled') return RUNNING;
  return isAlive(sessions, sessionId) ? RUNNING : null;
}

const RUNNING: Changed = { why: 'running', detail: 'Its session runs again.' };

/** Only a process that is known can prove it. */
export function isAlive(sessions: ResumeRooms['sessions'], sessionId: string): boolean {
  const row = sessions.one(sessionId);
  return row !== undefined && row.pid !== null && sessions.isLive(sessionId);
}

function checkPlace({ world, runs }: ResumeRooms, { runId, directory }: Entry): Changed | null {
  if (world.isFolder(directory)) return null;
  const worktree = runId === null ? null : (runs.one(runId)?.worktree ?? null);
  return { why: worktree === null ? 'directory-gone' : 'worktree-gone', detail: `${directory} is gone.` };
}

function checkClients(clients: number[] | null): Changed | null {
  if (clients === null) throw new Error('Nobody can tell whether another process runs its session.');
  if (clients.length === 0) return null;
  return { why: 'running', detail: `The process ${clients[0]} runs its session.` };
}

function checkBranch(entry: Entry, branch: string | null): Changed | null {
  if (branch === entry.branch) return null;
  return {
    why: 'branch-changed',
    detail: `${entry.directory} was on ${entry.branch ?? 'no branch'}, and is on ${branch ?? 'no branch'}.`,
  };
}

function checkTranscript({ transcript, transcriptMark, runId }: Entry, mark: string | null): Changed | null {
  if (transcript === null) return null;
  // A run whose client never came to write one begins its session anew; nothing else can.
  if (mark === null && (transcriptMark !== null || runId === null))
    return { why: 'transcript-gone', detail: `${transcript} is not there: no client can resume it.` };
  if (mark === transcriptMark) return null;
  return { why: 'transcript-advanced', detail: 'Its transcript has grown: somebody went on with it.' };
}

function checkWork(unfinished: Unfinished): Changed | null {
  return isUnfinished(unfinished) ? null : { why: 'finished', detail: 'Nothing of it is undone any more.' };
}
