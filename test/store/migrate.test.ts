import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Sqlite, { type Database } from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { VERSION } from '../../sidecar/machine/index.ts';
import { migrate, readMigrations } from '../../sidecar/store/index.ts';

const FLOOR = { '0001_floor.sql': '-- breaking: false\nCREATE TABLE machine (only INTEGER, id TEXT);\n' };
const NOTES = { '0002_notes.sql': '-- breaking: false\nCREATE TABLE notes (text TEXT);\n' };
const BREAKING = { '0003_split.sql': '-- breaking: true\nALTER TABLE notes ADD COLUMN at TEXT;\n' };
const HALF = {
  '0002_half.sql': '-- breaking: true\nCREATE TABLE whole (a TEXT);\nINSERT INTO nowhere VALUES (1);\n',
};
const NOW = new Date('2026-01-02T03:04:05.000Z');

/** A database, and migrations of its own for each step of its life. */
function world() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-migrate-'));
  const db = new Sqlite(join(folder, 'holdfast.db'));
  onTestFinished(() => {
    db.close();
    rmSync(folder, { recursive: true, force: true });
  });
  const backups = join(folder, 'backups');
  return {
    db,
    backups,
    migrate: (...parts: Record<string, string>[]) =>
      migrate(db, { migrations: written(folder, parts), backups, now: () => NOW }),
  };
}

function written(folder: string, parts: Record<string, string>[]) {
  const migrations = join(folder, 'migrations');
  rmSync(migrations, { recursive: true, force: true });
  mkdirSync(migrations);
  for (const [name, text] of Object.entries(Object.assign({}, ...parts) as Record<string, string>)) {
    writeFileSync(join(migrations, name), text);
  }
  return readMigrations(migrations);
}

const tablesOf = (db: Database) =>
  db.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").pluck().all();
const numbersOf = (db: Database) => db.prepare('SELECT number FROM migrations ORDER BY number').pluck().all();

describe('migrations', () => {
  test('a fresh database gets all of them, with who applied each and when', () => {
    const { db, migrate } = world();
    expect(migrate(FLOOR, NOTES)).toEqual([1, 2]);
    expect(tablesOf(db)).toEqual(['machine', 'migrations', 'notes']);
    expect(db.prepare('SELECT * FROM migrations WHERE number = 2').get()).toMatchObject({
      name: 'notes',
      breaking: 0,
      applied_at: NOW.toISOString(),
      applied_by: VERSION,
      checksum: expect.stringMatching(/^[0-9a-f]{64}$/),
    });
    expect(db.prepare('SELECT count(*) FROM machine').pluck().get()).toBe(1);
  });

  test('a second time there is nothing to do, and the machine keeps its id', () => {
    const { db, migrate } = world();
    migrate(FLOOR);
    const before = db.prepare('SELECT * FROM machine').all();
    expect(migrate(FLOOR)).toEqual([]);
    expect(db.prepare('SELECT * FROM machine').all()).toEqual(before);
  });

  test('only the missing ones are applied', () => {
    const { migrate } = world();
    migrate(FLOOR);
    expect(migrate(FLOOR, NOTES)).toEqual([2]);
  });

  test('one that fails is rolled back whole, its version row too, and those before it stay', () => {
    const { db, migrate } = world();
    migrate(FLOOR);
    expect(() => migrate(FLOOR, HALF)).toThrow(
      expect.objectContaining({
        code: 'MIGRATION_FAILED',
        message: expect.stringContaining('Migration 2 (half)'),
      }),
    );
    expect(tablesOf(db)).toEqual(['machine', 'migrations']);
    expect(numbersOf(db)).toEqual([1]);
  });

  test('the version row goes first: a migrator that comes second fails before it changes anything', () => {
    const { db, migrate } = world();
    migrate(FLOOR);
    db.exec('CREATE TABLE seen (number INTEGER)');
    const watched = {
      '0002_watched.sql': '-- breaking: false\nINSERT INTO seen SELECT max(number) FROM migrations;\n',
    };
    migrate(FLOOR, watched);
    expect(db.prepare('SELECT number FROM seen').pluck().all()).toEqual([2]);
  });

  test('an applied one whose file was rewritten is refused', () => {
    const { migrate } = world();
    migrate(FLOOR);
    const rewritten = { '0001_floor.sql': `${FLOOR['0001_floor.sql']}-- and a word more\n` };
    expect(() => migrate(rewritten)).toThrow(
      expect.objectContaining({ code: 'MIGRATION_FAILED', message: expect.stringContaining('1 (floor)') }),
    );
  });

  test('other line ends are no other contents', () => {
    const { migrate } = world();
    migrate(FLOOR);
    expect(migrate({ '0001_floor.sql': FLOOR['0001_floor.sql'].replaceAll('\n', '\r\n') })).toEqual([]);
  });

  test('one whose first line does not say whether it breaks is refused', () => {
    const { migrate } = world();
    expect(() => migrate({ '0001_floor.sql': 'CREATE TABLE a (b TEXT);\n' })).toThrow(
      '-- breaking: true|false',
    );
  });

  test("the package's own are numbered without a gap", () => {
    const numbers = readMigrations().map((migration) => migration.number);
    expect(numbers).toEqual(numbers.map((_, index) => index + 1));
  });
});

