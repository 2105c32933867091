import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { homePaths } from '../../sidecar/home/index.ts';
import { openStore, peekLedger, readMigrations, upgradesOf } from '../../sidecar/store/index.ts';
import { openedStore } from '../kit/opened-store.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

const FOLDER = join(import.meta.dirname, '..', 'fixtures', 'ledgers');
/** Written by the sidecars of their time, each with one short session: `schema-N.db.gz`. */
const PAST = readdirSync(FOLDER).map((name) => [Number(/\d+/.exec(name)?.[0]), join(FOLDER, name)] as const);

function homeWith(file: string) {
  const home = homePaths(temporaryFolder());
  writeFileSync(home.database, gunzipSync(readFileSync(file)), { mode: 0o600 });
  return home;
}

describe.each(PAST)('a ledger of schema %i', (schema, file) => {
  test('is brought up to date, and has everything that it had', () => {
    const home = homeWith(file);
    const { db, close } = openStore({ home });
    expect(db.pragma('integrity_check', { simple: true })).toBe('ok');
    expect(db.pragma('foreign_key_check')).toEqual([]);
    const newest = readMigrations().at(-1)?.number;
    expect(db.prepare('SELECT max(number) FROM migrations').pluck().get()).toBe(newest);
    expect(db.prepare('SELECT event FROM events ORDER BY seq').pluck().all()).toEqual([
      'SessionStart',
      'UserPromptSubmit',
      'PostToolUse',
      'PostToolUse',
      'Stop',
    ]);
    expect(db.prepare('SELECT id, state FROM sessions').all()).toMatchObject([
      { id: 'past-1', state: 'between_turns' },
    ]);
    if (schema >= 2) {
      expect(db.prepare('SELECT verb, status FROM commitments').all()).toEqual([
        { verb: 'push', status: 'open' },
      ]);
    }
    close();
  });

  test('has the very schema of a new one', () => {
    const store = openStore({ home: homeWith(file) });
    const schemaOf = ({ db }: Pick<typeof store, 'db'>) =>
      db
        .prepare("SELECT type, name, sql FROM sqlite_schema WHERE name NOT LIKE 'sqlite_%' ORDER BY name")
        .all();
    expect(schemaOf(store)).toEqual(schemaOf(openedStore().store));
    store.close();
  });

  test('tells which version it comes from, before and after', () => {
    const home = homeWith(file);
    const bytes = readFileSync(home.database);
    expect(peekLedger(home)).toEqual({ schema, version: '0.1.0' });
    expect(readFileSync(home.database)).toEqual(bytes);
    expect(readdirSync(home.root)).toEqual(['holdfast.db']);
    const store = openStore({ home });
    expect(upgradesOf(store).of('99.0.0')).toMatchObject({ migratedAt: null, steps: [] });
    expect(upgradesOf(store).schema('99.0.0').last).toBe(readMigrations().at(-1)?.number);
    store.close();
  });
});

test('a version counts as gone through only when it says so, and the next one comes from it', () => {
  const { store } = openedStore();
  const upgrades = upgradesOf(store, () => new Date('2026-01-01T00:00:00Z'));
  upgrades.begin('1.0.0');
  upgrades.succeeded('1.0.0', 'scripts');
  upgrades.failed('1.0.0', 'settings', { code: 'X', message: 'm', hint: 'h' });
  expect(upgrades.of('1.0.0')).toMatchObject({
    migratedAt: null,
    steps: [
      { step: 'scripts', problem: null, tries: 1 },
      { step: 'settings', doneAt: null, problem: { code: 'X' } },
    ],
  });
  expect(upgrades.of('2.0.0').from).not.toBe('1.0.0');
  upgrades.succeeded('1.0.0', 'settings');
  upgrades.migrated('1.0.0');
  expect(upgrades.of('1.0.0')).toMatchObject({ migratedAt: '2026-01-01T00:00:00.000Z' });
  expect(upgrades.of('1.0.0').steps[1]).toMatchObject({ problem: null, tries: 2 });
  expect(upgrades.of('2.0.0').from).toBe('1.0.0');
  upgrades.failed('1.0.0', 'settings', { code: 'X', message: 'm', hint: 'h' });
  expect(upgrades.of('1.0.0').migratedAt).toBeNull();
});
