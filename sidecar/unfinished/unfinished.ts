import type { Word } from '../commitments/index.ts';
import type { Plans } from '../plans/index.ts';
import type { LastEvents, SessionStore, Sign, Unfinished } from '../sessions/index.ts';
import { type ChangedFiles, changedFiles } from './changed-files.ts';
import {
  describePlanItems,
  describePromise,
  describeTasks,
  describeTurn,
  describeWorktree,
} from './describe.ts';
import { type InterruptedAt, interruptedAt } from './interruption.ts';

export type UnfinishedRooms = {
  sessions: SessionStore;
  lastEvents: LastEvents;
  plans: Plans;
  word: Word;
  /** The sidecar is stopping: git is not waited for. */
  closing?: AbortSignal;
  /** What lies outside the ledger. */
  changedFiles?: ChangedFiles;
  interruptedAt?: InterruptedAt;
  /** How the last headless turn of a session was cut off, in a sentence; null: it was not. */
  cutOffTurn?: (sessionId: string) => string | null;
  now?: () => Date;
};

/** A prompt or a tool call is recent for so long. */
const RECENT_MS = 30 * 60_000;

/**
 * What a session left undone, as far as ledger, transcript and worktree tell: the one judgement of the
 * watchdog, the resume queue and the check before a revival. It reads, and writes nothing. In doubt there
 * is no sign: a session that is called unfinished may be revived, and that costs money.
 */
export function openUnfinished(rooms: UnfinishedRooms) {
  const { sessions, lastEvents, plans, word, closing, now = () => new Date() } = rooms;
  const filesIn = rooms.changedFiles ?? changedFiles(closing && { closing });
  const interruption = rooms.interruptedAt ?? interruptedAt;

  /** `worktree: false` leaves git alone: for lists. */
  async function unfinishedOf(sessionId: string, { worktree = true } = {}): Promise<Unfinished> {
    // All of the ledger is read before anything is waited for: as it is at one moment.
    const inside = [...planSigns(sessionId), ...promiseSigns(sessionId)];
    const tasks = taskSigns(sessionId);
    const weak = weakSigns(sessionId);
    const [turn, files] = await Promise.all([turnSigns(sessionId), worktree ? worktreeSigns(sessionId) : []]);
    return { strong: [...turn, ...inside, ...files, ...tasks], weak };
  }

  async function turnSigns(sessionId: string): Promise<Sign[]> {
    const last = lastEvents.endedByError(sessionId) ?? lastEvents.turn(sessionId);
    const text = last && describeTurn(last);
    if (!last || text === null) return cutOff(sessionId);
    // A person's interrupt ends a turn and no hook tells of it; the client's transcript does.
    const transcript = sessions.one(sessionId)?.transcript_path ?? null;
    const stopped = transcript === null ? null : await interruption(transcript);
    return stopped !== null && stopped >= last.at ? [] : [{ kind: 'turn-in-flight', text }];
  }

  /** No hook told of the turn: the engine that ran it may know. */
  function cutOff(sessionId: string): Sign[] {
    const text = rooms.cutOffTurn?.(sessionId) ?? null;
    return text === null ? [] : [{ kind: 'turn-in-flight', text }];
  }

  function planSigns(sessionId: string): Sign[] {
    const begun = plans.openItems(sessionId).filter(({ status }) => status === 'in_progress');
    return begun.length === 0 ? [] : [{ kind: 'plan-item', text: describePlanItems(begun) }];
  }

  function promiseSigns(sessionId: string): Sign[] {
    const at = now().toISOString();
    const open = word.commitments.openFor({ topicId: null, sessionId }).filter((one) => one.expiresAt > at);
    return open.map((one) => ({ kind: 'open-promise', text: describePromise(one) }));
  }

  async function worktreeSigns(sessionId: string): Promise<Sign[]> {
    const directory = sessions.one(sessionId)?.cwd ?? null;
    const written = word.evidence.filesWritten(sessionId);
    if (directory === null || written.length === 0) return [];
    const changed = await filesIn(directory);
    const own = changed.filter((file) => written.some((end) => endsWithPath(file, end)));
    return own.length === 0 ? [] : [{ kind: 'dirty-worktree', text: describeWorktree(directory, own) }];
  }

  function taskSigns(sessionId: string): Sign[] {
    const text = describeTasks(lastEvents.stop(sessionId)?.body.background_tasks);
    return text === null ? [] : [{ kind: 'background-task', text }];
  }

  function weakSigns(sessionId: string): Sign[] {
    const since = new Date(now().getTime() - RECENT_MS).toISOString();
    const prompt = lastEvents.prompt(sessionId);
    const call = lastEvents.call(sessionId);
    return [
      ...(prompt && prompt.at >= since
        ? [{ kind: 'recent-prompt' as const, text: `It was given a prompt at ${prompt.at}.` }]
        : []),
      ...(call && call.at >= since
        ? [{ kind: 'recent-tool-call' as const, text: `It used ${call.toolName ?? 'a tool'} at ${call.at}.` }]
        : []),
    ];
  }

  return unfinishedOf;
}

export type UnfinishedOf = ReturnType<typeof openUnfinished>;

/** `/code/app/src/a.ts` ends with `src/a.ts`, and not with `c/a.ts`. */
function endsWithPath(file: string, end: string): boolean {
  const tail = end.replace(/^\.\//, '');
  return file === tail || file.endsWith(tail.startsWith('/') ? tail : `/${tail}`);
}
