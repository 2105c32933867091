import { HoldfastError } from '../errors/index.ts';
import { type Git, git as realGit } from './git.ts';
import { branchAt, commitOf } from './repository.ts';

const LIMIT_MS = 5_000;

/**
 * What a directory has checked out: a branch, or `@` and the commit where it has none. Null: it is in no
 * repository, or there is no git. A git that does not answer says neither, and rejects.
 */
export async function branchOf(directory: string, git: Git = inTime(realGit)): Promise<string | null> {
  try {
    const branch = await branchAt(git, directory);
    if (branch !== null) return branch;
    const commit = await commitOf(git, directory, 'HEAD');
    return commit === null ? null : `@${commit}`;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'GIT_BINARY_NOT_FOUND') return null;
    throw error;
  }
}

export function inTime(git: Git, limitMs = LIMIT_MS): Git {
  return async (directory, args, options) => {
    const end = await git(directory, args, { limitMs, ...options });
    if (!end.timedOut) return end;
    throw new HoldfastError(
      'REQUEST_TIMEOUT',
      `git did not say within ${limitMs / 1000} s what ${directory} has checked out.`,
      'Look whether its disk answers.',
      { details: { directory } },
    );
  };
}