describe('a database of a newer Holdfast', () => {
  test('opens where nothing breaks', () => {
    const { migrate } = world();
    migrate(FLOOR, NOTES);
    expect(migrate(FLOOR)).toEqual([]);
  });

  test('is DATABASE_NEWER where something does, with both numbers', () => {
    const { db, migrate } = world();
    migrate(FLOOR, NOTES, BREAKING);
    expect(() => migrate(FLOOR)).toThrow(
      expect.objectContaining({
        code: 'DATABASE_NEWER',
        message: expect.stringMatching(/schema 3, .* knows schema 1 /),
        details: { database: 3, known: 1 },
      }),
    );
    expect(numbersOf(db)).toEqual([1, 2, 3]);
  });

  test('names the newest schema, also where only an older one of the unknown breaks', () => {
    const { migrate } = world();
    migrate(FLOOR, NOTES, BREAKING, { '0004_more.sql': '-- breaking: false\nCREATE TABLE more (a TEXT);\n' });
    expect(() => migrate(FLOOR, NOTES)).toThrow(
      expect.objectContaining({ details: { database: 4, known: 2 } }),
    );
  });
});

describe('before a breaking migration', () => {
  test('a copy of the database as it was lies in backups/', () => {
    const { db, backups, migrate } = world();
    migrate(FLOOR, NOTES);
    db.exec("INSERT INTO notes VALUES ('kept')");
    migrate(FLOOR, NOTES, BREAKING);
    expect(readdirSync(backups)).toEqual(['holdfast-schema-2-2026-01-02T03-04-05.000Z.db']);
    const copy = new Sqlite(join(backups, readdirSync(backups)[0] ?? ''), { readonly: true });
    onTestFinished(() => void copy.close());
    expect(copy.prepare('SELECT * FROM notes').all()).toEqual([{ text: 'kept' }]);
    expect(numbersOf(copy)).toEqual([1, 2]);
  });

  test.each([
    ['a fresh database', [FLOOR, NOTES, BREAKING]],
    ['a migration that breaks nothing', [FLOOR, NOTES]],
  ])('%s needs none', (_what, parts) => {
    const { backups, migrate } = world();
    if (!parts.includes(BREAKING)) migrate(FLOOR);
    migrate(...parts);
    expect(() => readdirSync(backups)).toThrow('ENOENT');
  });

  test('a failing one leaves both, the database and its copy', () => {
    const { db, backups, migrate } = world();
    migrate(FLOOR);
    expect(() => migrate(FLOOR, HALF)).toThrow();
    expect(readdirSync(backups)).toHaveLength(1);
    expect(numbersOf(db)).toEqual([1]);
  });
});
