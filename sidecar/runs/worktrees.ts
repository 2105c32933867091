import { mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Git } from './git.ts';
import { commitOf } from './repository.ts';
import type { Run } from './run.ts';

/** A checkout of a large repository takes its time; one that hangs must not hold the others for ever. */
const CHECKOUT_MS = 10 * 60_000;

export type Made = { ok: true } | { ok: false; why: string };

/**
 * Makes the worktree of a seed, from nothing: what an earlier attempt left is taken away first, since
 * nothing but a set-up can have worked in it. One at a time for a repository; the caller sees to that.
 */
export async function makeWorktree(git: Git, run: Run, stop: AbortSignal): Promise<Made> {
  const { worktree, branch, project } = run;
  if (worktree === null || branch === null) return { ok: true };
  await takeAway(git, project, worktree);
  mkdirSync(dirname(worktree), { recursive: true, mode: 0o700 });
  const isThere = (await commitOf(git, project, `refs/heads/${branch}`)) !== null;
  const made = await git(project, ['worktree', 'add', '--quiet', ...source(run, isThere)], {
    limitMs: CHECKOUT_MS,
    stop,
  });
  if (made.code === 0) return { ok: true };
  await unmakeWorktree(git, run);
  const why = made.timedOut ? 'git took more than ten minutes' : made.stderr.trim();
  return { ok: false, why: why || `git ended with ${made.code}` };
}

function source({ worktree, branch, startPoint }: Run, branchIsThere: boolean): string[] {
  if (branchIsThere || startPoint === null) return [worktree ?? '', branch ?? ''];
  const ofRemote = startPoint.includes('/');
  const from = ofRemote ? `refs/remotes/${startPoint}` : startPoint;
  return [ofRemote ? '--track' : '--no-track', '-b', branch ?? '', worktree ?? '', from];
}

/** Takes back what a seed had made: its worktree, and its branch where nobody has committed to it. */
export async function unmakeWorktree(git: Git, run: Run): Promise<void> {
  const { worktree, branch, newBranch, baseCommit, project } = run;
  if (worktree === null) return;
  await takeAway(git, project, worktree);
  if (!newBranch || branch === null) return;
  const tip = await commitOf(git, project, `refs/heads/${branch}`);
  if (tip !== null && tip === baseCommit) await git(project, ['branch', '--quiet', '-D', branch]);
}

/** The path holds the run's own id, so nothing else can lie there. */
async function takeAway(git: Git, project: string, worktree: string): Promise<void> {
  await git(project, ['worktree', 'remove', '--force', '--force', worktree], { limitMs: CHECKOUT_MS });
  rmSync(worktree, { recursive: true, force: true });
  // A record whose checkout was killed half-way is locked, and then the removal above has refused.
  await git(project, ['worktree', 'unlock', worktree]);
  await git(project, ['worktree', 'prune']);
}

export function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
