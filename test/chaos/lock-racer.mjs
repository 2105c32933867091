// One resume queue among many: lives through all rounds, waits at a barrier, takes the lock, says what it got.
import { existsSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { faults, pause } from './lock-faults.mjs';

const { acquireHostLock } = await import('../../dist/sidecar/resume/index.js');
const { isSameProcess } = await import('../../dist/sidecar/machine/index.js');
let lock = null;

process.on('disconnect', () => process.exit());
process.on('message', async ({ ask, ...order }) => {
  if (ask === 'race') process.send({ told: await race(order) });
  if (ask === 'mine?') process.send({ told: lock?.held === true && lock.stillMine() && lock.heartbeat() });
  if (ask === 'release') process.send({ told: lock?.held === true && lock.release() });
});
process.send({ told: 'here' });

async function race({ path, go, ...chosen }) {
  process.send({ told: 'ready' });
  while (!existsSync(go)) pause(3);
  Object.assign(faults, chosen);
  lock = await acquireHostLock({
    path,
    dryRun: false,
    autoHeal: true,
    hostname: 'new-name',
    machineId: 'machine-1',
    isAlive: (holder) => probed(() => isSameProcess(holder)),
    isLocalDisk: () => probed(() => true),
  });
  Object.assign(faults, { chance: 0, dieAt: 0 });
  return lock.held ? { held: true, how: lock.how } : lock;
}

/** Sometimes at once, sometimes after everybody else is through. */
async function probed(answer) {
  if (Math.random() < 0.5) await sleep(Math.random() * 20);
  return answer();
}
