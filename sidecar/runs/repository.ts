import { HoldfastError } from '../errors/index.ts';
import { type Git, gitLine } from './git.ts';

export type Repository = {
  /** The git folder that all its worktrees share: what is one at a time for one is so for all. */
  commonDir: string;
  /** Of the directory inside its worktree: `packages/a/`, or empty. */
  prefix: string;
  head: string | null;
  /** Null: detached. */
  branch: string | null;
};

/** What git says of a directory. */
export async function readRepository(git: Git, directory: string): Promise<Repository> {
  const told = await git(directory, [
    'rev-parse',
    '--path-format=absolute',
    '--git-common-dir',
    '--show-prefix',
  ]);
  if (told.code !== 0) {
    const why = told.stderr.trim().split('\n')[0] ?? '';
    throw notARepository(directory, why, 'Run `git init` there and commit, or use a run in place.');
  }
  const [commonDir = '', prefix = ''] = told.stdout.split('\n');
  const [head, branch] = await Promise.all([commitOf(git, directory, 'HEAD'), branchAt(git, directory)]);
  return { commonDir, prefix, head, branch };
}

/** Null: detached, or no repository. Not by its short name, which is another one where a tag has it too. */
export async function branchAt(git: Git, directory: string): Promise<string | null> {
  const ref = await gitLine(git, directory, ['symbolic-ref', '--quiet', 'HEAD']);
  return ref?.replace(/^refs\/heads\//, '') ?? null;
}

export function notARepository(directory: string, why: string, hint: string): HoldfastError {
  return new HoldfastError(
    'NOT_A_GIT_REPOSITORY',
    `${directory} is no git repository that a worktree can be made of${why === '' ? '' : ` (${why})`}.`,
    hint,
    { details: { project: directory } },
  );
}

export function commitOf(git: Git, directory: string, name: string): Promise<string | null> {
  return gitLine(git, directory, [
    'rev-parse',
    '--verify',
    '--quiet',
    '--end-of-options',
    `${name}^{commit}`,
  ]);
}

export type NamedRefs = { local: boolean; tag: boolean; remotes: string[] };

/** Where a name stands. Exact names alone: `for-each-ref` also lists what lies below one. */
export async function findRefs(git: Git, directory: string, name: string): Promise<NamedRefs> {
  const patterns = [`refs/heads/${name}`, `refs/tags/${name}`, `refs/remotes/*/${name}`];
  const { stdout } = await git(directory, ['for-each-ref', '--format=%(refname)', ...patterns]);
  const found = stdout.split('\n').filter(Boolean);
  return {
    local: found.includes(`refs/heads/${name}`),
    tag: found.includes(`refs/tags/${name}`),
    remotes: found
      .filter((ref) => ref.startsWith('refs/remotes/') && ref.endsWith(`/${name}`))
      .map((ref) => ref.slice('refs/remotes/'.length)),
  };
}

export type Worktree = { path: string; branch: string | null; prunable: boolean };

export async function listWorktrees(git: Git, directory: string): Promise<Worktree[]> {
  const { stdout } = await git(directory, ['worktree', 'list', '--porcelain']);
  return stdout
    .split('\n\n')
    .filter((record) => record.trim() !== '')
    .map((record) => {
      const lines = record.split('\n');
      const fieldOf = (name: string) =>
        lines.find((line) => line.startsWith(`${name} `))?.slice(name.length + 1) ?? null;
      return {
        path: fieldOf('worktree') ?? '',
        branch: fieldOf('branch')?.replace(/^refs\/heads\//, '') ?? null,
        prunable: lines.some((line) => line.startsWith('prunable')),
      };
    });
}

/** Paths that are changed, staged or unknown to git, at most so many as a person reads. */
export async function uncommittedIn(git: Git, directory: string): Promise<string[]> {
  const { code, stdout } = await git(directory, ['status', '--porcelain=v1', '-z', '--no-renames']);
  if (code !== 0) return [];
  return stdout
    .split('\0')
    .filter(Boolean)
    .map((entry) => entry.slice(3));
}
