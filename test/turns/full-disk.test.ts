import Sqlite from 'better-sqlite3';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openStore } from '../../sidecar/store/index.ts';
import { type Fault, type FaultPlan, faultPlan, openFaulty } from '../chaos/faulty-database.ts';
import type { OpenedStore } from '../kit/opened-store.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';
import { openedTurns, processesOfTurns } from './turns-kit.ts';

const AT_ONCE = 8;

function faultyStore(plan: FaultPlan): OpenedStore {
  const { home, folder, remove } = temporaryHome();
  const store = openStore({ home, openDatabase: (file) => openFaulty(file, plan) });
  onTestFinished(() => {
    store.close();
    remove();
  });
  return { store, home, folder };
}

describe('a full disk', () => {
  test('in mid-turn only delays: nothing is lost, and nothing is there twice', async () => {
    const plan = faultPlan();
    const { start, end, turns, events, ended, warnings } = openedTurns({}, faultyStore(plan));
    const begun = start('events 3; pause 0.3; events 17; result');
    await until('the first events', () => turns.one(begun.id)?.events === 4);
    plan.arm(1, { code: 'SQLITE_FULL', how: 'lasting' });
    await until('a warning', () => warnings.length > 0);
    plan.disarm();

    const turn = await end(begun);

    expect(turn).toMatchObject({ state: 'clean', events: 22, toolCalls: 20, malformed: 0 });
    expect(events(turn).map(({ number }) => number)).toEqual(
      Array.from({ length: 22 }, (_, index) => index + 1),
    );
    expect(ended).toEqual([turn]);
    expect(warnings).toHaveLength(1);
  });

  test.each<Fault>([
    { code: 'SQLITE_FULL', how: 'undone' },
    { code: 'SQLITE_IOERR', how: 'done' },
    { code: 'plain Error', how: 'once' },
  ])(
    'each single call of the ledger that fails ($code, $how) changes nothing about the turn',
    async (fault) => {
      const calls = new Set<string>();
      for (let nth = 1; ; nth += AT_ONCE) {
        const attempts = Array.from({ length: AT_ONCE }, (_, index) => attempt(nth + index, fault));
        const hits = await Promise.all(attempts);
        for (const hit of hits) calls.add(hit);
        if (hits.includes('')) break;
      }
      expect(calls.size).toBeGreaterThan(8);
    },
    120_000,
  );
});

async function attempt(nth: number, fault: Fault): Promise<string> {
  const plan = faultPlan();
  const opened = faultyStore(plan);
  const { store, home } = opened;
  // As the run's state would: rows of the same transaction, and no memory of calls that were rolled back.
  store.db.exec('CREATE TABLE told (id TEXT)');
  const tell = store.db.prepare('INSERT INTO told VALUES (?)');
  const { turns, request, events } = openedTurns({ ended: ({ id }) => tell.run(id) }, opened);
  turns.recover();
  const { id } = store.write(() => turns.begin(request('events 2; malformed; pause 0.1; events 2; result')));
  const reader = new Sqlite(home.database, { readonly: true });
  const told = reader.prepare<[], number>('SELECT count(*) FROM told').pluck();
  plan.arm(nth, fault);
  turns.launch(id);
  await until('the end of the turn', () => (told.get() ?? 0) > 0, 15_000);
  const hit = plan.hit() ? plan.failed() : '';
  plan.disarm();
  const where = { nth, ...fault, failed: hit };
  expect({ ...where, ...turns.one(id), told: told.get() }).toMatchObject({
    ...where,
    state: 'clean',
    events: 6,
    malformed: 1,
    toolCalls: 4,
    told: 1,
  });
  expect(events({ id }).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
  expect(processesOfTurns(store)).toEqual([]);
  reader.close();
  return hit;
}
