// Loaded into a taker before its first line: pauses at random around each file operation of the lock, so that
// takers meet in the middle of each other, and ends a chosen one with SIGKILL at its n-th operation, counted
// from its begin or from when it has linked something: a claim, or a new lock.
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const asleep = new Int32Array(new SharedArrayBuffer(4));
export const faults = { chance: 0, dieAt: 0, inHand: false };

export function pause(ms) {
  if (ms > 0) Atomics.wait(asleep, 0, 0, ms);
}

function maybeWait() {
  if (Math.random() < faults.chance) pause(Math.random() * 4);
}

function maybeDie() {
  if (faults.dieAt === 0 || faults.inHand || --faults.dieAt > 0) return;
  process.kill(process.pid, 'SIGKILL');
  for (;;); // Nothing may run between the point and the end.
}

for (const name of ['openSync', 'readSync', 'writeSync', 'linkSync', 'renameSync', 'unlinkSync', 'rmSync']) {
  const real = fs[name];
  fs[name] = function watched(...args) {
    if (!String(args[0]).startsWith('/proc') && !String(args[0]).startsWith('/etc')) maybeDie();
    maybeWait();
    const result = real.apply(this, args);
    if (name === 'linkSync') faults.inHand = false; // It throws where somebody else was first.
    maybeWait();
    return result;
  };
}
syncBuiltinESMExports();
