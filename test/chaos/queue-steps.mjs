// Loaded into a real sidecar before its first line: tells each step of the resume queue, ends it with SIGKILL at a
// named one for the n-th time (CHAOS_KILL_AT=launched:1), sets its clock ahead by the milliseconds that the file
// $CHAOS_AHEAD holds, and lets the machine be calm whatever else it does meanwhile.
import { subscribe } from 'node:diagnostics_channel';
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';

const [point, nth] = (process.env.CHAOS_KILL_AT ?? '').split(':');
let left = Number(nth);

subscribe('holdfast:resume', ({ name }) => {
  fs.writeSync(1, `step ${name}\n`);
  if (name !== point || --left !== 0) return;
  process.kill(process.pid, 'SIGKILL');
  for (;;); // Nothing may run between the step and the end.
});

const { readFileSync } = fs;
const CALM = { '/proc/loadavg': '0.10 0.10 0.10 1/100 1\n', 'cpu.pressure': 'full avg10=0.00 avg60=0.00\n' };
fs.readFileSync = function calmRead(path, ...rest) {
  const known = Object.keys(CALM).find((name) => String(path).endsWith(name));
  return known ? CALM[known] : readFileSync(path, ...rest);
};
syncBuiltinESMExports();

let aheadMs = readAhead();
setInterval(() => (aheadMs = readAhead()), 50).unref();

function readAhead() {
  try {
    return Number(readFileSync(process.env.CHAOS_AHEAD, 'utf8'));
  } catch {
    return 0;
  }
}

const RealDate = Date;
globalThis.Date = class extends RealDate {
  constructor(...given) {
    super(...(given.length > 0 ? given : [RealDate.now() + aheadMs]));
  }

  static now() {
    return RealDate.now() + aheadMs;
  }
};
