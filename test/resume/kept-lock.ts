import { onTestFinished } from 'vitest';
import { acquireHostLock } from '../../sidecar/resume/host-lock.ts';
import { type KeepLockOptions, keepHostLock, type LockState } from '../../sidecar/resume/keep-lock.ts';
import { NOW } from './lock-scene.ts';

type Who = Partial<KeepLockOptions> & { path: string; pid?: number; alive?: boolean; at?: number };

/** A sidecar that keeps the lock of a scene, on a machine of its own facts, with a clock that is set by hand. */
export function keeperOf({ pid = 4242, alive = true, at = NOW, ...options }: Who) {
  const clock = { now: at };
  const told: string[] = [];
  const keeper = keepHostLock({
    dryRun: false,
    autoHeal: true,
    machineId: 'machine-1',
    hostname: 'here',
    now: () => clock.now,
    changed: (state) => told.push(nameOf(state)),
    acquire: (asked) =>
      acquireHostLock({
        ...asked,
        ...{ pid, processStart: '77', bootId: 'boot-1' },
        isAlive: () => alive,
        isLocalDisk: () => true,
      }),
    ...options,
  });
  onTestFinished(() => keeper.stop());
  return { ...keeper, clock, told, name: () => nameOf(keeper.state()) };
}

export const nameOf = (state: LockState) => (state.held ? state.how : state.reason);
