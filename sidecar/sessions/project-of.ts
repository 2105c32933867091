import { readFileSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';

/** A directory changes its project rarely; asking the disk anew at each event would cost more than the event. */
const REMEMBERED = 500;
const remembered = new Map<string, string>();
/** No file system takes a longer path. An event may say one, and it is not worth remembering. */
const LONGEST_PATH = 4096;

/**
 * The project that a directory belongs to: the main worktree's root as a real path, so that linked
 * worktrees count as their project; outside git the directory itself.
 */
export function projectOf(directory: string): string {
  if (directory.length > LONGEST_PATH) return resolve(directory);
  const known = remembered.get(directory);
  if (known !== undefined) return known;
  const project = findProject(directory);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(directory, project);
  return project;
}

function findProject(directory: string): string {
  const real = realPath(resolve(directory));
  for (let folder = real; ; folder = dirname(folder)) {
    const root = gitRootAt(folder);
    if (root !== null) return root;
    if (folder === dirname(folder)) return real;
  }
}

/** Of a directory that is gone already, the part that is left still tells where it lay. */
function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    const parent = dirname(directory);
    return parent === directory ? directory : join(realPath(parent), basename(directory));
  }
}

/** Read from the files and not asked of `git`: this runs on every session's first event. */
function gitRootAt(folder: string): string | null {
  const gitFolder = gitFolderAt(folder);
  return gitFolder === null ? null : (mainRoot(gitFolder) ?? folder);
}

/** `.git`, or where a file of that name leads: in a linked worktree to `<main>/.git/worktrees/<name>`. */
function gitFolderAt(folder: string): string | null {
  const mark = join(folder, '.git');
  try {
    if (statSync(mark).isDirectory()) return mark;
    const text = readFileSync(mark, 'utf8');
    return resolve(folder, text.replace(/^gitdir:\s*/, '').trim());
  } catch {
    return null; // No mark here: look one folder up.
  }
}

/**
 * A linked worktree's git folder says in `commondir` where the repository is. That of a submodule has no
 * such file: it is its own project.
 */
function mainRoot(gitFolder: string): string | null {
  try {
    const common = readFileSync(join(gitFolder, 'commondir'), 'utf8').trim();
    const repository = realpathSync(resolve(gitFolder, common));
    const holder = dirname(repository);
    const held = gitFolderAt(holder);
    // A bare one has no worktree but the linked ones; the folder that it lies in may hold others too.
    return held !== null && realpathSync(held) === repository ? holder : repository;
  } catch {
    return null;
  }
}
