import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { HoldfastError, messageOf } from '../errors/index.ts';
import { PACKAGE_ROOT, VERSION } from '../machine/index.ts';
import { storageError } from './sqlite-errors.ts';

export type Migration = { number: number; name: string; breaking: boolean; checksum: string; sql: string };
export type AppliedMigration = { number: number; name: string; checksum: string; breaking: number };

/** `0001_floor.sql`, in order. The first line says whether an older Holdfast can still use the result. */
export function readMigrations(folder: string = join(PACKAGE_ROOT, 'migrations')): Migration[] {
  return readdirSync(folder)
    .filter((file) => /^\d{4}_.+\.sql$/.test(file))
    .sort()
    .map((file) => {
      // Line ends may differ between checkouts of the same file.
      const sql = readFileSync(join(folder, file), 'utf8').replaceAll('\r\n', '\n');
      const breaking = /^-- breaking: (true|false)\n/.exec(sql)?.[1];
      if (!breaking) throw new Error(`${file} does not begin with "-- breaking: true|false"`);
      return {
        number: Number(file.slice(0, 4)),
        name: file.slice(5, -4),
        breaking: breaking === 'true',
        checksum: createHash('sha256').update(sql).digest('hex'),
        sql,
      };
    });
}

/** Brings the database to this version. Returns the numbers that were applied now. */
export function migrate(
  db: Database,
  { migrations, backups, now }: { migrations: Migration[]; backups: string; now: () => Date },
): number[] {
  db.exec(`CREATE TABLE IF NOT EXISTS migrations (
    number INTEGER PRIMARY KEY,
    name TEXT NOT NULL,
    checksum TEXT NOT NULL,
    breaking INTEGER NOT NULL,
    applied_at TEXT NOT NULL,
    applied_by TEXT NOT NULL
  ) STRICT`);
  const applied = db.prepare<[], AppliedMigration>('SELECT * FROM migrations ORDER BY number').all();
  refuseNewer(applied, migrations);
  refuseRewritten(applied, migrations);

  const pending = migrations.filter((migration) => !applied.some((row) => row.number === migration.number));
  if (applied.length > 0 && pending.some((migration) => migration.breaking)) {
    copyDatabase(db, backups, applied.at(-1)?.number ?? 0, now());
  }
  for (const migration of pending) applyOne(db, migration, now());
  return pending.map((migration) => migration.number);
}

function refuseNewer(applied: AppliedMigration[], migrations: Migration[]): void {
  const known = migrations.at(-1)?.number ?? 0;
  const newer = applied.filter((row) => row.number > known);
  if (!newer.some((row) => row.breaking === 1)) return;
  const found = newer.at(-1)?.number;
  throw new HoldfastError(
    'DATABASE_NEWER',
    `The ledger is at schema ${found}, written by a newer Holdfast; this one (${VERSION}) knows schema ${known} and cannot use it.`,
    'Install the newer Holdfast again (npm install -g holdfast@latest), or point HOLDFAST_HOME at another home.',
    { details: { database: found, known } },
  );
}

function refuseRewritten(applied: AppliedMigration[], migrations: Migration[]): void {
  for (const row of applied) {
    const file = migrations.find((migration) => migration.number === row.number);
    if (!file || file.checksum === row.checksum) continue;
    throw new HoldfastError(
      'MIGRATION_FAILED',
      `Migration ${row.number} (${row.name}) was applied with other contents than this package has.`,
      'Install an unchanged Holdfast of the version that made the database, or a newer one.',
    );
  }
}

/** VACUUM INTO and no file copy: opening the database file by hand would drop this process's locks on it. */
function copyDatabase(db: Database, backups: string, schema: number, at: Date): void {
  mkdirSync(backups, { recursive: true, mode: 0o700 });
  const stamp = at.toISOString().replaceAll(':', '-');
  db.prepare('VACUUM INTO ?').run(join(backups, `holdfast-schema-${schema}-${stamp}.db`));
}

/** The version row goes first: a second migrator fails on it before it has changed anything. */
function applyOne(db: Database, migration: Migration, at: Date): void {
  try {
    db.transaction(() => {
      db.prepare(
        `INSERT INTO migrations (number, name, checksum, breaking, applied_at, applied_by)
         VALUES (?, ?, ?, ?, ?, ?)`,
      ).run(
        migration.number,
        migration.name,
        migration.checksum,
        migration.breaking ? 1 : 0,
        at.toISOString(),
        VERSION,
      );
      db.exec(migration.sql);
      if (migration.number === 1)
        db.prepare('INSERT INTO machine (only, id) VALUES (1, ?)').run(randomUUID());
    }).immediate();
  } catch (cause) {
    const named = storageError(cause);
    if (named) throw named;
    throw new HoldfastError(
      'MIGRATION_FAILED',
      `Migration ${migration.number} (${migration.name}) failed and was rolled back: ${messageOf(cause)}.`,
      'The ledger is as it was before. Keep the previous Holdfast, and report this with the message above.',
      { cause },
    );
  }
}
