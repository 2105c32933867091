import { realpathSync } from 'node:fs';
import { sep } from 'node:path';
import { projectOf } from '../sessions/index.ts';
import type { HookBody } from './schemas.ts';

/** Enough for years of sessions; past it the oldest is forgotten. */
const REMEMBERED_SESSIONS = 10_000;

/**
 * Says of an event whether it belongs to a project that the person keeps out (`privacy.ignoreProjects`):
 * by its directory, by the project of its directory (a linked worktree elsewhere), or because its
 * session was kept out before (a shell that went to /tmp is still the same work).
 */
export function ignoredProjects(directories: readonly string[]): (body: HookBody) => boolean {
  if (directories.length === 0) return () => false;
  const ignored = [
    ...new Set(directories.flatMap((directory) => [withoutSlash(directory), real(directory)])),
  ];
  const sessions = new Set<string>();

  return ({ cwd, session_id: sessionId }) => {
    // As it is written, by its real path (a link may lead into it), and by the project that it belongs to.
    const places = cwd ? [cwd, real(cwd), projectOf(cwd)] : [];
    const inside = places.some((place) => ignored.some((root) => isInside(place, root)));
    if (!inside) return typeof sessionId === 'string' && sessions.has(sessionId);
    if (sessionId) sessions.add(sessionId);
    const [oldest] = sessions;
    if (sessions.size > REMEMBERED_SESSIONS && oldest !== undefined) sessions.delete(oldest);
    return true;
  };
}

function isInside(directory: string, root: string): boolean {
  return directory === root || directory.startsWith(root === sep ? sep : root + sep);
}

function real(directory: string): string {
  try {
    return realpathSync(directory);
  } catch {
    return withoutSlash(directory); // Not there now: it counts as it is written.
  }
}

function withoutSlash(directory: string): string {
  return directory.length > 1 && directory.endsWith(sep) ? directory.slice(0, -1) : directory;
}
