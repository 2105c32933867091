import { existsSync, readdirSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { moveDatabaseAside, openStore } from '../../sidecar/store/index.ts';
import { insertSessions, openedStore } from '../kit/opened-store.ts';
import { temporaryHome } from '../kit/temporary-home.ts';

function emptyHome(): HomePaths {
  const { home, remove } = temporaryHome();
  onTestFinished(remove);
  return home;
}

/** A home whose ledger was made, has one row, and is closed. */
function usedHome(): HomePaths {
  const home = emptyHome();
  const store = openStore({ home });
  insertSessions(store, ['s1']);
  store.close();
  return home;
}

describe('an open ledger', () => {
  test.each([
    ['journal_mode', 'wal'],
    ['synchronous', 2],
    ['foreign_keys', 1],
    ['secure_delete', 1],
    ['busy_timeout', 5000],
  ])('has %s = %s in force', (pragma, value) => {
    expect(openedStore().store.db.pragma(pragma, { simple: true })).toBe(value);
  });

  test('maps no memory, so that a failing disk is an error code and no signal', () => {
    expect(openedStore().store.db.pragma('mmap_size', { simple: true }) ?? 0).toBe(0);
  });

  test('is the same one when it is opened again', () => {
    const home = usedHome();
    const store = openStore({ home });
    onTestFinished(store.close);
    expect(store.db.prepare('SELECT id FROM sessions').pluck().all()).toEqual(['s1']);
  });

  test('leaves no half-made file beside it', () => {
    const { home } = openedStore();
    expect(readdirSync(home.root).filter((name) => name.includes('.new'))).toEqual([]);
  });
});

describe('refused', () => {
  test('an SQLite that can corrupt a write-ahead log, before a file is made', () => {
    const home = emptyHome();
    expect(() => openStore({ home, sqliteVersion: '3.51.2' })).toThrow(
      expect.objectContaining({ code: 'SQLITE_TOO_OLD', message: expect.stringContaining('3.51.2') }),
    );
    expect(existsSync(home.database)).toBe(false);
  });

  test('never the oldest SQLite that is good', () => {
    const store = openStore({ home: emptyHome(), sqliteVersion: '3.51.3' });
    store.close();
  });

  test('a home on a network filesystem, before a file is made', () => {
    const home = emptyHome();
    expect(() => openStore({ home, networkFilesystem: () => 'nfs' })).toThrow(
      expect.objectContaining({ code: 'HOME_NOT_LOCAL', message: expect.stringContaining('(nfs)') }),
    );
    expect(existsSync(home.database)).toBe(false);
  });

  const DAMAGES: [string, (file: string) => void][] = [
    ['emptied', (file) => truncateSync(file, 0)],
    ['cut in the middle', (file) => truncateSync(file, 4096 * 3)],
    ['cut within a page', (file) => truncateSync(file, 5000)],
    [
      'of other bytes',
      (file) => writeFileSync(file, 'this is no database at all, and long enough'.repeat(200)),
    ],
    ['with a page overwritten', (file) => writeFileSync(file, overwritten(readFileSync(file)))],
  ];

  test.each(DAMAGES)('a file that was %s: DATABASE_DAMAGED, and it stays as it is', (_what, damage) => {
    const home = usedHome();
    damage(home.database);
    const bytes = readFileSync(home.database);
    expect(() => openStore({ home })).toThrow(expect.objectContaining({ code: 'DATABASE_DAMAGED' }));
    expect(readFileSync(home.database).equals(bytes)).toBe(true);
  });

  const SYSTEM_ERRORS: [string, string][] = [
    ['SQLITE_FULL', 'STORAGE_FULL'],
    ['ENOSPC', 'STORAGE_FULL'],
    ['SQLITE_IOERR_SHMSIZE', 'STORAGE_FULL'],
    ['SQLITE_IOERR_WRITE', 'STORAGE_UNWRITABLE'],
    ['SQLITE_CANTOPEN', 'STORAGE_UNWRITABLE'],
    ['SQLITE_READONLY_DBMOVED', 'STORAGE_UNWRITABLE'],
    ['SQLITE_BUSY', 'STORAGE_UNWRITABLE'],
    ['SQLITE_NOTADB', 'DATABASE_DAMAGED'],
    ['SQLITE_CORRUPT_INDEX', 'DATABASE_DAMAGED'],
  ];

  test.each(SYSTEM_ERRORS)('%s is named %s', (system, code) => {
    const openDatabase = () => {
      throw Object.assign(new Error('no'), { code: system });
    };
    for (const home of [emptyHome(), usedHome()]) {
      expect(() => openStore({ home, openDatabase })).toThrow(expect.objectContaining({ code }));
    }
  });
});

describe('what a kill left behind', () => {
  test('a ledger that was half made is made anew', () => {
    const home = emptyHome();
    writeFileSync(`${home.database}.new`, 'half');
    writeFileSync(`${home.database}.new-wal`, 'half');
    openStore({ home }).close();
    expect(readdirSync(home.root).filter((name) => name.includes('.new'))).toEqual([]);
  });

  test('a log whose ledger is gone is kept aside, and never replayed into a new one', () => {
    const home = emptyHome();
    writeFileSync(`${home.database}-wal`, 'of another ledger');
    openStore({ home }).close();
    const [kept] = readdirSync(home.backups);
    expect(kept).toMatch(/^holdfast-damaged-.*\.db-wal$/);
  });

  test('a log with rows in it is folded in', () => {
    const home = usedHome();
    const crashed = new Sqlite(home.database);
    crashed.pragma('wal_autocheckpoint = 0');
    crashed.exec("UPDATE sessions SET reason = 'in the log'");
    const files = ['', '-wal'].map((suffix) => [suffix, readFileSync(home.database + suffix)] as const);
    crashed.close();
    for (const [suffix, bytes] of files) writeFileSync(home.database + suffix, bytes);
    const store = openStore({ home });
    onTestFinished(store.close);
    expect(store.db.prepare('SELECT reason FROM sessions').pluck().get()).toBe('in the log');
  });

  test('a damaged ledger moved aside makes room for a new one, and is kept whole', () => {
    const home = usedHome();
    truncateSync(home.database, 5000);
    const aside = moveDatabaseAside(home, new Date('2026-02-03T04:05:06.000Z'));
    expect(aside).toBe(`${home.backups}/holdfast-damaged-2026-02-03T04-05-06.000Z.db`);
    expect(readFileSync(aside).length).toBe(5000);
    openStore({ home }).close();
  });
});

function overwritten(bytes: Buffer): Buffer {
  return Buffer.from(bytes).fill(0xff, 4096, 4096 * 2);
}
