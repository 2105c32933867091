import { basename, dirname, join } from 'node:path';
import { linesOf } from './lines.ts';
import { readRow } from './row.ts';

/** One file, and what its name and its first rows say of it. */
export type Transcript = {
  path: string;
  bytes: number;
  modified: number;
  /** That the hooks would have named; a subagent's file has its parent's. */
  sessionId: string;
  /** Set where the whole file is a subagent's. */
  agentId: string | null;
  /** Where the session began; null where no row says. */
  cwd: string | null;
  /** Of its first row that has a time; without one, when the file was last written. */
  startsAt: string;
};

export type TranscriptFile = Pick<Transcript, 'path' | 'bytes' | 'modified'>;

/** The rows before the first prompt have neither place nor person; more of them than this were never seen. */
const ROWS_LOOKED_AT = 60;
const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** Looks at the beginning of a file. Throws what the disk says where it cannot be read. */
export function lookAt(file: TranscriptFile): Transcript {
  const first = firstRows(file.path);
  const name = basename(file.path, '.jsonl');
  const folder = dirname(file.path);
  const isSubagent = name.startsWith('agent-') || basename(folder) === 'subagents' || first.agentId !== null;
  const parent = basename(folder) === 'subagents' ? basename(join(folder, '..')) : null;
  const own = isSubagent ? parent : name;
  return {
    ...file,
    // A fork's rows are copies, and in old clients name the session that they were copied from.
    sessionId: own !== null && UUID.test(own) ? own : (first.sessionId ?? own ?? name),
    agentId: isSubagent ? (first.agentId ?? name.replace(/^agent-/, '')) : null,
    cwd: first.cwd,
    startsAt: first.at ?? new Date(file.modified).toISOString(),
  };
}

type First = { sessionId: string | null; agentId: string | null; cwd: string | null; at: string | null };

function firstRows(path: string): First {
  const first: First = { sessionId: null, agentId: null, cwd: null, at: null };
  let looked = 0;
  // Nothing is counted here: the same rows are read again, for good.
  for (const line of linesOf(path, { longLines: 0, readBytes: () => {} }, { chunkBytes: 16 * 1024 })) {
    if (++looked > ROWS_LOOKED_AT) break;
    const row = rowOf(line);
    if (row === null) continue;
    first.sessionId ??= row.sessionId;
    first.at ??= row.at;
    if (row.cwd === null) continue;
    // A session's own agent has rows with a place too, and they come first.
    return { ...first, cwd: row.cwd, agentId: row.agentId };
  }
  return first;
}

function rowOf(line: string) {
  try {
    return readRow(JSON.parse(line));
  } catch {
    return null; // Counted when it is read for good.
  }
}
