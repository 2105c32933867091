import { readdirSync, realpathSync, statSync } from 'node:fs';
import { extname, join, resolve } from 'node:path';
import { HoldfastError, messageOf, systemCode } from '../errors/index.ts';
import type { TranscriptFile } from './transcript.ts';

export type Unreadable = { path: string; why: string };
export type Found = { files: TranscriptFile[]; unreadable: Unreadable[] };

/** Where Claude Code keeps its transcripts. */
export function transcriptFolder(env: NodeJS.ProcessEnv = process.env): string {
  if (env.CLAUDE_CONFIG_DIR) return join(env.CLAUDE_CONFIG_DIR, 'projects');
  if (env.HOME) return join(env.HOME, '.claude', 'projects');
  throw new HoldfastError(
    'HOME_UNKNOWN',
    'Neither CLAUDE_CONFIG_DIR nor HOME is set, so the transcripts cannot be found.',
    'Name a folder or a file: holdfast audit PATH.',
  );
}

/**
 * Every transcript in these files and folders, each once, by whatever way it was reached. A file that is named
 * itself is read whatever it is called. Not being there is an error only for what the person named.
 */
export function findTranscripts(places: readonly string[], { named }: { named: boolean }): Found {
  const found: Found = { files: [], unreadable: [] };
  const seen = new Set<string>();
  for (const place of places) {
    const path = resolve(place);
    const stat = statSync(path, { throwIfNoEntry: false });
    if (stat?.isDirectory()) lookInto(path);
    else if (stat?.isFile()) add(path);
    else if (named) throw notThere(place, stat !== undefined);
  }
  return found;

  function lookInto(folder: string): void {
    // A link may lead back up.
    if (!isNew(folder)) return;
    for (const entry of entriesOf(folder)) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) lookInto(path);
      else if (entry.isSymbolicLink()) follow(path);
      else if (entry.isFile() && extname(path) === '.jsonl') add(path);
    }
  }

  function follow(path: string): void {
    const stat = attempt(path, () => statSync(path));
    if (stat?.isDirectory()) lookInto(path);
    else if (stat?.isFile() && extname(path) === '.jsonl') add(path);
  }

  function add(path: string): void {
    const stat = attempt(path, () => statSync(path));
    if (stat && isNew(path)) found.files.push({ path, bytes: stat.size, modified: stat.mtimeMs });
  }

  function isNew(path: string): boolean {
    const real = attempt(path, () => realpathSync(path));
    if (real === null || seen.has(real)) return false;
    seen.add(real);
    return true;
  }

  function entriesOf(folder: string) {
    return attempt(folder, () => readdirSync(folder, { withFileTypes: true })) ?? [];
  }

  /** What cannot be read is counted, and the rest is read all the same. */
  function attempt<T>(path: string, look: () => T): T | null {
    try {
      return look();
    } catch (error) {
      const isTranscript = extname(path) === '.jsonl' || systemCode(error) !== 'ENOENT';
      if (isTranscript) found.unreadable.push({ path, why: systemCode(error) ?? messageOf(error) });
      return null;
    }
  }
}

function notThere(place: string, isThere: boolean): HoldfastError {
  return new HoldfastError(
    'BAD_INPUT',
    isThere ? `${place} is neither a file nor a folder.` : `There is no ${place}.`,
    'Name transcripts (.jsonl), or folders that hold some.',
  );
}
