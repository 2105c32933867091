import { describe, expect, test } from 'vitest';
import { HoldfastError } from '../../sidecar/errors/index.ts';
import { until } from '../kit/until.ts';
import { aClient } from '../sessions/watched.ts';
import { FAKE_CLAUDE } from '../turns/turns-kit.ts';
import { HOUR, MINUTE, type QueueOptions, queueScene } from './resume-kit.ts';

const NO_CLIENT = (): string => {
  throw new HoldfastError('AGENT_BINARY_NOT_FOUND', 'No claude is there.', 'Install it.');
};

/** Marked sessions that are due. */
async function waiting(ids: string[], options: QueueOptions = {}) {
  const scene = queueScene(options);
  for (const id of ids) await scene.died(id);
  await scene.collectAll();
  return { ...scene, gate: () => scene.gates.held()?.gate ?? null };
}

test('are asked in their order, and the first closed one is named', async () => {
  const { hand, machine, store, now, limits, gates, gate, session } = await waiting(['s1'], {
    limits: { maxLiveSessions: 1, maxUsdPerDay: 0 },
  });
  hand.pause();
  machine.lockIsOurs = false;
  const breakerUntil = new Date(now().getTime() + MINUTE).toISOString();
  store.db.prepare('UPDATE resume_brakes SET breaker_until = ?').run(breakerUntil);
  session('live', { client: await aClient() });

  const said: [string | null, RegExp, () => void][] = [
    ['paused', /^Paused since \d{4}-/, () => hand.resume()],
    ['host-lock', /^lock-foreign-host: another one has it$/, () => (machine.lockIsOurs = true)],
    ['breaker', new RegExp(`not before ${breakerUntil}`), () => store.db.exec('DELETE FROM resume_brakes')],
    ['calm', /^The machine was calm at 0 of 1 ticks/, () => gates.feel()],
    ['live-sessions', /^1 sessions are at work, of at most 1\.$/, () => (limits.maxLiveSessions = 2)],
    ['spend', /^0\.00 of 0\.00 USD/, () => (limits.maxUsdPerDay = 1)],
  ];
  for (const [name, detail, open] of said) {
    expect(gates.held()).toEqual({ gate: name, detail: expect.stringMatching(detail) });
    open();
  }
  expect(gate()).toBeNull();
});

test('a closed one is told with each entry, and asking changes nothing', async () => {
  const { hand, describe, store } = await waiting(['s1', 's2']);
  hand.pause();
  const before = store.lastChange();
  expect(describe()).toMatchObject({
    heldBy: 'paused',
    entries: [{ gate: 'paused' }, { gate: 'paused' }],
  });
  expect(store.lastChange()).toBe(before);
});

describe('the breaker', () => {
  test('three failures in a row, over all entries, hold all back for 30 minutes', async () => {
    const { revive, pass, gate, rooms } = await waiting(['s1', 's2', 's3', 's4'], { client: NO_CLIENT });
    for (let n = 0; n < 3; n++) {
      expect(gate()).not.toBe('breaker');
      await revive();
    }
    expect(gate()).toBe('breaker');
    expect(rooms.entries.open().map(({ attempts }) => attempts)).toEqual([1, 1, 1, 0]);
    pass(29 * MINUTE);
    expect(await revive()).toMatchObject({ held: { gate: 'breaker' } });
    pass(MINUTE);
    expect(await revive()).toMatchObject({ held: null });
    expect(gate()).toBeNull();
  });

  test('begins to count anew with a revival', async () => {
    let well = false;
    const scene = await waiting(['s1', 's2', 's3', 's4', 's5'], {
      limits: { maxLiveSessions: 9 },
      client: () => (well ? FAKE_CLAUDE : NO_CLIENT()),
    });
    await scene.revive();
    await scene.revive();
    well = true;
    await scene.revive();
    expect(scene.entryState('s3')).toBe('respawned');
    well = false;
    await scene.revive();
    await scene.revive();
    expect(scene.gate()).toBeNull();
    expect(scene.rooms.brakes.read()).toMatchObject({ failures: 2, breakerUntil: null });
  });

  test('outlives its sidecar, and a clock that is set back makes it no longer', async () => {
    const { revive, newSidecar, setClock, pass } = await waiting(['s1', 's2', 's3'], { client: NO_CLIENT });
    for (let n = 0; n < 3; n++) await revive();
    setClock(-24 * HOUR);
    const next = newSidecar();
    expect(await next.tick()).toMatchObject({ held: { gate: 'breaker' } });
    pass(31 * MINUTE);
    expect(await next.tick()).toMatchObject({ held: null });
  });
});

