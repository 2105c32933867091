import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bootId, machineId, processStart } from '../../sidecar/machine/index.ts';
import { acquireHostLock } from '../../sidecar/resume/index.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { heldBy, lockScene, MINUTE, NOW, SOMEBODY } from './lock-scene.ts';

describe('a lock that is created', () => {
  test('says who holds it, whole, for nobody else to read, with the heartbeat of the clock', async () => {
    const scene = lockScene();
    expect(heldBy(await scene.acquire()).how).toBe('created');
    expect(JSON.parse(scene.text())).toEqual({
      ...{ pid: 4242, processStart: '77', bootId: 'boot-1', hostname: 'here', machineId: 'machine-1' },
      owner: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(statSync(scene.path).mode & 0o777).toBe(0o600);
    expect(statSync(scene.path).mtimeMs).toBeCloseTo(NOW, -1);
    expect(scene.probes).toMatchObject({ alive: 0, local: 0 });
    expect(scene.names()).toEqual(['resume-queue.lock']);
  });

  test('is created in a dry run, and with auto-heal off', async () => {
    expect(heldBy(await lockScene().acquire({ dryRun: true, autoHeal: false })).how).toBe('created');
  });

  test('says by itself who this process is', async () => {
    const path = `${temporaryFolder()}/lock`;
    const lock = heldBy(await acquireHostLock({ path }));
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
      ...{ pid: process.pid, processStart: processStart(process.pid), bootId: bootId() },
      ...{ hostname: hostname(), machineId: machineId() },
    });
    expect(Math.abs(statSync(path).mtimeMs - Date.now())).toBeLessThan(MINUTE);
    expect(await acquireHostLock({ path })).toMatchObject({ held: false, reason: 'lock-live-other' });
    expect(lock.release()).toBe(true);
    expect(heldBy(await acquireHostLock({ path })).release()).toBe(true);
  });

  test('is held once, of a hundred that ask in one process', async () => {
    const scene = lockScene({ alive: false });
    scene.leave({ hostname: 'there' }, 6 * MINUTE);
    const got = await Promise.all(Array.from({ length: 100 }, () => scene.acquire()));
    expect(got.filter(({ held }) => held)).toHaveLength(1);
    expect(scene.names()).toEqual(['resume-queue.lock']);
  });
});

describe('its holder', () => {
  test('beats, and lets go once', async () => {
    const scene = lockScene();
    let now = NOW;
    const lock = heldBy(await scene.acquire({ now: () => now }));
    now += MINUTE;
    expect(lock.stillMine()).toBe(true);
    expect(lock.heartbeat()).toBe(true);
    expect(statSync(scene.path).mtimeMs).toBeCloseTo(NOW + MINUTE, -1);
    expect(lock.release()).toBe(true);
    expect(scene.names()).toEqual([]);
    expect([lock.release(), lock.stillMine(), lock.heartbeat()]).toEqual([false, false, false]);
  });

  const losses: [string, (path: string) => void][] = [
    ['removed', (path) => rmSync(path)],
    [
      'replaced',
      (path) => {
        rmSync(path);
        writeFileSync(path, JSON.stringify(SOMEBODY));
      },
    ],
    ['written over in place', (path) => writeFileSync(path, JSON.stringify(SOMEBODY))],
    [
      'copied back',
      (path) => {
        const text = readFileSync(path);
        writeFileSync(`${path}.copy`, text);
        rmSync(path);
        writeFileSync(path, text);
        rmSync(`${path}.copy`);
      },
    ],
    [
      'made a folder',
      (path) => {
        rmSync(path);
        mkdirSync(path);
      },
    ],
  ];
  test.each(losses)('of a lock that was %s leaves alone what is there', async (_, lose) => {
    const scene = lockScene();
    const lock = heldBy(await scene.acquire());
    lose(scene.path);
    const before = statSync(scene.path, { throwIfNoEntry: false });
    expect([lock.stillMine(), lock.heartbeat(), lock.release()]).toEqual([false, false, false]);
    const after = statSync(scene.path, { throwIfNoEntry: false });
    expect([after?.ino, after?.mtimeMs]).toEqual([before?.ino, before?.mtimeMs]);
  });

  test('that was asleep finds that it was reclaimed, and touches nothing of the next one', async () => {
    const scene = lockScene();
    const first = heldBy(await scene.acquire());
    const second = heldBy(await scene.acquire({ now: () => NOW + 6 * MINUTE }));
    expect(second.how).toBe('reclaimed');
    expect([first.stillMine(), first.heartbeat(), first.release()]).toEqual([false, false, false]);
    expect(second.stillMine()).toBe(true);
    expect(statSync(scene.path).mtimeMs).toBeCloseTo(NOW + 6 * MINUTE, -1);
  });
});

describe('what cannot be a lock', () => {
  test('a folder is unreadable', async () => {
    const scene = lockScene();
    mkdirSync(scene.path);
    expect(await scene.acquire()).toMatchObject({ held: false, reason: 'lock-unreadable' });
  });

  test('a link, also one to nowhere, is not followed', async () => {
    const scene = lockScene();
    symlinkSync('/nowhere/at/all', scene.path);
    expect(await scene.acquire()).toMatchObject({ held: false, reason: 'lock-unreadable' });
  });

  test('a pipe is not waited for', async (scope) => {
    const scene = lockScene();
    scope.skip(spawnSync('mkfifo', [scene.path]).status !== 0, 'not run: mkfifo makes no pipe here');
    expect(await scene.acquire()).toMatchObject({ held: false, reason: 'lock-unreadable' });
  });

  test('a lock without the right to read it is unreadable', async (scope) => {
    scope.skip(process.getuid?.() === 0, 'not run: root may read everything');
    const scene = lockScene();
    scene.leave({}, 10 * MINUTE);
    chmodSync(scene.path, 0o000);
    expect(await scene.acquire()).toMatchObject({ held: false, reason: 'lock-unreadable' });
  });

  test('a folder without the right to write it is an error that says why', async (scope) => {
    scope.skip(process.getuid?.() === 0, 'not run: root may write everywhere');
    const scene = lockScene();
    chmodSync(dirname(scene.path), 0o500);
    expect(await scene.acquire()).toMatchObject({
      held: false,
      reason: 'lock-error',
      detail: expect.stringMatching(/EACCES/),
    });
    chmodSync(dirname(scene.path), 0o700);
  });

  test('a folder that is not there is an error that says so', async () => {
    const got = await lockScene().acquire({ path: '/nowhere/at/all/lock' });
    expect(got).toMatchObject({ held: false, reason: 'lock-error', detail: expect.stringMatching(/ENOENT/) });
  });
});
