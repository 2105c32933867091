import { realpathSync } from 'node:fs';
import { sep } from 'node:path';

/** Where `init` registered the hooks; `project` is null for the user's settings, which hold everywhere. */
export type Place = { project: string | null; since: string };

/** What begins in the same moment as `init` may have read the settings before. */
const JUST_AFTER_MS = 1_000;

/**
 * Since when sessions of a directory have the hooks, in milliseconds; null: they need not have any. A folder of
 * the project counts, and a linked worktree, though Claude Code reads the project's settings in neither (seen with
 * 2.1.197): the person takes them for guarded.
 */
export function watchedSince(
  directory: string,
  places: readonly Place[],
  projectOf: (directory: string) => string,
): number | null {
  const since = places
    .filter(({ project }) => project === null || belongs(directory, project, projectOf))
    .map((place) => Date.parse(place.since));
  return since.length === 0 ? null : Math.min(...since) + JUST_AFTER_MS;
}

function belongs(directory: string, registered: string, projectOf: (directory: string) => string): boolean {
  const root = realPath(registered);
  const project = projectOf(directory);
  // A repository inside of the registered directory is a project of its own.
  if (project !== projectOf(registered)) return false;
  const real = realPath(directory);
  return project === root || real === root || real.startsWith(root + sep);
}

function realPath(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return directory; // Gone since.
  }
}
