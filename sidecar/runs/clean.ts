import { changeRun } from './changes-of-state.ts';
import { type Git, gitLine } from './git.ts';
import { commitOf, uncommittedIn } from './repository.ts';
import type { RunRooms } from './rooms.ts';
import { isFinished, type Run } from './run.ts';
import { isFolder } from './worktrees.ts';

export type CleanStep = {
  id: string;
  worktree: string;
  removed: boolean;
  branchDeleted: boolean;
  why: string;
};

/**
 * Removes the worktrees of finished runs that hold nothing of their own: no uncommitted work, and no commit
 * that only they know. Commits stay on their branch; the branch goes where it was made for the run and holds
 * nothing that the project does not. What happened to each is told, and one that fails stops no other.
 */
export async function cleanWorktrees(rooms: RunRooms, { dryRun }: { dryRun: boolean }): Promise<CleanStep[]> {
  const steps: CleanStep[] = [];
  for (const run of rooms.runs.withWorktree()) {
    const step = await rooms.exclusive(run.project, () => cleanOne(rooms, run, dryRun));
    if (step) steps.push(step);
  }
  return steps;
}

async function cleanOne(rooms: RunRooms, run: Run, dryRun: boolean): Promise<CleanStep | null> {
  const { git } = rooms;
  const worktree = run.worktree ?? '';
  const kept = (why: string): CleanStep => ({
    id: run.id,
    worktree,
    removed: false,
    branchDeleted: false,
    why,
  });
  if (!isFinished(run)) return kept(`the run is ${run.state}`);
  const isThere = isFolder(worktree);
  const reason = isThere ? await reasonToKeep(git, worktree) : null;
  if (reason !== null) return kept(reason);
  const merged = await isInProject(git, run);
  if (dryRun) return { ...kept('would be removed'), branchDeleted: false };

  if (isFolder(run.project)) {
    // Without --force git looks by itself too, and refuses what has changed since.
    const removed = await git(run.project, ['worktree', 'remove', worktree], { limitMs: 10 * 60_000 });
    if (removed.code !== 0 && isFolder(worktree)) return kept(removed.stderr.trim());
  } else if (isThere) return kept(`the project ${run.project} is gone`);
  changeRun(rooms, run.id, (fresh) => (isFinished(fresh) ? { cleanedAt: rooms.now().toISOString() } : null));
  return {
    id: run.id,
    worktree,
    removed: true,
    branchDeleted: merged && (await deleteBranch(git, run)),
    why: 'clean',
  };
}

async function reasonToKeep(git: Git, worktree: string): Promise<string | null> {
  const status = await git(worktree, ['status', '--porcelain=v1']);
  if (status.code !== 0) return `git cannot tell what is in it: ${status.stderr.trim()}`;
  const uncommitted = await uncommittedIn(git, worktree);
  if (uncommitted.length > 0) return `uncommitted: ${uncommitted.slice(0, 5).join(', ')}`;
  const head = await commitOf(git, worktree, 'HEAD');
  const holders = [
    'for-each-ref',
    '--count=1',
    `--contains=${head}`,
    'refs/heads',
    'refs/remotes',
    'refs/tags',
  ];
  const held = head !== null && (await gitLine(git, worktree, holders)) !== '';
  return held ? null : 'its last commit is on no branch';
}

/** Whether what is on the run's branch is in what the project has checked out, too. */
async function isInProject(git: Git, { project, branch }: Run): Promise<boolean> {
  if (branch === null || !isFolder(project)) return false;
  const { code } = await git(project, ['merge-base', '--is-ancestor', `refs/heads/${branch}`, 'HEAD']);
  return code === 0;
}

async function deleteBranch(git: Git, { project, branch, newBranch, startPoint }: Run): Promise<boolean> {
  const isOurs = newBranch && branch !== null && !startPoint?.includes('/');
  if (!isOurs) return false;
  return (await git(project, ['branch', '--quiet', '-d', branch])).code === 0;
}
