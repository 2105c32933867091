import { existsSync, mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { HoldfastError } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { compareVersions, networkFilesystem } from '../machine/index.ts';
import { migrate, readMigrations } from './migrate.ts';
import { storageError } from './sqlite-errors.ts';

/** Older ones can corrupt a database in WAL mode when a checkpoint meets a write. */
const OLDEST_SQLITE = '3.51.3';

/** One page of ours. */
const SMALLEST_BYTES = 4096;

/** Up to this size a check of every page at the start costs a few milliseconds. */
const CHECKED_AT_START_BYTES = 8 * 1024 * 1024;

export type OpenOptions = {
  home: HomePaths;
  now?: () => Date;
  networkFilesystem?: (directory: string) => string | null;
  openDatabase?: (file: string) => Database;
  sqliteVersion?: string;
};

/**
 * Opens the ledger, or makes it, or says why not. The caller holds the instance lock: nobody else
 * opens, makes or moves these files meanwhile.
 */
export function openDatabase({
  home,
  now = () => new Date(),
  networkFilesystem: networkOf = networkFilesystem,
  openDatabase: open = (file) => new Sqlite(file),
  sqliteVersion,
}: OpenOptions): Database {
  const network = networkOf(home.root);
  if (network !== null) {
    throw new HoldfastError(
      'HOME_NOT_LOCAL',
      `The home ${home.root} lies on a network filesystem (${network}), where SQLite's locks cannot be trusted.`,
      'Set HOLDFAST_HOME to a directory on a local disk.',
    );
  }
  if (!existsSync(home.database)) makeDatabase(home, open, now, sqliteVersion);
  // SQLite takes a file of less than one page for a new one, and would write over it.
  const { size } = statSync(home.database);
  if (size < SMALLEST_BYTES)
    throw damaged(home.database, size === 0 ? 'it is empty' : `it has ${size} bytes`);
  try {
    const db = open(home.database);
    try {
      prepareConnection(db, sqliteVersion);
      refuseDamaged(db, home.database);
      migrate(db, { migrations: readMigrations(), backups: home.backups, now });
      return db;
    } catch (cause) {
      db.close();
      throw cause;
    }
  } catch (cause) {
    throw storageError(cause) ?? cause;
  }
}

/**
 * A new ledger is made whole beside its place and then renamed, so that a file of no bytes is never
 * one of ours cut short by a kill: it is somebody's damage, and refused.
 */
function makeDatabase(
  home: HomePaths,
  open: (file: string) => Database,
  now: () => Date,
  sqliteVersion?: string,
): void {
  moveAside(home, ['-wal', '-shm'], now()); // A log without its database would be replayed into the new one.
  const made = `${home.database}.new`;
  for (const suffix of ['', '-wal', '-shm', '-journal']) rmSync(made + suffix, { force: true });
  try {
    const db = open(made);
    try {
      prepareConnection(db, sqliteVersion);
      migrate(db, { migrations: readMigrations(), backups: home.backups, now });
    } finally {
      db.close(); // The last connection folds the log into the file.
    }
  } catch (cause) {
    throw storageError(cause) ?? cause;
  }
  renameSync(made, home.database);
}

function prepareConnection(db: Database, sqliteVersion?: string): void {
  const version = sqliteVersion ?? db.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '0';
  if (compareVersions(version, OLDEST_SQLITE) < 0) {
    throw new HoldfastError(
      'SQLITE_TOO_OLD',
      `SQLite ${version} is built into better-sqlite3; older than ${OLDEST_SQLITE} it can corrupt a write-ahead log.`,
      'Install the dependencies again from the lockfile: npm ci.',
    );
  }
  db.pragma('journal_mode = WAL');
  db.pragma('synchronous = FULL'); // Each commit is on the disk before it is answered.
  db.pragma('foreign_keys = ON');
  db.pragma('mmap_size = 0'); // A full or failing disk is then an error code, and no signal.
  db.pragma('secure_delete = ON'); // What is forgotten or pruned is overwritten, and not only unlinked.
  db.pragma('busy_timeout = 5000');
}

function refuseDamaged(db: Database, file: string): void {
  // Folds a log that a killed sidecar left, after which the file must have every page that it counts. Where somebody
  // else reads at this moment the log stays, and what the file has not yet may stand there.
  const [folded] = db.pragma('wal_checkpoint(TRUNCATE)') as { busy: number }[];
  const pages = Number(db.pragma('page_count', { simple: true }));
  const pageBytes = Number(db.pragma('page_size', { simple: true }));
  const bytes = statSync(file).size;
  if (folded?.busy !== 1 && bytes < pages * pageBytes)
    throw damaged(file, `it has ${bytes} of ${pages * pageBytes} bytes`);
  if (bytes > CHECKED_AT_START_BYTES) return;
  const verdict = String(db.pragma('quick_check(1)', { simple: true }));
  if (verdict !== 'ok') throw damaged(file, verdict);
}

function damaged(file: string, verdict: string): HoldfastError {
  return new HoldfastError(
    'DATABASE_DAMAGED',
    `The ledger ${file} is damaged: ${verdict}.`,
    'Copy the file if you can. `holdfast start --recover` moves it aside and begins a new one.',
  );
}

/** Moves a ledger that cannot be used to `backups/`. Returns where it lies now. */
export function moveDatabaseAside(home: HomePaths, at: Date): string {
  return moveAside(home, ['', '-wal', '-shm'], at);
}

function moveAside(home: HomePaths, suffixes: string[], at: Date): string {
  const target = join(home.backups, `holdfast-damaged-${at.toISOString().replaceAll(':', '-')}.db`);
  for (const suffix of suffixes) {
    if (!existsSync(home.database + suffix)) continue;
    mkdirSync(home.backups, { recursive: true, mode: 0o700 });
    renameSync(home.database + suffix, target + suffix);
  }
  return target;
}
