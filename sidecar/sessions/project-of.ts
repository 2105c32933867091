import { readFileSync, realpathSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

/** A directory changes its project rarely; asking the disk anew at each event would cost more than the event. */
const REMEMBERED = 500;
const remembered = new Map<string, string>();

/**
 * The project that a directory belongs to: the main worktree's root as a real path, so that linked
 * worktrees count as their project; outside git the directory itself.
 */
export function projectOf(directory: string): string {
  const known = remembered.get(directory);
  if (known !== undefined) return known;
  const project = findProject(directory);
  if (remembered.size >= REMEMBERED) remembered.clear();
  remembered.set(directory, project);
  return project;
}

function findProject(directory: string): string {
  let real: string;
  try {
    real = realpathSync(directory);
  } catch {
    return resolve(directory); // Gone already: its name is all that is left of it.
  }
  for (let folder = real; ; folder = dirname(folder)) {
    const root = gitRootAt(folder);
    if (root !== null) return root;
    if (folder === dirname(folder)) return real;
  }
}

/** Read from the files and not asked of `git`: this runs on every session's first event. */
function gitRootAt(folder: string): string | null {
  const mark = join(folder, '.git');
  try {
    if (statSync(mark).isDirectory()) return folder;
    // A linked worktree: `.git` is a file that names `<main>/.git/worktrees/<name>`, where `commondir`
    // leads to `<main>/.git`. A submodule has such a file too, but no commondir: it is its own project.
    const gitFolder = resolve(
      folder,
      readFileSync(mark, 'utf8')
        .replace(/^gitdir:\s*/, '')
        .trim(),
    );
    return mainRoot(gitFolder) ?? folder;
  } catch {
    return null; // No mark here: look one folder up.
  }
}

function mainRoot(gitFolder: string): string | null {
  try {
    const common = resolve(gitFolder, readFileSync(join(gitFolder, 'commondir'), 'utf8').trim());
    return realpathSync(dirname(common));
  } catch {
    return null;
  }
}
