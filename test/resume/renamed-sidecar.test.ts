import { readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { expect, onTestFinished, test } from 'vitest';
import { acquireHostLock } from '../../sidecar/resume/index.ts';
import { isLocalDisk } from '../../sidecar/resume/local-disk.ts';
import { callApi, type RealSidecar, startRealSidecar } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';
import { MAY_RENAME, NOT_RUN, underName } from './under-name.ts';

type Queue = {
  enabled: boolean;
  disabledReason: string | null;
  hint?: string;
  lock: { held: boolean; how: string | null; found: { hostname: string } | null };
};

function place(resumeQueue: object) {
  const { home, remove } = temporaryHome();
  let sidecar: RealSidecar | undefined;
  onTestFinished(async () => {
    await sidecar?.stop();
    remove();
  });
  writeFileSync(home.config, JSON.stringify({ server: { port: 0 }, monitoring: { resumeQueue } }));
  return {
    home,
    start: async (hostname: string) => {
      sidecar = await startRealSidecar(home, { through: underName(hostname) });
      return sidecar;
    },
    /** Once the lock has been looked at. */
    queue: () =>
      until('the queue', async () => {
        const { body } = await callApi<Queue>(home, '/sessions/resume-queue');
        return body.disabledReason !== 'starting' && body;
      }),
    age: () => {
      const then = new Date(Date.now() - 6 * 60_000);
      utimesSync(home.hostLock, then, then);
    },
    holder: () => JSON.parse(readFileSync(home.hostLock, 'utf8')) as { hostname: string; pid: number },
  };
}

/** A sidecar under one name that is killed, and its lock left to grow old. */
async function killedUnder(hostname: string, resumeQueue: object) {
  const scene = place(resumeQueue);
  const first = await scene.start(hostname);
  expect(await scene.queue()).toMatchObject({ enabled: true, lock: { held: true, how: 'created' } });
  expect(scene.holder()).toMatchObject({ hostname, pid: first.pid });
  await first.kill();
  scene.age();
  return scene;
}

test('a machine that was renamed takes its own old lock, where auto-heal is on', async (scope) => {
  scope.skip(!MAY_RENAME, NOT_RUN);
  const scene = await killedUnder('old-name', { autoHealStaleHostLock: true, dryRun: false });
  scope.skip(!(await isLocalDisk(scene.home.state)), 'not run: the temporary folder is on no local disk');
  const second = await scene.start('new-name');
  expect(await scene.queue()).toMatchObject({ enabled: true, lock: { held: true, how: 'healed' } });
  expect(scene.holder()).toMatchObject({ hostname: 'new-name', pid: second.pid });
});

test('without auto-heal the queue is off, says what to do, and goes on after an unlock', async (scope) => {
  scope.skip(!MAY_RENAME, NOT_RUN);
  const scene = await killedUnder('old-name', { autoHealStaleHostLock: false, dryRun: false });
  await scene.start('new-name');
  const off = await scene.queue();
  expect(off).toMatchObject({
    enabled: false,
    disabledReason: 'lock-foreign-host',
    lock: { held: false, found: { hostname: 'old-name' } },
  });
  expect(off.hint).toContain('holdfast queue unlock');
  expect(scene.holder().hostname).toBe('old-name');

  let probes = 0;
  const probed = await acquireHostLock({
    path: scene.home.hostLock,
    dryRun: false,
    hostname: 'new-name',
    isAlive: () => {
      probes++;
      return false;
    },
    isLocalDisk: () => {
      probes++;
      return true;
    },
  });
  expect(probed).toMatchObject({ held: false, reason: expect.stringMatching(/^lock-foreign-host$/) });
  expect(probes).toBe(0);

  const { generation } = (
    await callApi<{ lock: { found: { generation: string } } }>(scene.home, '/sessions/resume-queue')
  ).body.lock.found;
  const { status, body } = await callApi<Queue & { unlocked: boolean }>(
    scene.home,
    '/sessions/resume-queue/unlock',
    { method: 'POST', body: JSON.stringify({ generation }) },
  );
  expect({ status, body }).toMatchObject({ status: 200, body: { unlocked: true, enabled: true } });
  expect(scene.holder().hostname).toBe('new-name');
});
