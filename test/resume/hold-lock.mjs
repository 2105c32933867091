// A sidecar's keeper of the lock as a process of its own: says in one line what it got, and lives until it is ended.
import { acquireHostLock } from '../../dist/sidecar/resume/index.js';
import { keepHostLock } from '../../dist/sidecar/resume/keep-lock.js';

let probes = 0;
const counted = (answer) => () => {
  probes++;
  return answer;
};
const { probed = true, ...options } = JSON.parse(process.argv[2] ?? '{}');
const keeper = keepHostLock({
  machineId: 'machine-1',
  dryRun: false,
  ...options,
  changed: () => {},
  acquire: (asked) =>
    acquireHostLock({ ...asked, ...(probed && { isAlive: counted(false), isLocalDisk: counted(true) }) }),
});
console.log(JSON.stringify({ ...(await keeper.retry()), probes, pid: process.pid }));
setInterval(() => {}, 60_000);
