import {
  chmodSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { describe, expect, test } from 'vitest';
import { acquireHostLock, type HostLock } from '../../sidecar/resume/host-lock.ts';
import { until } from '../kit/until.ts';
import { keeperOf, nameOf } from './kept-lock.ts';
import { heldBy, lockScene, MINUTE, NOW, SOMEBODY } from './lock-scene.ts';

const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const beatOf = (path: string) => statSync(path).mtimeMs;

describe('a lock that is kept', () => {
  test('is looked at at once, told once, and let go at the end', async () => {
    const { path, names } = lockScene();
    const keeper = keeperOf({ path });
    expect(keeper.state()).toMatchObject({ held: false, reason: 'starting', hint: expect.any(String) });
    expect(keeper.stillMine()).toBe(false);
    expect(await keeper.retry()).toMatchObject({ held: true, how: 'created' });
    await keeper.retry();
    expect(keeper.told).toEqual(['created']);
    await keeper.stop();
    expect([keeper.name(), keeper.stillMine(), names()]).toEqual(['off', false, []]);
    expect(keeper.told).toEqual(['created']);
  });

  test('beats by itself', async () => {
    const { path } = lockScene();
    const keeper = keeperOf({ path, beatMs: 5 });
    await keeper.retry();
    keeper.clock.now += 3 * MINUTE;
    await until('a heartbeat', () => Math.abs(beatOf(path) - keeper.clock.now) < 10);
    expect(keeper.told).toEqual(['created']);
  });

  test('that another has is asked for again by itself, and its reason is told once', async () => {
    const { path } = lockScene();
    const first = keeperOf({ path });
    await first.retry();
    let asked = 0;
    const second = keeperOf({
      path,
      retryMs: 5,
      acquire: (options) => {
        asked++;
        return acquireHostLock({ ...options, isAlive: () => true });
      },
    });
    await until('some tries', () => asked > 5);
    expect(second.told).toEqual(['lock-live-other']);
    await first.stop();
    await until('the lock', () => second.state().held);
    expect(second.told).toEqual(['lock-live-other', 'created']);
  });

  test('is let go where its sidecar stops while it is still being taken', async () => {
    const { path, names } = lockScene();
    let goOn = (): void => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const keeper = keeperOf({
      path,
      acquire: async (options) => {
        const got = await acquireHostLock(options);
        await gate;
        return got;
      },
    });
    await until('the lock', () => names().length === 1);
    const stopped = keeper.stop();
    goOn();
    await stopped;
    expect([keeper.name(), names(), keeper.told]).toEqual(['off', [], []]);
  });

  test('is held also where it could not be written down that it is; that is told again', async () => {
    const { path } = lockScene();
    let full = true;
    const told: string[] = [];
    const keeper = keeperOf({
      path,
      changed: (state) => {
        if (full) throw new Error('database or disk is full');
        told.push(nameOf(state));
      },
    });
    expect(await keeper.retry()).toMatchObject({ held: true });
    full = false;
    await keeper.retry();
    await keeper.retry();
    expect(told).toEqual(['created']);
  });
});

describe('its holder', () => {
  const losses: [string, (path: string) => void, string][] = [
    ['removed', (path) => rmSync(path), 'created'],
    ['replaced', (path) => replace(path, JSON.stringify(SOMEBODY)), 'lock-live-other'],
    ['copied back', (path) => replace(path, readFileSync(path, 'utf8')), 'lock-live-other'],
    ['made a folder', replaceByFolder, 'lock-unreadable'],
  ];
  test.each(losses)(
    'of a lock that was %s stops at once, says so, and begins anew',
    async (_, lose, next) => {
      const { path } = lockScene();
      const keeper = keeperOf({ path });
      await keeper.retry();
      lose(path);
      const there = statSync(path, { throwIfNoEntry: false });
      expect([keeper.stillMine(), keeper.stillMine(), keeper.name()]).toEqual([false, false, 'lock-lost']);
      const after = statSync(path, { throwIfNoEntry: false });
      expect([after?.ino, after?.mtimeMs]).toEqual([there?.ino, there?.mtimeMs]);
      expect(nameOf(await keeper.retry())).toBe(next);
      expect(keeper.told).toEqual(['created', 'lock-lost', next]);
    },
  );

  test('finds a loss by its heartbeat too, where nobody asks', async () => {
    const { path } = lockScene();
    const keeper = keeperOf({ path, beatMs: 5 });
    await keeper.retry();
    rmSync(path);
    await until('the loss', () => keeper.name() === 'lock-lost');
    expect(keeper.told).toEqual(['created', 'lock-lost']);
  });

  test('that finds a loss when asked tries again as soon as one who never had it', async () => {
    const { path } = lockScene();
    const keeper = keeperOf({ path, retryMs: 5 });
    await keeper.retry();
    rmSync(path);
    expect(keeper.stillMine()).toBe(false);
    await until('the lock', () => keeper.state().held);
    expect(keeper.told).toEqual(['created', 'lock-lost', 'created']);
  });

  test('that was asked just after a long sleep has a lock that nobody takes the moment after', async () => {
    const { path } = lockScene();
    const keeper = keeperOf({ path });
    await keeper.retry();
    keeper.clock.now += HOUR;
    expect(keeper.stillMine()).toBe(true);
    const other = keeperOf({ path, pid: 1, at: NOW + HOUR + 4 * MINUTE });
    expect(nameOf(await other.retry())).toBe('lock-live-other');
  });

  test('does nothing while its heartbeat cannot be written, and goes on afterwards', async () => {
    const { path } = lockScene();
    let broken = false;
    const keeper = keeperOf({
      path,
      acquire: async (options): Promise<HostLock> => {
        const lock = heldBy(await acquireHostLock(options));
        const heartbeat = () => {
          if (broken) throw new Error('EROFS: read-only file system');
          return lock.heartbeat();
        };
        return { ...lock, heartbeat };
      },
    });
    await keeper.retry();
    broken = true;
    expect(keeper.stillMine()).toBe(false);
    expect(keeper.state()).toMatchObject({ reason: 'lock-error', detail: expect.stringContaining('EROFS') });
    broken = false;
    expect(await keeper.retry()).toMatchObject({ held: true });
    expect(keeper.stillMine()).toBe(true);
    expect(keeper.told).toEqual(['created', 'lock-error', 'created']);
  });

  test('waits for a folder that is not there', async () => {
    const { path } = lockScene();
    const folder = dirname(path);
    renameSync(folder, `${folder}-away`);
    const keeper = keeperOf({ path });
    expect(await keeper.retry()).toMatchObject({
      reason: 'lock-error',
      hint: expect.stringMatching(/writable/),
    });
    renameSync(`${folder}-away`, folder);
    expect(await keeper.retry()).toMatchObject({ held: true, how: 'created' });
  });

  test('of a folder that may not be written says why, and still beats what it holds', async (scope) => {
    scope.skip(process.getuid?.() === 0, 'not run: root may write everywhere');
    const { path } = lockScene();
    const first = keeperOf({ path });
    await first.retry();
    chmodSync(dirname(path), 0o500);
    first.clock.now += MINUTE;
    expect(first.stillMine()).toBe(true);
    expect(beatOf(path)).toBeCloseTo(NOW + MINUTE, -1);
    const shown = first.look()?.generation ?? '';
    const second = keeperOf({ path, pid: 1, alive: false });
    expect(await second.retry()).toMatchObject({
      reason: 'lock-error',
      detail: expect.stringMatching(/EACCES/),
    });
    await expect(second.unlock(shown)).rejects.toMatchObject({ code: 'STORAGE_UNWRITABLE' });
    await first.stop();
    chmodSync(dirname(path), 0o700);
    expect(await second.retry()).toMatchObject({ held: true, how: 'reclaimed' });
  });
});

describe('a clock that jumps', () => {
  const jumps = [
    ['an hour on', HOUR],
    ['a day on', DAY],
    ['an hour back', -HOUR],
    ['a day back', -DAY],
  ] as const;

  test.each(jumps)('%s, seen by the holder first: it goes on holding', async (_, jump) => {
    const { path } = lockScene();
    const keeper = keeperOf({ path });
    await keeper.retry();
    keeper.clock.now += jump;
    await keeper.retry();
    const other = keeperOf({ path, pid: 1, at: NOW + jump });
    expect(nameOf(await other.retry())).toBe('lock-live-other');
    expect([keeper.stillMine(), other.stillMine()]).toEqual([true, false]);
    expect(beatOf(path)).toBeCloseTo(NOW + jump, -1);
  });

  test.each(jumps)('%s, seen by another first: one of the two holds it, and knows', async (_, jump) => {
    const { path } = lockScene();
    const keeper = keeperOf({ path });
    await keeper.retry();
    const other = keeperOf({ path, pid: 1, at: NOW + jump });
    keeper.clock.now += jump;
    expect(nameOf(await other.retry())).toBe(jump > 0 ? 'reclaimed' : 'lock-live-other');
    expect([keeper.stillMine(), other.stillMine()]).toEqual(jump > 0 ? [false, true] : [true, false]);
    expect(keeper.name()).toBe(jump > 0 ? 'lock-lost' : 'created');
  });

  test.each(jumps)('%s after its holder died: the next one has it at once', async (_, jump) => {
    const scene = lockScene();
    scene.leave({}, 0);
    const keeper = keeperOf({ path: scene.path, alive: false, at: NOW + jump });
    expect(nameOf(await keeper.retry())).toBe('reclaimed');
  });
});

function replace(path: string, text: string): void {
  writeFileSync(`${path}.beside`, text);
  utimesSync(`${path}.beside`, NOW / 1000, NOW / 1000);
  renameSync(`${path}.beside`, path);
}

function replaceByFolder(path: string): void {
  rmSync(path);
  mkdirSync(path);
}
