import { createHash } from 'node:crypto';
import { closeSync, constants, fstatSync, futimesSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { messageOf, systemCode } from '../errors/index.ts';

export type LockFile =
  | { kind: 'none' }
  | { kind: 'unreadable'; why: string }
  | {
      kind: 'file';
      text: string;
      mtimeMs: number;
      inode: bigint;
      /** Inode and bytes, hashed: this very file with this very text. */
      generation: string;
    };

/** Far more than any lock of ours has: what is longer is not understood anyway. */
const LONGEST = 64 * 1024;

export function readLockFile(path: string): LockFile {
  let fd: number;
  try {
    // Without waiting: a pipe in its place would hold up the sidecar until somebody writes.
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return { kind: 'none' };
    return { kind: 'unreadable', why: messageOf(error) };
  }
  try {
    const stat = fstatSync(fd, { bigint: true });
    if (!stat.isFile()) return { kind: 'unreadable', why: 'it is no file' };
    const bytes = readUpTo(fd, LONGEST);
    const generation = createHash('sha256').update(`${stat.dev} ${stat.ino} ${stat.size}\n`).update(bytes);
    return {
      kind: 'file',
      text: bytes.toString('utf8'),
      mtimeMs: Number(stat.mtimeNs) / 1e6,
      inode: stat.ino,
      generation: generation.digest('hex').slice(0, 32),
    };
  } catch (error) {
    return { kind: 'unreadable', why: messageOf(error) };
  } finally {
    closeSync(fd);
  }
}

function readUpTo(fd: number, most: number): Buffer {
  const bytes = Buffer.alloc(most);
  let length = 0;
  for (;;) {
    const read = readSync(fd, bytes, length, most - length, null);
    length += read;
    if (read === 0 || length === most) return bytes.subarray(0, length);
  }
}

/** A whole file beside its place, still of no effect. The descriptor stays open. */
export function writeBeside(path: string, text: string): number {
  const fd = openSync(path, 'wx', 0o600);
  try {
    writeSync(fd, text);
    return fd;
  } catch (error) {
    closeSync(fd);
    discard(path);
    throw error;
  }
}

/** Through the descriptor: it reaches this file alone, whatever lies at its place by now. */
export function setHeartbeat(fd: number, nowMs: number): void {
  futimesSync(fd, nowMs / 1000, nowMs / 1000);
}

/** Never the reason that what has been done counts as failed: a file of ours that stays is swept one day. */
export function discard(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // A disk that has just failed: it is the next call that needs it and says so.
  }
}
