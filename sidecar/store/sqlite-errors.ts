import { HoldfastError, messageOf, systemCode } from '../errors/index.ts';

/** Names what SQLite threw; null for anything that is no condition of the disk (a bug of ours, then). */
export function storageError(cause: unknown): HoldfastError | null {
  const code = systemCode(cause) ?? '';
  const said = `${messageOf(cause)} (${code})`;
  if (code === 'SQLITE_FULL' || code === 'SQLITE_IOERR_SHMSIZE' || code === 'ENOSPC') {
    return new HoldfastError(
      'STORAGE_FULL',
      `The disk of the ledger is full: ${said}.`,
      'Make room on that disk. Nothing needs a restart; events wait in the spool meanwhile.',
      { cause },
    );
  }
  if (code === 'SQLITE_CORRUPT' || code.startsWith('SQLITE_CORRUPT_') || code === 'SQLITE_NOTADB') {
    return new HoldfastError(
      'DATABASE_DAMAGED',
      `The ledger holdfast.db is damaged: ${said}.`,
      'Copy the file if you can. `holdfast start --recover` moves it aside and begins a new one.',
      { cause },
    );
  }
  if (/^SQLITE_(IOERR|READONLY|CANTOPEN|PERM|BUSY|LOCKED)/.test(code)) {
    return new HoldfastError(
      'STORAGE_UNWRITABLE',
      `The ledger cannot be written: ${said}.`,
      'Check that the disk is healthy and that the home and its files belong to you.',
      { cause },
    );
  }
  return null;
}
