// Loaded into every racer: holds it at the very statement that takes the lock, until all of them are there.
import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';

const folder = process.env.CHAOS_BARRIER ?? '';
const asleep = new Int32Array(new SharedArrayBuffer(4));
const { exec } = Sqlite.prototype;
let passed = false;

Sqlite.prototype.exec = function waitBeforeTheLock(sql) {
  if (!passed && sql === 'BEGIN EXCLUSIVE') {
    passed = true;
    writeFileSync(join(folder, `ready-${process.pid}`), '');
    while (!existsSync(join(folder, 'go'))) Atomics.wait(asleep, 0, 0, 1);
  }
  return exec.call(this, sql);
};
