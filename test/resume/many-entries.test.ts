import { expect, onTestFinished, test } from 'vitest';
import { newDrainer } from '../../sidecar/resume/drain.ts';
import { openStore, type Store } from '../../sidecar/store/index.ts';
import { fillQueue, type QueueSize } from '../bench/large-queue.ts';
import { cpuTime } from '../kit/cpu-time.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { aMachine } from './model-engine.ts';
import { openLife } from './model-world.ts';

const TICKS = 40;

/** A large queue that can be looked at through, and whose transactions are counted. */
function manyEntries(size: QueueSize, { dryRun }: { dryRun: boolean }) {
  const { home, folder, remove } = temporaryHome();
  const machine = aMachine();
  const life = openLife(openStore({ home }), machine, { folder, homeRoot: home.root }, dryRun);
  fillQueue(life, machine, folder, size);
  const { store } = life;
  let transactions = 0;
  const counted: Store = {
    ...store,
    write: (work) => {
      if (!store.db.inTransaction) transactions++;
      return store.write(work);
    },
  };
  const drainer = newDrainer({ ...life.rooms, store: counted }, life.gates);
  onTestFinished(async () => {
    await life.end();
    remove();
  });
  return {
    machine,
    life,
    tick: async () => {
      transactions = 0;
      const ticked = await drainer.tick();
      return { ...ticked, transactions };
    },
  };
}

test('a dry run comes to each of fifty entries in turn, with one transaction at most a tick', async () => {
  const { tick } = manyEntries({ open: 50, terminal: 100, runs: 60 }, { dryRun: true });
  const seen = new Set<string | null>();
  for (let n = 0; n < 50; n++) {
    const { exercised, entryId, transactions } = await tick();
    expect({ exercised, transactions }).toEqual({ exercised: 'would-resume', transactions: 1 });
    seen.add(entryId);
  }
  expect(seen.size).toBe(50);
  expect(await tick()).toMatchObject({ exercised: 'would-resume', transactions: 0 });
});

test('a start is one transaction, a tick that is held back is none', async () => {
  const { tick, machine, life } = manyEntries({ open: 50, terminal: 100, runs: 60 }, { dryRun: false });
  expect(await tick()).toMatchObject({ exercised: 'started', transactions: 1 });
  machine.calm = false;
  expect(await tick()).toMatchObject({ held: { gate: 'calm' }, transactions: 0 });
  machine.calm = true;
  machine.wallMs += 25 * 3_600_000;
  expect(await tick()).toMatchObject({ exercised: null, transactions: 1 }); // All that waited are over.
  expect(life.rooms.entries.open().map(({ state }) => state)).toEqual(['starting']);
});

test('half of the entries found to be stale, and a start: one transaction', async () => {
  const { tick, machine, life } = manyEntries({ open: 50, terminal: 100, runs: 60 }, { dryRun: false });
  for (let n = 0; n < 25; n++) life.rooms.sessions.mark(`marked-${n}`, false);
  expect(await tick()).toMatchObject({ exercised: 'started', transactions: 1 });
  const { entries } = life.rooms;
  expect(entries.ended().filter(({ reason }) => reason === 'unmarked')).toHaveLength(25);
  machine.branch = 'other';
  expect(await tick()).toMatchObject({ exercised: null, transactions: 1 });
  expect(entries.ended().filter(({ reason }) => reason === 'branch-changed')).toHaveLength(24);
  expect(entries.open()).toHaveLength(1);
});

test('what is over costs a tick nothing', async () => {
  const [few, many] = [10, 10_000].map((terminal) =>
    manyEntries({ open: 50, terminal, runs: 100 }, { dryRun: true }),
  );
  const costs = { few: 0, many: 0 };
  for (const round of [0, 1]) {
    for (const [name, scene] of [['few', few] as const, ['many', many] as const]) {
      const before = cpuTime();
      for (let n = 0; n < TICKS; n++) await scene?.tick();
      if (round === 1) costs[name] = cpuTime() - before; // The first round warms up.
    }
  }
  expect(costs.many).toBeLessThan(3 * costs.few);
});
