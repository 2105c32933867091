// One taker as a process of its own: says in one line what it got, and lives until it is ended.
import { acquireHostLock } from '../../dist/sidecar/resume/index.js';

let probes = 0;
const lock = await acquireHostLock({
  machineId: 'machine-1',
  dryRun: false,
  ...JSON.parse(process.argv[2] ?? '{}'),
  isAlive: () => {
    probes++;
    return false;
  },
  isLocalDisk: () => {
    probes++;
    return true;
  },
});
console.log(
  JSON.stringify({ held: lock.held, how: lock.how, reason: lock.reason, probes, pid: process.pid }),
);
setInterval(() => {}, 60_000);
