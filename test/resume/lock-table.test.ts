import { utimesSync, writeFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { RENAMED, ROWS, STALE } from './lock-rows.ts';
import { lockScene, NOW, SOMEBODY } from './lock-scene.ts';

describe('the table', () => {
  test.each(ROWS)('$row: $outcome', async ({ lock, ago, outcome, probes, ...row }) => {
    const scene = lockScene(row);
    scene.leave(lock, ago);
    const before = scene.text();
    const { autoHeal = true, dryRun = false } = row;
    const machine = row.machineId === undefined ? {} : { machineId: row.machineId };
    const got = await scene.acquire({ autoHeal, dryRun, ...machine });
    expect(got.held ? got.how : got.reason).toBe(outcome);
    expect({ alive: scene.probes.alive, local: scene.probes.local }).toEqual(probes);
    if (got.held) {
      expect(JSON.parse(scene.text())).toMatchObject({ pid: 4242, hostname: 'here' });
      expect(got.release()).toBe(true);
      expect(scene.names()).toEqual([]);
    } else {
      expect(got.detail).not.toBe('');
      expect(scene.text()).toBe(before);
      expect(scene.names()).toEqual(['resume-queue.lock']);
    }
  });
});

describe('the probes', () => {
  test('are asked about the very holder and the folder of the lock', async () => {
    const scene = lockScene({ alive: false });
    scene.leave(RENAMED, STALE);
    await scene.acquire();
    const folder = scene.path.replace('/resume-queue.lock', '');
    expect(scene.probes.asked).toEqual([folder, { pid: 999, processStart: '5', bootId: 'boot-0' }]);
  });

  test('that fail prove nothing', async () => {
    const scene = lockScene({ alive: false });
    const broken = () => Promise.reject(new Error('broken'));
    scene.leave(RENAMED, STALE);
    expect(await scene.acquire({ isLocalDisk: broken })).toMatchObject({ reason: 'lock-foreign-host' });
    expect(await scene.acquire({ isAlive: broken })).toMatchObject({ reason: 'lock-live-other' });
  });

  test('may take long: who replaced, beat or removed the lock meanwhile keeps it so', async () => {
    const changes: [string, (path: string) => void][] = [
      ['replaced', (path) => writeFileSync(path, JSON.stringify({ ...SOMEBODY, owner: 'newer' }))],
      ['beat', (path) => utimesSync(path, NOW / 1000, NOW / 1000)],
    ];
    for (const [what, change] of changes) {
      const scene = lockScene();
      scene.leave(RENAMED, STALE);
      const isAlive = async () => {
        change(scene.path);
        return false;
      };
      expect(await scene.acquire({ isAlive }), what).toMatchObject({ held: false, reason: 'lock-lost-race' });
      expect(scene.names()).toEqual(['resume-queue.lock']);
    }
  });
});
