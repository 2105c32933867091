import { describe, expect, test } from 'vitest';
import { aClient } from '../sessions/watched.ts';
import { MINUTE, type QueueOptions, type QueueScene, queueScene } from './resume-kit.ts';

/** A run that died first, then two sessions that a person marked. */
async function three(options: QueueOptions = {}) {
  const scene = queueScene({
    plays: ['events 1; exit 1', 'result'],
    limits: { maxLiveSessions: 9 },
    ...options,
  });
  const { id } = await scene.begin();
  const run = (await scene.reach(id, 'failed')).sessionId ?? '';
  await scene.collectAll();
  for (const session of ['s1', 's2']) {
    await scene.died(session);
    await scene.collectAll();
  }
  const nameOf = (sessionId: string) => (sessionId === run ? 'run' : sessionId);
  const next = async (tick: QueueScene['tick'] = scene.tick) => {
    const { entryId } = await tick();
    return entryId === null ? null : nameOf(scene.entry(entryId).sessionId);
  };
  return { ...scene, run, next };
}

describe('a tick', () => {
  test('revives one at most: first what a person works with, then what waits longest', async () => {
    const { next, followAll, entryState, run } = await three();
    const order: (string | null)[] = [];
    for (let n = 0; n < 4; n++) {
      order.push(await next());
      await followAll();
    }
    expect(order).toEqual(['s1', 's2', 'run', null]);
    expect(['s1', 's2', run].map(entryState)).toEqual(['respawned', 'respawned', 'respawned']);
  });

  test('goes on to the next one where the first is no more as it was', async () => {
    const { next, sessions, followAll, entryState } = await three();
    sessions.mark('s1', false);
    expect(await next()).toBe('s2');
    expect(entryState('s1')).toBe('invalidated:unmarked');
    await followAll();
  });

  test('does not start what is being started already', async () => {
    const { next, followAll, entryState } = await three({ plays: ['events 1; exit 1', 'pause 0.3; result'] });
    expect([await next(), await next()]).toEqual(['s1', 's2']);
    await followAll();
    expect([entryState('s1'), entryState('s2')]).toEqual(['respawned', 'respawned']);
  });

  test('writes nothing where nothing is to be done', async () => {
    const { tick, store, hand } = await three({ limits: { dryRun: true } });
    for (let n = 0; n < 3; n++) await tick();
    const before = store.lastChange();
    for (let n = 0; n < 3; n++) await tick();
    expect(store.lastChange()).toBe(before);
    hand.pause();
    const paused = store.lastChange();
    await tick();
    expect(store.lastChange()).toBe(paused);
  });

  test('ends what lives again by a hand of its own, also while something holds all back', async () => {
    const { tick, send, machine, runs, entryOf, entryState, run } = await three({
      plays: ['events 1; exit 1', 'hang'],
    });
    machine.lockIsOurs = false;
    send('SessionStart', 's1', { source: 'resume' }, { client: await aClient() });
    await runs.restore(entryOf(run).runId ?? '');
    expect(await tick()).toMatchObject({ held: { gate: 'host-lock' }, exercised: null });
    expect([entryState('s1'), entryState(run), entryState('s2')]).toEqual([
      ...['invalidated:running', 'invalidated:running', 'queued'],
    ]);
    await runs.kill(entryOf(run).runId ?? '');
  });
});

describe('a dry run', () => {
  test('has each one in turn, and not the head for ever', async () => {
    const { next, starts } = await three({ limits: { dryRun: true } });
    const order: (string | null)[] = [];
    for (let n = 0; n < 6; n++) order.push(await next());
    expect(order).toEqual(['s1', 's2', 'run', 's1', 's2', 'run']);
    expect(starts()).toBe(1); // The run's own first turn.
  });

  test('says would-resume once an entry, starts nothing and counts nothing', async () => {
    const { tick, told, run, rooms, newSidecar, pass, describe } = await three({ limits: { dryRun: true } });
    for (let n = 0; n < 7; n++) await tick();
    const next = newSidecar();
    next.gates.feel();
    for (let n = 0; n < 7; n++) {
      pass(MINUTE);
      await next.tick();
    }
    for (const id of ['s1', 's2', run]) expect(told(id)).toEqual(['queued', 'would-resume']);
    expect(rooms.entries.open().map(({ attempts, state }) => [attempts, state])).toEqual(
      Array.from({ length: 3 }, () => [0, 'queued']),
    );
    expect(describe()).toMatchObject({ dryRun: true, tombstones: [] });
  });

  test('that ends lets them come back', async () => {
    const { tick, limits, followAll, entryState } = await three({ limits: { dryRun: true } });
    await tick();
    limits.dryRun = false;
    await tick();
    await followAll();
    expect(entryState('s1')).toBe('respawned');
  });
});

describe('a drain by hand', () => {
  test('skips the calm ticks, and no other gate', async () => {
    const { drainer, entryOf, hand, machine, gates, limits, followAll } = await three({
      limits: { calmTicks: 1000 },
    });
    const drain = () => drainer.drain(entryOf('s2'));
    expect(gates.held()?.gate).toBe('calm');
    hand.pause();
    expect(await drain()).toMatchObject({ held: { gate: 'paused' } });
    hand.resume();
    machine.lockIsOurs = false;
    expect(await drain()).toMatchObject({ held: { gate: 'host-lock' } });
    machine.lockIsOurs = true;
    const { maxUsdPerDay, maxLiveSessions } = limits;
    limits.maxUsdPerDay = 0;
    expect(await drain()).toMatchObject({ held: { gate: 'spend' } });
    Object.assign(limits, { maxUsdPerDay, maxLiveSessions: 0 });
    expect(await drain()).toMatchObject({ held: { gate: 'live-sessions' } });
    Object.assign(limits, { maxLiveSessions });
    expect(await drain()).toEqual({ exercised: 'started' });
    await followAll();
    expect(entryOf('s2').state).toBe('respawned');
  });

  test('waits for the backoff of a failed attempt, and says until when', async () => {
    const { drainer, entryOf, followAll } = await three({
      plays: ['events 1; exit 1', 'session other; exit 1'],
    });
    await drainer.drain(entryOf('s1'));
    await followAll();
    const { nextAttemptAt } = entryOf('s1');
    expect(await drainer.drain(entryOf('s1'))).toEqual({
      held: { gate: 'backoff', detail: `Attempt 1 failed; the next one is at ${nextAttemptAt}.` },
    });
  });

  test('of one whose world has changed ends it', async () => {
    const { drainer, entryOf, sessions, entryState } = await three();
    sessions.mark('s1', false);
    expect(await drainer.drain(entryOf('s1'))).toEqual({ exercised: 'ended' });
    expect(entryState('s1')).toBe('invalidated:unmarked');
  });
});
