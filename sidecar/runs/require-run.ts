import { HoldfastError } from '../errors/index.ts';
import type { Turn } from '../turns/index.ts';
import type { RunRooms } from './rooms.ts';
import { isFinished, type Run } from './run.ts';
import { isFolder } from './worktrees.ts';

export function requireRun({ runs }: Pick<RunRooms, 'runs'>, id: string): Run {
  const run = runs.one(id);
  if (run) return run;
  throw new HoldfastError('RUN_NOT_FOUND', `No run ${id} is known.`, '`holdfast runs` lists those that are.');
}

/** What a run needs to go on, or to be ended by its name: session and directory, in a worktree also its branch. */
export function missingOfHandle({ sessionId, worktree, branch, directory }: Run): string | null {
  if (sessionId === null) return 'it has had no session yet';
  if (directory === '') return 'it has no directory';
  return worktree !== null && branch === null ? 'it has a worktree and no branch' : null;
}

/** For going on the directory must be there too. */
export function requireHandle(run: Run): void {
  const missing = missingOfHandle(run) ?? (isFolder(run.directory) ? null : `${run.directory} is gone`);
  if (missing === null) return;
  const hint = run.state === 'seed' ? `\`holdfast rollback ${run.id}\` takes it back.` : 'Begin a new run.';
  throw incompleteHandle(run, missing, hint);
}

export function incompleteHandle(run: Run, missing: string, hint: string): HoldfastError {
  return new HoldfastError(
    'SESSION_INCOMPLETE_HANDLE',
    `The run ${run.id} is incomplete: ${missing}.`,
    hint,
    {
      details: { state: run.state, sessionId: run.sessionId, worktree: run.worktree, branch: run.branch },
    },
  );
}

export function liveTurn({ turns }: Pick<RunRooms, 'turns'>, { id }: Run): Turn | undefined {
  return turns.ofRun(id).find(({ endedAt }) => endedAt === null);
}

/** Coming back to life, it must not meet another run of its key, of its branch, or a turn of its own. */
export function notAlone(rooms: Pick<RunRooms, 'runs' | 'turns'>, run: Run): string | null {
  const { runs } = rooms;
  if (liveTurn(rooms, run)) return 'a turn of it is running';
  if (!isFinished(run)) return null;
  const onBranch = run.branch === null ? undefined : runs.liveOnBranch(run.project, run.branch);
  if (onBranch) return `the run ${onBranch.id} works on its branch ${run.branch}`;
  const ofKey = run.externalKey === null ? undefined : runs.openByKey(run.externalKey);
  return ofKey ? `the run ${ofKey.id} has its external key` : null;
}
