import { once } from 'node:events';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { readMigrations } from '../../sidecar/store/index.ts';
import { temporaryHome } from '../kit/temporary-home.ts';

const MIGRATORS = 20;

/** Opens the file, waits until all of them have, and migrates. */
const MIGRATOR = `
  const { workerData, parentPort } = require('node:worker_threads');
  const Sqlite = require(workerData.sqlite);
  import(workerData.module).then(({ migrate, readMigrations }) => {
    const db = new Sqlite(workerData.file);
    const migrations = readMigrations();
    const ready = new Int32Array(workerData.ready);
    if (Atomics.add(ready, 0, 1) + 1 < workerData.migrators) Atomics.wait(ready, 1, 0, 20_000);
    else { Atomics.store(ready, 1, 1); Atomics.notify(ready, 1); }
    try {
      parentPort.postMessage(migrate(db, { migrations, backups: workerData.backups, now: () => new Date() }));
    } catch (error) {
      parentPort.postMessage(error.code + ': ' + error.message);
    }
    db.close();
  });
`;

// The instance lock keeps this from happening; the version row would hold without it too.
test(`${MIGRATORS} migrators at once on one fresh database: each migration is applied once`, async () => {
  const { home, remove } = temporaryHome();
  onTestFinished(remove);
  const db = new Sqlite(home.database);
  onTestFinished(() => void db.close());
  db.pragma('journal_mode = WAL');
  const workerData = {
    file: home.database,
    backups: home.backups,
    migrators: MIGRATORS,
    ready: new SharedArrayBuffer(8),
    module: join(PACKAGE_ROOT, 'dist', 'sidecar', 'store', 'migrate.js'),
    sqlite: join(PACKAGE_ROOT, 'node_modules', 'better-sqlite3'),
  };
  const said = await Promise.all(
    Array.from({ length: MIGRATORS }, async () => {
      const worker = new Worker(MIGRATOR, { eval: true, workerData });
      const ended = once(worker, 'exit');
      const [message] = await once(worker, 'message');
      await ended;
      return message as number[] | string;
    }),
  );
  const applied = said.filter((answer) => typeof answer !== 'string').flat();
  const numbers = readMigrations().map((migration) => migration.number);
  expect(applied.sort()).toEqual(numbers);
  for (const refused of said.filter((answer) => typeof answer === 'string')) {
    expect(refused).toMatch(/^MIGRATION_FAILED: .*rolled back/);
  }
  expect(db.prepare('SELECT number FROM migrations ORDER BY number').pluck().all()).toEqual(numbers);
  expect(db.prepare('SELECT count(*) FROM machine').pluck().get()).toBe(1);
});
