import { brakeStore } from './brake-store.ts';
import { byHand, heldBack, queueDisabled } from './by-hand.ts';
import { newCollector } from './collect.ts';
import { describeEntry, describeQueue, disabledBy } from './describe.ts';
import { newDrainer } from './drain.ts';
import { entryStore } from './entry-store.ts';
import { newGates } from './gates.ts';
import { keepDraining, type Pace } from './keep-draining.ts';
import { type KeepLockOptions, keepHostLock, type LockState } from './keep-lock.ts';
import { lockChangeStore } from './lock-change-store.ts';
import { noticesOf } from './notices.ts';
import { pruneQueue } from './prune.ts';
import { refusalStore } from './refusal-store.ts';
import type { ResumeRooms } from './rooms.ts';
import { realWorld } from './world.ts';

export { forgetEntries } from './forget.ts';
export { acquireHostLock, type HeldLock, type HostLock, type HostLockOptions } from './host-lock.ts';
export type { Refusal as LockRefusal } from './judge-lock.ts';
export type { Notice } from './notices.ts';
export type { ResumeLimits, RunsFace, TurnsFace, World } from './rooms.ts';
export type { StepName } from './step.ts';

export type ResumeOptions = Omit<
  ResumeRooms,
  'entries' | 'refusals' | 'brakes' | 'lock' | 'world' | 'clock'
> &
  Partial<Pick<ResumeRooms, 'world' | 'clock'>> & {
    hostLock: Omit<KeepLockOptions, 'changed' | 'dryRun'>;
    /** What the lock says to this machine has changed. */
    lockChanged?: (state: LockState) => void;
    pace?: Pace;
  };

/** Opens the resume queue. Nothing is looked at before `recover`. */
export function openResume({ hostLock, lockChanged = () => {}, pace = {}, ...options }: ResumeOptions) {
  const { store, limits } = options;
  const clock = options.clock ?? { now: () => new Date(), steady: () => performance.now() };
  const lockChanges = lockChangeStore(store);
  const keeper = limits.enabled
    ? keepHostLock({
        ...hostLock,
        dryRun: limits.dryRun,
        changed: (state) => {
          lockChanges.add(state, clock.now().toISOString());
          lockChanged(state);
        },
      })
    : null;
  const lock = keeper ?? NOT_TAKEN;
  const rooms: ResumeRooms = {
    world: realWorld,
    ...options,
    clock,
    lock,
    entries: entryStore(store),
    refusals: refusalStore(store),
    brakes: brakeStore(store),
  };
  const gates = newGates(rooms);
  const hand = byHand(rooms);
  const loops = keepDraining(
    rooms,
    { collect: newCollector(rooms), drainer: newDrainer(rooms, gates) },
    pace,
  );
  const describe = () => describeQueue(rooms, gates);

  function shown(id: string) {
    const entry = rooms.entries.one(id);
    if (!entry) throw new Error(`the entry ${id} went under its own request`);
    return describeEntry(rooms, gates, entry, gates.held()?.gate);
  }

  return {
    describe,
    pause: hand.pause,
    resume: hand.resume,
    cancel: (id: string) => {
      hand.cancel(id);
      return shown(id);
    },
    requeue: async (id: string) => {
      await hand.requeue(id);
      return shown(id);
    },
    drain: async (id: string) => {
      const entry = hand.requireOpen(id);
      const disabled = disabledBy(limits.enabled, lock.state());
      if (disabled !== null) throw queueDisabled(disabled);
      if (entry.state === 'queued') {
        const drained = await loops.drain(entry);
        if ('held' in drained) {
          throw heldBack(entry, drained.held, disabledBy(limits.enabled, lock.state()));
        }
      }
      return shown(id);
    },
    unlock: async (generation: string): Promise<boolean> => (await keeper?.unlock(generation)) ?? false,
    /** Something may have died: it is looked for now, and not at the next round. */
    lookSoon: loops.lookSoon,
    /** How many wait, or are just brought up. */
    waiting: (): number => rooms.entries.open().length,
    notices: () => noticesOf(rooms, loops.heldFor()),
    /** For those who watch over it. */
    state: () => ({
      disabled: disabledBy(limits.enabled, lock.state()),
      dryRun: limits.dryRun,
      lock: lock.state(),
      lastTickAt: loops.lastTickAt(),
    }),
    /** After the turns and the runs were recovered. */
    recover: loops.begin,
    prune: pruneQueue(rooms),
    stop: async (): Promise<void> => {
      await loops.stop();
      await keeper?.stop();
    },
  };
}

export type Resume = ReturnType<typeof openResume>;

/** A queue that is off takes no lock: another sidecar of this home may have one. */
const NOT_TAKEN = {
  state: (): LockState => ({
    held: false,
    reason: 'off',
    detail: 'The queue is off, and takes no lock.',
    hint: 'Set monitoring.resumeQueue.enabled to true.',
  }),
  stillMine: () => false,
  look: () => null,
};
