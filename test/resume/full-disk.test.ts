import { randomUUID } from 'node:crypto';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test } from 'vitest';
import { followAttempt } from '../../sidecar/resume/attempt.ts';
import { openStore } from '../../sidecar/store/index.ts';
import { type FaultPlan, faultPlan, openFaulty } from '../chaos/faulty-database.ts';
import type { OpenedStore } from '../kit/opened-store.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';
import { HOUR, queueScene } from './resume-kit.ts';

/** A full disk is there from call 1, 4, 7, … of a tick on, and so in the middle of everything that it does. */
const STRIDE = 3;
const AT_ONCE = 4;

function faultyStore(plan: FaultPlan): OpenedStore {
  const { home, folder, remove } = temporaryHome();
  const store = openStore({ home, openDatabase: (file) => openFaulty(file, plan) });
  onTestFinished(() => {
    store.close();
    remove();
  });
  return { store, home, folder };
}

/** Returns what was asked when the disk got full; '': all was over before. */
async function fullFrom(nth: number): Promise<string> {
  const plan = faultPlan();
  const session = randomUUID(); // Its own: several scenes are on this machine at once.
  const scene = queueScene({ plays: ['events 2; result'], opened: faultyStore(plan) });
  const { store, home } = scene;
  await scene.died(session);
  await scene.collectAll();
  const reader = new Sqlite(home.database, { readonly: true });
  const turns = reader.prepare<[], string>('SELECT id FROM turns').pluck();
  const states = reader.prepare<[], string>('SELECT state FROM resume_entries').pluck();
  plan.arm(nth, { code: 'SQLITE_FULL', how: 'lasting' });
  await scene.tick().catch(() => {});
  await follow(scene).catch(() => {});
  const hit = plan.hit() ? plan.failed() : '';

  // Whatever was started, a row that others can read tells of it, and the entry is where it was.
  expect(scene.starts()).toBeLessThanOrEqual(turns.all().length);
  expect(states.all()).toHaveLength(1);
  expect(store.db.inTransaction).toBe(false);

  plan.disarm();
  await until('its revival', async () => {
    await follow(scene);
    if (scene.entryState(session) === 'queued') {
      scene.pass(HOUR);
      await scene.tick();
    }
    return scene.entryState(session) === 'respawned';
  });
  await until('the end of its turn', () => scene.turns.live().length === 0);
  expect(scene.starts()).toBe(turns.all().length);
  reader.close();
  return hit;
}

async function follow({ rooms }: ReturnType<typeof queueScene>): Promise<void> {
  for (const entry of rooms.entries.open())
    if (entry.state === 'starting') await followAttempt(rooms, entry).catch(() => {});
}

test('a disk that gets full in the middle of a start loses no entry, and leaves no client without a row', {
  timeout: 240_000,
}, async () => {
  const calls = new Set<string>();
  for (let nth = 1; ; nth += AT_ONCE * STRIDE) {
    const hits = await Promise.all(
      Array.from({ length: AT_ONCE }, (_, index) => fullFrom(nth + index * STRIDE)),
    );
    for (const hit of hits) calls.add(hit);
    if (hits.includes('')) break;
  }
  expect(calls.size).toBeGreaterThan(8);
});
