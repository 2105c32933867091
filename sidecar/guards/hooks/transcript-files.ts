import type { Dirent, Stats } from 'node:fs';
import { type FileHandle, open, readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type ReadRow, type Sign, type SignReader, signReader } from './read-signs.ts';

/** One session's transcript, as far as it was read. */
export type Transcript = {
  path: string;
  sessionId: string;
  /** When the file was made, in milliseconds; 0: this file system does not tell. */
  madeAt: number;
  reader: SignReader;
  /** Signs that nobody judged yet, oldest first. */
  signs: Sign[];
  /** `EVENT` and `EVENT TOOL_USE_ID` of hooks that the client wrote down as run. */
  ran: Set<string>;
  /** A prompt was answered, as far as this was read. */
  worked: boolean;
  /** How often an event was missing in a row. */
  missed: Map<string, number>;
};

type Known = Transcript & { inode: number; size: number; modified: number; offset: number; torn: boolean };

export type TranscriptFiles = {
  /** Reads what was added since the last look, and gives those that have something to judge. */
  look: (folders: Iterable<string>, now: number) => Promise<Transcript[]>;
};

/** One that rested for longer is not looked at again before its folder gets a new file. */
const WARM_MS = 24 * 60 * 60_000;
/** A folder that changed so lately may have changed again within the same tick of its clock. */
const SETTLED_MS = 2_000;
const READ_BYTES = 1024 * 1024;
/** For one look at all of them. What is left over comes next time. */
const LOOK_BYTES = 4 * READ_BYTES;
const HEAD_BYTES = 64 * 1024;
const LINE_FEED = 0x0a;
/** The session's own; subagents have other names. */
const TRANSCRIPT = /^([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\.jsonl$/i;

/** Follows the transcripts of a person: only files that grew are opened, and of each only what is new. */
export function transcriptFiles(readRow: ReadRow): TranscriptFiles {
  const folders = new Map<string, number>();
  const files = new Map<string, Known>();

  async function look(roots: Iterable<string>, now: number): Promise<Transcript[]> {
    for (const root of roots) {
      for (const entry of await entriesOf(root)) {
        if (entry.isDirectory()) await lookInto(join(root, entry.name), now);
      }
    }
    let left = LOOK_BYTES;
    for (const file of files.values()) {
      if (left <= 0) break;
      left -= await readOn(file, now);
    }
    return [...files.values()].filter(({ signs }) => signs.length > 0);
  }

  async function lookInto(folder: string, now: number): Promise<void> {
    const stats = await statOf(folder);
    if (!stats || folders.get(folder) === stats.mtimeMs) return;
    if (now - stats.mtimeMs > SETTLED_MS) folders.set(folder, stats.mtimeMs);
    for (const entry of await entriesOf(folder)) {
      const sessionId = entry.isFile() ? TRANSCRIPT.exec(entry.name)?.[1] : undefined;
      const path = join(folder, entry.name);
      if (sessionId === undefined || files.has(path)) continue;
      const found = await statOf(path);
      if (found && now - found.mtimeMs < WARM_MS) files.set(path, newlyKnown(path, sessionId, found));
    }
  }

  function newlyKnown(path: string, sessionId: string, { ino, birthtimeMs }: Stats): Known {
    return {
      ...{ path, sessionId, inode: ino, madeAt: birthtimeMs },
      ...{ size: 0, modified: 0, offset: 0, torn: false },
      ...{ reader: signReader(readRow), signs: [], ran: new Set(), worked: false, missed: new Map() },
    };
  }

  /** Returns how many bytes were read. */
  async function readOn(file: Known, now: number): Promise<number> {
    const stats = await statOf(file.path);
    if (!stats || now - stats.mtimeMs > WARM_MS) {
      files.delete(file.path);
      return 0;
    }
    // Written anew, and not only on. The number alone does not tell: a file system gives it out again at once.
    const isOther = stats.ino !== file.inode || stats.birthtimeMs !== file.madeAt;
    if (isOther || stats.size < file.offset) {
      Object.assign(file, newlyKnown(file.path, file.sessionId, stats));
    }
    if (stats.size === file.size && stats.mtimeMs === file.modified) return 0;
    try {
      const read = await readNew(file, stats.size);
      // What is left over makes it look changed again.
      if (file.offset + READ_BYTES > stats.size)
        Object.assign(file, { size: stats.size, modified: stats.mtimeMs });
      return read;
    } catch {
      files.delete(file.path); // Not ours to read, or gone in this moment: nothing is judged by it.
      return 0;
    }
  }

  return { look };
}

async function readNew(file: Known, size: number): Promise<number> {
  const handle = await open(file.path, 'r');
  try {
    let read = 0;
    // Of a long one that nobody followed, the beginning says what it is, and the end what happens now.
    if (size - file.offset > LOOK_BYTES) {
      if (file.offset === 0) read += takeLines(file, await bytesOf(handle, 0, HEAD_BYTES));
      file.reader.skip();
      file.reader.found();
      file.offset = size - READ_BYTES;
      file.torn = true;
    }
    const bytes = await bytesOf(handle, file.offset, READ_BYTES);
    read += takeLines(file, bytes);
    const { signs, ran } = file.reader.found();
    file.signs.push(...signs);
    file.worked ||= signs.some(({ kind }) => kind === 'session');
    for (const { event, toolUseId } of ran) file.ran.add(event).add(`${event} ${toolUseId}`);
    return read;
  } finally {
    await handle.close();
  }
}

/** Takes whole lines. One that fills a whole block is passed over. */
function takeLines(file: Known, bytes: Buffer): number {
  const end = bytes.lastIndexOf(LINE_FEED) + 1;
  if (end === 0) {
    if (bytes.length < READ_BYTES) return bytes.length; // Its end is still to come.
    file.offset += bytes.length;
    file.torn = true;
    return bytes.length;
  }
  const begin = file.torn ? bytes.indexOf(LINE_FEED) + 1 : 0;
  file.torn = false;
  for (const line of bytes.toString('utf8', begin, end).split('\n')) file.reader.take(line);
  file.offset += end;
  return bytes.length;
}

async function bytesOf(handle: FileHandle, from: number, length: number): Promise<Buffer> {
  const { buffer, bytesRead } = await handle.read(Buffer.allocUnsafe(length), 0, length, from);
  return buffer.subarray(0, bytesRead);
}

async function entriesOf(folder: string): Promise<Dirent[]> {
  try {
    return await readdir(folder, { withFileTypes: true });
  } catch {
    return []; // Not there yet, or not ours to read.
  }
}

async function statOf(path: string): Promise<Stats | null> {
  try {
    return await stat(path);
  } catch {
    return null; // Gone meanwhile.
  }
}
