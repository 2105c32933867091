import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** More than its last rows: two transcripts of one length do not end alike. */
const END_BYTES = 4096;

/**
 * What tells later that a transcript did not go on: its length, and a fingerprint of its end. Not its time: a
 * backup that was put back is as it was. Null: it is not there, or cannot be read, so no client can resume it.
 */
export async function markOf(path: string): Promise<string | null> {
  let file: FileHandle | undefined;
  try {
    // Without waiting: a pipe in its place would wait for somebody who writes.
    file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const stat = await file.stat();
    if (!stat.isFile()) return null;
    const end = await readEnd(file, stat.size);
    return `${stat.size}:${createHash('sha256').update(end).digest('hex').slice(0, 16)}`;
  } catch {
    return null;
  } finally {
    await file?.close();
  }
}

/** Up to the length that was seen: what is appended meanwhile shows in the next mark. */
async function readEnd(file: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.alloc(Math.min(size, END_BYTES));
  let length = 0;
  while (length < bytes.length) {
    const at = size - bytes.length + length;
    const { bytesRead } = await file.read(bytes, length, bytes.length - length, at);
    if (bytesRead === 0) break; // It was cut off meanwhile.
    length += bytesRead;
  }
  return bytes.subarray(0, length);
}