describe('calm', () => {
  test('is so many ticks in a row, and one that is not begins anew', async () => {
    const { tick, machine, gate } = await waiting(['s1'], { limits: { calmTicks: 3, dryRun: true } });
    const calm = { load: 0.1, memoryFree: 0.5 };
    const held: boolean[] = [];
    for (const load of [calm, calm, { ...calm, load: 9 }, calm, calm, calm]) {
      machine.load = load;
      held.push((await tick()).held?.gate === 'calm');
    }
    expect(held).toEqual([true, true, true, true, true, false]);
    expect(gate()).toBeNull();
  });

  test.each([
    [{ load: null, memoryFree: 0.5 }, 'load a CPU cannot be read, free memory 50 %'],
    [{ load: 0.1, memoryFree: null }, 'load a CPU 0.10, free memory cannot be read'],
    [{ load: 8, memoryFree: 0.5 }, 'load a CPU 8.00, free memory 50 %'],
    [{ load: 0.1, memoryFree: 0.09 }, 'load a CPU 0.10, free memory 9 %'],
  ])('is not %j, however long', async (load, facts) => {
    const { tick, machine, gates } = await waiting(['s1']);
    machine.load = load;
    for (let n = 0; n < 4; n++) expect(await tick()).toMatchObject({ held: { gate: 'calm' } });
    expect(gates.held()?.detail).toContain(facts);
  });
});

test('live sessions: also one that was just started, and that no hook has told of yet', async () => {
  const { tick, gate, turns } = await waiting(['s1', 's2'], {
    plays: ['hang'],
    limits: { maxLiveSessions: 1 },
  });
  await tick();
  expect(await tick()).toMatchObject({ held: { gate: 'live-sessions' } });
  expect([gate(), turns.live().length]).toEqual(['live-sessions', 1]);
  for (const { id } of turns.live()) await turns.stop(id);
  expect(gate()).toBeNull();
  await tick();
  expect(turns.live().map(({ sessionId }) => sessionId)).toEqual(['s2']);
  for (const { id } of turns.live()) await turns.stop(id);
});

test('live sessions: those with a process that runs, and no others', async () => {
  const { session, gate, tick, turns } = await waiting(['s1'], { limits: { maxLiveSessions: 1 } });
  session('gone');
  session('nobody knows', { client: null });
  await tick();
  await until('the turn of the revived one to end', () => turns.live().length === 0);
  expect(gate()).toBeNull();
  const client = await aClient();
  session('live', { client });
  expect(gate()).toBe('live-sessions');
  await client.kill();
  expect(gate()).toBeNull();
});

test('spend: what every turn has cost in the last 24 hours', async () => {
  const { begin, reach, gates, pass, died, collectAll, tick } = queueScene({
    plays: ['result'],
    limits: { maxUsdPerDay: 0.02 },
  });
  await died('s1');
  await collectAll();
  for (let n = 1; n <= 2; n++) await reach((await begin()).id, 'completed');
  gates.feel();
  expect(gates.held()).toEqual({
    gate: 'spend',
    detail: '0.02 of 0.02 USD were spent in the last 24 hours.',
  });
  expect(await tick()).toMatchObject({ held: { gate: 'spend' }, exercised: null });
  pass(24 * HOUR + MINUTE);
  expect(gates.held()).toBeNull();
});

test("backoff is an entry's own: the others have their turn", async () => {
  let starts = 0;
  const scene = await waiting(['s1', 's2'], {
    client: () => (++starts === 1 ? NO_CLIENT() : FAKE_CLAUDE),
  });
  await scene.revive();
  expect(scene.describe().entries).toMatchObject([
    { sessionId: 's1', gate: 'backoff', attempts: 1 },
    { sessionId: 's2', gate: null },
  ]);
  await scene.revive();
  expect([scene.entryState('s1'), scene.entryState('s2')]).toEqual(['queued', 'respawned']);
});
