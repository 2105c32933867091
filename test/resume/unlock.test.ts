import { mkdirSync, readFileSync, rmSync, statSync, utimesSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { acquireHostLock } from '../../sidecar/resume/host-lock.ts';
import { keeperOf, nameOf } from './kept-lock.ts';
import { lockScene, MINUTE, NOW } from './lock-scene.ts';

const FOREIGN = { hostname: 'there', machineId: 'machine-2' };

async function shutOut(lock: Record<string, unknown> = FOREIGN) {
  const scene = lockScene();
  scene.leave(lock, MINUTE);
  const keeper = keeperOf({ path: scene.path, autoHeal: false });
  await keeper.retry();
  return { scene, keeper, shown: keeper.look()?.generation ?? '' };
}

describe('what is shown of a lock', () => {
  test('is who holds it, and since when it was not heard of; looking changes nothing', async () => {
    const { scene, keeper } = await shutOut();
    const before = statSync(scene.path, { bigint: true });
    expect(keeper.look()).toEqual({
      ...{ pid: 999, hostname: 'there', machineId: 'machine-2', bootId: 'boot-0' },
      heartbeatAt: new Date(NOW - MINUTE).toISOString(),
      generation: expect.stringMatching(/^[0-9a-f]{32}$/),
      ...{ ours: false, understood: true },
    });
    expect(statSync(scene.path, { bigint: true }).ctimeNs).toBe(before.ctimeNs);
    expect(scene.names()).toHaveLength(1);
  });

  test('is also that it is ours, that there is none, and that it is not understood', async () => {
    const scene = lockScene();
    const keeper = keeperOf({ path: scene.path });
    await keeper.retry();
    expect(keeper.look()).toMatchObject({ pid: 4242, hostname: 'here', ours: true, understood: true });
    rmSync(scene.path);
    expect(keeper.look()).toBeNull();
    scene.leave('torn', 0);
    expect(keeper.look()).toMatchObject({ pid: null, hostname: null, ours: false, understood: false });
    rmSync(scene.path);
    mkdirSync(scene.path);
    expect(keeper.look()).toMatchObject({ heartbeatAt: null, generation: null, understood: false });
  });

  test('keeps its generation through heartbeats', async () => {
    const { scene, keeper, shown } = await shutOut();
    utimesSync(scene.path, NOW / 1000, NOW / 1000);
    expect(keeper.look()).toMatchObject({ generation: shown, heartbeatAt: new Date(NOW).toISOString() });
  });
});

describe("a person's word", () => {
  test('ends the lock that was shown, also a live one, and it is ours at once', async () => {
    const { scene, keeper, shown } = await shutOut();
    expect(keeper.name()).toBe('lock-foreign-host');
    expect(await keeper.unlock(shown)).toBe(true);
    expect(keeper.told).toEqual(['lock-foreign-host', 'created']);
    expect([keeper.stillMine(), scene.names().length]).toEqual([true, 1]);
  });

  test('ends no other one that came meanwhile, and none of ours', async () => {
    const { scene, keeper, shown } = await shutOut();
    scene.leave({ ...FOREIGN, owner: 'the next one' }, 0);
    const text = readFileSync(scene.path, 'utf8');
    expect([await keeper.unlock(shown), await keeper.unlock('')]).toEqual([false, false]);
    expect(readFileSync(scene.path, 'utf8')).toBe(text);
    expect(await keeper.unlock(keeper.look()?.generation ?? '')).toBe(true);
    expect(await keeper.unlock(keeper.look()?.generation ?? '')).toBe(false);
    expect(keeper.stillMine()).toBe(true);
    rmSync(scene.path);
    expect(await keeper.unlock(shown)).toBe(false);
  });

  test('counts also while a try is under way that has read the lock before', async () => {
    const scene = lockScene();
    scene.leave(FOREIGN, MINUTE);
    let goOn = (): void => {};
    const gate = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const keeper = keeperOf({
      path: scene.path,
      acquire: async (options) => {
        const got = await acquireHostLock(options);
        await gate;
        return got;
      },
    });
    const unlocked = keeper.unlock(keeper.look()?.generation ?? '');
    goOn();
    expect(await unlocked).toBe(true);
    expect(keeper.told).toEqual(['lock-foreign-host', 'created']);
  });
});

describe('the hint', () => {
  const HEAL = 'monitoring.resumeQueue.autoHealStaleHostLock true';
  const cases: [string, object, object, string, string | null][] = [
    ['of a renamed machine', { hostname: 'there' }, { autoHeal: false }, HEAL, null],
    ['of another machine', FOREIGN, { autoHeal: false }, 'queue unlock', HEAL],
    ['of a disk that may be shared', { hostname: 'there' }, { autoHeal: true }, 'queue unlock', HEAL],
    ['of a dry run', { hostname: 'there' }, { autoHeal: true, dryRun: true }, 'dryRun false', HEAL],
    ['of one that lives', {}, {}, 'holdfast stop', HEAL],
  ];
  test.each(cases)('%s says what a person can do', async (name, lock, options, says, notThis) => {
    const scene = lockScene();
    scene.leave(lock as Record<string, unknown>, name === 'of one that lives' ? 0 : 10 * MINUTE);
    const shared = name === 'of a disk that may be shared';
    const keeper = keeperOf({
      path: scene.path,
      acquire: (asked) =>
        acquireHostLock({
          ...asked,
          isAlive: () => name === 'of one that lives',
          isLocalDisk: () => !shared,
        }),
      ...options,
    });
    const state = await keeper.retry();
    const hint = state.held ? nameOf(state) : state.hint;
    expect(hint).toContain(says);
    expect(hint).toContain('queue unlock');
    if (notThis) expect(hint).not.toContain(notThis);
  });
});
