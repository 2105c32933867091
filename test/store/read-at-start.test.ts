import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../sidecar/store/index.ts';
import { insertSessions, numbered } from '../kit/opened-store.ts';
import { temporaryHome } from '../kit/temporary-home.ts';

/** As the sidecar opens it, without waiting for others. */
function impatient(file: string): Sqlite.Database {
  const db = new Sqlite(file, { timeout: 0 });
  const { pragma } = db;
  db.pragma = (text, options) => (text.startsWith('busy_timeout') ? [] : pragma.call(db, text, options));
  return db;
}

test('a ledger that somebody reads while the sidecar starts is not damaged: what is missing lies in its log', () => {
  const { home, remove } = temporaryHome();
  onTestFinished(remove);
  const first = openStore({ home });
  insertSessions(first, ['before']);
  const reader = new Sqlite(home.database, { readonly: true });
  reader.exec('BEGIN');
  expect(reader.prepare('SELECT count(*) FROM sessions').pluck().get()).toBe(1);
  insertSessions(first, numbered('after', 2_000));
  first.close(); // The log stays as it would after a kill: the reader has it open.

  const next = openStore({ home, openDatabase: impatient });
  expect(next.db.prepare('SELECT count(*) FROM sessions').pluck().get()).toBe(2_001);
  reader.close();
  next.close();
});
