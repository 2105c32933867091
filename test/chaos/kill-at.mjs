// Loaded into a real sidecar before its first line: ends it with SIGKILL when it reaches a named point for
// the n-th time (CHAOS_KILL_AT=after-commit:7). The sidecar itself has no seam for this and needs none.
import child_process from 'node:child_process';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import Sqlite from 'better-sqlite3';

const [point, nth] = (process.env.CHAOS_KILL_AT ?? '').split(':');
let left = Number(nth);

function reached(name) {
  if (name !== point || --left !== 0) return;
  process.kill(process.pid, 'SIGKILL');
  for (;;); // Nothing may run between the point and the end.
}

const transaction = Sqlite.prototype.transaction;
Sqlite.prototype.transaction = function watchedTransaction(work) {
  const inner = transaction.call(this, function work_(...args) {
    const result = work.apply(this, args);
    reached('before-commit');
    return result;
  });
  const watched = (run) =>
    function runWatched(...args) {
      const result = run.apply(this, args);
      reached('after-commit');
      return result;
    };
  const outer = watched(inner.default);
  for (const kind of ['default', 'deferred', 'immediate', 'exclusive']) outer[kind] = watched(inner[kind]);
  return outer;
};

const { spawn } = child_process;
child_process.spawn = function watchedSpawn(...args) {
  reached('before-spawn');
  const child = spawn(...args);
  reached('after-spawn');
  return child;
};

const { rmSync, renameSync, writeFileSync, openSync } = fs;
const ofTurns = (path) => /\/turns\/[^/]+$/.test(String(path));
fs.writeFileSync = function watchedWrite(path, ...rest) {
  if (ofTurns(path)) reached('before-turn-file');
  writeFileSync(path, ...rest);
  if (ofTurns(path)) reached('after-turn-file');
};
fs.openSync = function watchedOpen(path, ...rest) {
  const descriptor = openSync(path, ...rest);
  if (ofTurns(path)) reached('after-turn-open');
  return descriptor;
};

fs.rmSync = function watchedRm(path, ...rest) {
  if (String(path).endsWith('.event')) reached('before-unlink');
  if (ofTurns(path)) reached('before-turn-unlink');
  return rmSync(path, ...rest);
};
fs.renameSync = function watchedRename(from, to) {
  const isLedger = String(to).endsWith('holdfast.db');
  if (isLedger) reached('before-ledger');
  renameSync(from, to);
  if (isLedger) reached('after-ledger');
};
syncBuiltinESMExports();
