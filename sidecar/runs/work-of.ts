import type { Git } from './git.ts';
import { uncommittedIn } from './repository.ts';
import type { Run } from './run.ts';
import { isFolder } from './worktrees.ts';

const SHOWN_COMMITS = 50;
const SHOWN_PATHS = 100;

/** What a run has left in git. */
export type Work = {
  commits: { hash: string; subject: string }[];
  uncommitted: string[];
  /** The command that brings its commits into the branch that the project has checked out. */
  merge: string | null;
};

/** Asked of git when somebody looks; null outside of git. */
export async function workOf(git: Git, run: Run): Promise<Work | null> {
  const { baseCommit, branch, worktree, project, directory } = run;
  if (baseCommit === null) return null;
  const place = isFolder(directory) ? directory : project;
  if (!isFolder(place)) return null;
  const tip = worktree === null ? 'HEAD' : `refs/heads/${branch}`;
  const range = [
    `--max-count=${SHOWN_COMMITS}`,
    '--format=%h %s',
    '--end-of-options',
    `${baseCommit}..${tip}`,
  ];
  const log = await git(place, ['log', ...range]);
  const commits = log.code === 0 ? log.stdout.split('\n').filter(Boolean).map(commitOf) : [];
  const uncommitted = place === directory ? (await uncommittedIn(git, directory)).slice(0, SHOWN_PATHS) : [];
  const mergeable = worktree !== null && branch !== null && commits.length > 0;
  return {
    commits,
    uncommitted,
    merge: mergeable ? `git -C ${shellWord(project)} merge ${shellWord(branch)}` : null,
  };
}

function commitOf(line: string): { hash: string; subject: string } {
  const space = line.indexOf(' ');
  return { hash: line.slice(0, space), subject: line.slice(space + 1) };
}

function shellWord(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
