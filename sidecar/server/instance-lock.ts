import { existsSync, statSync } from 'node:fs';
import Sqlite, { type Database } from 'better-sqlite3';
import { HoldfastError, messageOf, systemCode } from '../errors/index.ts';

export type InstanceLock = {
  release: () => void;
  /** Why it keeps nobody out any more, where that is so. */
  fault: () => string | null;
};

/** Held here for the life of the process: a handle that nobody refers to is closed by the garbage collector. */
const held = new Set<Database>();

/**
 * One sidecar a home. An exclusive SQLite transaction on an empty database is a lock of the kernel's,
 * gone with the process however it ends, so there is no stale file to judge. Null: somebody holds it.
 */
export function acquireInstanceLock(file: string): InstanceLock | null {
  let db: Database;
  try {
    db = new Sqlite(file, { timeout: 0 });
  } catch (cause) {
    throw unusable(file, cause);
  }
  try {
    // Nothing is ever written: the file stays empty, and its journal lives in memory.
    db.pragma('journal_mode = MEMORY');
    db.exec('BEGIN EXCLUSIVE');
  } catch (cause) {
    db.close();
    if (systemCode(cause)?.startsWith('SQLITE_BUSY')) return null;
    throw unusable(file, cause);
  }
  held.add(db);
  const inode = inodeOf(file);
  return {
    release: () => {
      held.delete(db);
      db.close();
    },
    fault: () => {
      if (!held.has(db) || !db.inTransaction) return 'The lock was let go.';
      return inodeOf(file) === inode
        ? null
        : `${file} was removed or replaced: another sidecar can lock the new one.`;
    },
  };
}

function inodeOf(file: string): bigint | null {
  return statSync(file, { bigint: true, throwIfNoEntry: false })?.ino ?? null;
}

function unusable(file: string, cause: unknown): HoldfastError {
  if (systemCode(cause) === 'ERR_DLOPEN_FAILED') {
    return new HoldfastError(
      'NODE_UNSUPPORTED',
      `better-sqlite3 was built for another Node than this one (${process.versions.node}).`,
      'Install Holdfast again with this Node, or run `npm rebuild better-sqlite3` where it is installed.',
      { cause },
    );
  }
  return new HoldfastError(
    'INSTANCE_LOCK_DAMAGED',
    `The lock ${file} cannot be used: ${messageOf(cause)}.`,
    existsSync(file)
      ? 'Nothing is stored in it: make sure that no sidecar runs (holdfast stop), and delete it.'
      : 'Make its folder writable for you.',
    { cause },
  );
}
