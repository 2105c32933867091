import { EDITS } from './matching/nouns.ts';
import type { Deed, Reading, ToolCall } from './reading.ts';

/** Of a session; what was edited before them is not known to be discarded. */
const MOST_FILES = 200;
const MOST_TOLD = 40;

/**
 * Follows which edits of a session are neither committed nor discarded: `git stash` names no file, and takes them all.
 * A call that discards or brings back is told by the files that it does that to.
 */
export function worktreeReader(): <Read extends Reading>(call: ToolCall, reading: Read) => Read {
  const edited = new Set<string>();
  const stashes: string[][] = [];
  const told = (deed: Deed): Deed[] => {
    const { worktree, verb, outcome, undoes } = deed;
    if (worktree === undefined) {
      if (verb === 'commit' && outcome === 'did' && !undoes) edited.clear();
      return [deed];
    }
    if (outcome !== 'did') return [];
    const { how, paths } = worktree;
    const files =
      how === 'back'
        ? (stashes.pop() ?? [])
        : [...edited].filter((file) => paths.some((path) => isIn(file, path))).slice(-MOST_TOLD);
    if (how === 'stashed') stashes.push(files);
    for (const file of files) how === 'back' ? edited.add(file) : edited.delete(file);
    return files.length === 0
      ? []
      : [...EDITS].map((one) => ({
          verb: one,
          outcome,
          on: files,
          undoes: true as const,
          worktree: { how, paths: [] },
        }));
  };
  return (call, reading) => {
    const deeds = reading.deeds.flatMap(told);
    // A file that was written whole may be new to git, which then leaves it where it is.
    if (/^(?:Edit|MultiEdit|NotebookEdit)$/.test(call.tool) && call.ok) {
      const [file] = deeds.find(({ verb }) => verb === 'update')?.on ?? [];
      if (file !== undefined) {
        edited.delete(file);
        edited.add(file);
      }
      const [oldest] = edited;
      if (edited.size > MOST_FILES && oldest !== undefined) edited.delete(oldest);
    }
    return { ...reading, deeds };
  };
}

function isIn(file: string, path: string): boolean {
  const plain = path.replace(/^\.\//, '').replace(/\/+$/, '');
  return plain === '.' || (plain !== '' && `/${file}/`.includes(`/${plain}/`));
}

/** What the calls from the newest back to some point have taken away for good. */
export function discards(): { seen: (reading: Reading) => void; has: (deed: Deed) => boolean } {
  const back = new Map<string, number>();
  const gone = new Set<string>();
  return {
    seen: ({ deeds }) => {
      // One verb stands for all: the others tell the same.
      for (const { worktree, verb, on } of deeds.toReversed()) {
        if (worktree === undefined || verb !== deeds.find((deed) => deed.worktree)?.verb) continue;
        for (const file of on) {
          const owed = back.get(file) ?? 0;
          if (worktree.how === 'back') back.set(file, owed + 1);
          else if (worktree.how === 'stashed' && owed > 0) back.set(file, owed - 1);
          else gone.add(file);
        }
      }
    },
    has: ({ verb, on: [file = ''], undoes, kinds }) =>
      EDITS.has(verb) && !undoes && kinds?.includes('file') === true && gone.has(file),
  };
}
