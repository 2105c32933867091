import { HoldfastError } from '../errors/index.ts';
import type { Git } from './git.ts';
import { commitOf, findRefs, listWorktrees, notARepository, type Repository } from './repository.ts';

export type Branching = {
  branch: string;
  newBranch: boolean;
  /** A commit, or `remote/branch`, which the new branch then follows. */
  startPoint: string | null;
  baseCommit: string;
};

/**
 * The branch that a run will work on: an existing local one, one that only a remote has, or a new one, from
 * a tag or from where the project stands.
 */
export async function chooseBranch(
  git: Git,
  {
    directory,
    repository,
    wanted,
    id,
  }: { directory: string; repository: Repository; wanted?: string | undefined; id: string },
): Promise<Branching> {
  if (wanted === undefined) {
    if (repository.head === null) {
      throw notARepository(
        directory,
        'it has no commit yet',
        'Commit something first, or use a run in place.',
      );
    }
    return newBranch(git, directory, id, repository.head);
  }
  const refs = await findRefs(git, directory, wanted);
  if (refs.local) return existing(git, directory, wanted);
  const remote = oneRemote(refs.remotes, wanted);
  if (remote !== null) {
    const baseCommit = await requireCommit(git, directory, `refs/remotes/${remote}`, wanted);
    return { branch: wanted, newBranch: true, startPoint: remote, baseCommit };
  }
  if (refs.tag)
    return newBranch(git, directory, id, await requireCommit(git, directory, `refs/tags/${wanted}`, wanted));
  throw new HoldfastError(
    'BRANCH_NOT_FETCHED',
    `${wanted} is neither a local branch, nor one that a remote is known to have, nor a tag.`,
    'Run `git fetch` in the project where a remote has it, or leave the branch out for a new one.',
    { details: { branch: wanted } },
  );
}

async function existing(git: Git, directory: string, branch: string): Promise<Branching> {
  const holder = (await listWorktrees(git, directory)).find((worktree) => worktree.branch === branch);
  if (holder) throw checkedOut(branch, holder.path, holder.prunable);
  const baseCommit = await requireCommit(git, directory, `refs/heads/${branch}`, branch);
  return { branch, newBranch: false, startPoint: null, baseCommit };
}

function checkedOut(branch: string, path: string, prunable: boolean): HoldfastError {
  return new HoldfastError(
    'BRANCH_CHECKED_OUT_ELSEWHERE',
    `The branch ${branch} is checked out in ${path}, and git lets one worktree have it.`,
    prunable
      ? 'That worktree is gone: `git worktree prune` in the project lets the branch go.'
      : 'Leave the branch out for a new one, or switch that worktree to another. `holdfast runs clean` removes those of finished runs.',
    { details: { branch, worktree: path } },
  );
}

/** `origin` where several have it, as git itself would take it by default. */
function oneRemote(remotes: string[], branch: string): string | null {
  const [first = null, second] = remotes;
  if (second === undefined) return first;
  const origin = `origin/${branch}`;
  if (remotes.includes(origin)) return origin;
  throw new HoldfastError(
    'BAD_INPUT',
    `branch: several remotes have ${branch} (${remotes.join(', ')}), and none of them is called origin.`,
    `Make the local branch first: git branch ${branch} ${first}`,
    { details: { field: 'branch', in: 'json' } },
  );
}

/** `holdfast/<id>`; where a branch `holdfast` stands in the way of that folder, `holdfast-<id>`. */
async function newBranch(git: Git, directory: string, id: string, commit: string): Promise<Branching> {
  const { local } = await findRefs(git, directory, 'holdfast');
  const branch = local ? `holdfast-${id}` : `holdfast/${id}`;
  return { branch, newBranch: true, startPoint: commit, baseCommit: commit };
}

async function requireCommit(git: Git, directory: string, ref: string, name: string): Promise<string> {
  const commit = await commitOf(git, directory, ref);
  if (commit !== null) return commit;
  throw new HoldfastError(
    'BAD_INPUT',
    `branch: ${name} leads to no commit.`,
    'Name a branch, or a tag of a commit.',
    { details: { field: 'branch', in: 'json' } },
  );
}
