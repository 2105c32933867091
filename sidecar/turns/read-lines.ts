import { closeSync, openSync, readSync } from 'node:fs';

const CHUNK_BYTES = 256 * 1024;
const LINE_FEED = 10;

/** A longer line is not held in memory: its beginning is all that is read of it. */
const LONGEST_BYTES = 32 * 1024 * 1024;
const HEAD_BYTES = 1024 * 1024;

export type Line = {
  text: string;
  /** Without its line feed. */
  bytes: number;
  /** False: `text` is its beginning. */
  whole: boolean;
  /** Where the next one begins. */
  end: number;
};

export type LineReader = {
  /** The lines that have come whole since the last call, of one chunk; null at the end of the file for now. */
  next: () => Line[] | null;
  /** What stands after the last line feed: a line that was torn, or is still being written. */
  rest: () => Line | null;
  close: () => void;
};

/** Reads a growing file from a stored offset, which is the beginning of a line. */
export function lineReader(file: string, offset: number): LineReader {
  let descriptor: number | null = null;
  let position = offset;
  let parts: Buffer[] = [];
  let held = 0;
  let length = 0;
  const chunk = Buffer.allocUnsafe(CHUNK_BYTES);

  function next(): Line[] | null {
    descriptor ??= openIfThere(file);
    if (descriptor === null) return null;
    const read = readSync(descriptor, chunk, 0, CHUNK_BYTES, position);
    if (read === 0) return null;
    const lines: Line[] = [];
    let begin = 0;
    for (
      let feed = chunk.indexOf(LINE_FEED);
      feed !== -1 && feed < read;
      feed = chunk.indexOf(LINE_FEED, begin)
    ) {
      keep(chunk.subarray(begin, feed));
      lines.push(take(position + feed + 1));
      begin = feed + 1;
    }
    keep(Buffer.from(chunk.subarray(begin, read)));
    position += read;
    return lines;
  }

  function keep(part: Buffer): void {
    length += part.length;
    if (length > LONGEST_BYTES && held > HEAD_BYTES) {
      parts = [Buffer.concat(parts).subarray(0, HEAD_BYTES)];
      held = HEAD_BYTES;
    } else if (length <= LONGEST_BYTES) {
      parts.push(part);
      held += part.length;
    }
  }

  function take(end: number): Line {
    const text = parts.length === 1 && parts[0] ? parts[0].toString() : Buffer.concat(parts).toString();
    const line = { text, bytes: length, whole: held === length, end };
    parts = [];
    held = 0;
    length = 0;
    return line;
  }

  return {
    next,
    rest: () => (length === 0 ? null : take(position)),
    close: () => {
      if (descriptor !== null) closeSync(descriptor);
      descriptor = null;
    },
  };
}

function openIfThere(file: string): number | null {
  try {
    return openSync(file, 'r');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null; // Not started yet.
    throw error;
  }
}
