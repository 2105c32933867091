import { accessSync, constants, existsSync, realpathSync, statfsSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join } from 'node:path';
import { HoldfastError, messageOf } from '../errors/index.ts';
import { projectOf } from '../sessions/index.ts';
import { requireBranchName } from './branch-name.ts';
import { chooseBranch } from './choose-branch.ts';
import { findClaude } from './find-program.ts';
import { type Git, gitLine } from './git.ts';
import { branchAt, commitOf, readRepository, uncommittedIn } from './repository.ts';
import type { Run, RunRequest } from './run.ts';

/** A checkout and a turn's output need some; with less than this git itself fails half-way. */
const LEAST_FREE_BYTES = 64 * 1024 * 1024;
const SHOWN_PATHS = 5;

export type PreflightOptions = {
  git: Git;
  claudePath: string | null;
  /** Where worktrees are made. */
  worktrees: string;
  homeRoot: string;
  freeBytes?: (directory: string) => number | null;
};

export type Plan = Pick<
  Run,
  'project' | 'directory' | 'worktree' | 'branch' | 'newBranch' | 'startPoint' | 'baseCommit' | 'claude'
> & { warnings: string[] };

/** Everything that can be known to be wrong before anything is made. Reads, and writes nothing. */
export async function preflight(
  request: RunRequest,
  id: string,
  { git, claudePath, worktrees, homeRoot, freeBytes = freeBytesOn }: PreflightOptions,
): Promise<Plan> {
  if (request.branch !== undefined) requireBranchName(request.branch);
  const directory = requireDirectory(request.project);
  const claude = findClaude(claudePath);
  const project = projectOf(directory);
  requireSpace(homeRoot, freeBytes);
  if (request.worktree === false) {
    return { ...(await inPlace(git, directory, request.branch)), project, directory, claude };
  }

  const repository = await readRepository(git, directory);
  const branching = await chooseBranch(git, { directory, repository, wanted: request.branch, id });
  requireWritable(worktrees);
  requireSpace(worktrees, freeBytes);
  const worktree = join(worktrees, `${plainName(project)}-${id}`);
  const below = repository.prefix.replace(/\/$/, '');
  const inside = await isFolderOf(git, directory, branching.baseCommit, below);
  return {
    ...branching,
    project,
    claude,
    worktree,
    directory: inside ? join(worktree, below) : worktree,
    warnings: await whatTheWorktreeLacks(git, directory),
  };
}

async function inPlace(git: Git, directory: string, wanted: string | undefined) {
  const [branch, baseCommit] = await standing(git, directory);
  if (wanted !== undefined && wanted !== branch) {
    throw new HoldfastError(
      'BAD_INPUT',
      `branch: a run in place works on what is checked out (${branch ?? 'no branch'}), and not on ${wanted}.`,
      'Leave the branch out, or let the run have a worktree.',
      { details: { field: 'branch', in: 'json' } },
    );
  }
  return { worktree: null, branch, newBranch: false, startPoint: null, baseCommit, warnings: [] };
}

/** Branch and commit, where there are some. In place a run needs no git at all. */
async function standing(git: Git, directory: string): Promise<[string | null, string | null]> {
  try {
    return [await branchAt(git, directory), await commitOf(git, directory, 'HEAD')];
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'GIT_BINARY_NOT_FOUND') return [null, null];
    throw error;
  }
}

function requireDirectory(project: string): string {
  if (!isAbsolute(project)) {
    throw new HoldfastError(
      'BAD_INPUT',
      `project: ${project} is no absolute path.`,
      'Name it from the root on.',
      {
        details: { field: 'project', in: 'json' },
      },
    );
  }
  let why = 'it is no directory';
  try {
    if (statSync(project).isDirectory()) return realpathSync(project);
  } catch (error) {
    why = messageOf(error);
  }
  throw new HoldfastError(
    'PROJECT_NOT_FOUND',
    `There is no directory ${project} (${why}).`,
    'Name an existing directory as the project.',
    { details: { project } },
  );
}

function requireWritable(folder: string): void {
  const there = nearestFolder(folder);
  try {
    if (statSync(there).isDirectory()) {
      accessSync(there, constants.W_OK | constants.X_OK);
      return;
    }
  } catch {
    // Answered below, like a file that stands where a folder should be.
  }
  throw new HoldfastError(
    'STORAGE_UNWRITABLE',
    `Worktrees cannot be made in ${folder}: ${there} is no directory that can be written.`,
    'Make it writable, or set runs.worktrees to another directory.',
    { details: { worktrees: folder } },
  );
}

function requireSpace(folder: string, freeBytes: (directory: string) => number | null): void {
  const free = freeBytes(nearestFolder(folder));
  if (free === null || free >= LEAST_FREE_BYTES) return;
  throw new HoldfastError(
    'DISK_SPACE_LOW',
    `${Math.floor(free / 1024 / 1024)} MB are free where ${folder} lies; a run needs ${LEAST_FREE_BYTES / 1024 / 1024} MB.`,
    'Free some space (`holdfast runs clean` removes worktrees that are done), or set runs.worktrees to another disk.',
    { details: { folder, free } },
  );
}

function freeBytesOn(directory: string): number | null {
  try {
    const { bavail, bsize } = statfsSync(directory);
    return bavail * bsize;
  } catch {
    return null; // Nobody can tell: then it is no reason to refuse.
  }
}

function nearestFolder(folder: string): string {
  if (existsSync(folder) || folder === dirname(folder)) return folder;
  return nearestFolder(dirname(folder));
}

/** A folder that only lies on the disk is in no worktree. */
async function isFolderOf(git: Git, directory: string, commit: string, folder: string): Promise<boolean> {
  if (folder === '') return true;
  const type = await gitLine(git, directory, ['cat-file', '-t', `${commit}:${folder}`]);
  return type === 'tree';
}

function plainName(project: string): string {
  return (
    basename(project)
      .replace(/[^\w.-]+/g, '-')
      .replace(/^[.-]+/, '')
      .slice(0, 40) || 'project'
  );
}

async function whatTheWorktreeLacks(git: Git, directory: string): Promise<string[]> {
  const paths = await uncommittedIn(git, directory);
  if (paths.length === 0) return [];
  const named = paths.slice(0, SHOWN_PATHS).join(', ') + (paths.length > SHOWN_PATHS ? ', …' : '');
  const what = paths.length === 1 ? '1 uncommitted change' : `${paths.length} uncommitted changes`;
  return [`${what} of the project will not be in the worktree: ${named}`];
}
