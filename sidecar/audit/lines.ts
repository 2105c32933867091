import { closeSync, openSync, readSync } from 'node:fs';

/** The largest body that the sidecar takes from a hook: a longer row tells of nothing that was heard live. */
export const LONGEST_LINE = 8 * 1024 * 1024;
const CHUNK_BYTES = 128 * 1024;
const LINE_FEED = 0x0a;

export type LineCounts = {
  longLines: number;
  /** Told of the bytes as they are read. */
  readBytes: (count: number) => void;
};

/**
 * The lines of a file of any size: no more of it is held than one chunk and one line. A line that is too long is
 * counted and passed over. The last one may lack its line feed: whoever parses it sees whether it is whole.
 * Closes the file when it ends, and when the caller stops early.
 */
export function* linesOf(
  path: string,
  counts: LineCounts,
  { longest = LONGEST_LINE, chunkBytes = CHUNK_BYTES }: { longest?: number; chunkBytes?: number } = {},
): Generator<string> {
  const file = openSync(path, 'r');
  try {
    const chunk = Buffer.allocUnsafe(chunkBytes);
    let begun: Buffer[] = [];
    let begunBytes = 0;

    function take(end: Buffer): string | null {
      const bytes = begunBytes + end.length;
      const line =
        bytes > longest ? null : (begun.length === 0 ? end : Buffer.concat([...begun, end])).toString('utf8');
      if (line === null) counts.longLines += 1;
      begun = [];
      begunBytes = 0;
      return line;
    }

    for (;;) {
      const length = readSync(file, chunk, 0, chunkBytes, null);
      if (length === 0) break;
      counts.readBytes(length);
      const bytes = chunk.subarray(0, length);
      let start = 0;
      for (let feed = bytes.indexOf(LINE_FEED); feed !== -1; feed = bytes.indexOf(LINE_FEED, start)) {
        const line = take(bytes.subarray(start, feed));
        start = feed + 1;
        if (line !== null) yield line;
      }
      begunBytes += length - start;
      // Of a line that is too long already, only the length is kept.
      if (begunBytes > longest) begun = [];
      else if (start < length) begun.push(Buffer.from(bytes.subarray(start)));
    }
    if (begunBytes > 0) {
      const line = take(Buffer.alloc(0));
      if (line !== null) yield line;
    }
  } finally {
    closeSync(file);
  }
}
