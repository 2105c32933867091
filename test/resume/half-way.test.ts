import { expect, test } from 'vitest';
import { newDrainer } from '../../sidecar/resume/drain.ts';
import { keepDraining } from '../../sidecar/resume/keep-draining.ts';
import { branchOf } from '../../sidecar/runs/index.ts';
import { until } from '../kit/until.ts';
import { HOUR, queueScene } from './resume-kit.ts';

const OTHER = '22222222-2222-4222-8222-222222222222';

test('a run that went on in another session, and died there, is not revived as the session that died', async () => {
  const { begin, reach, one, collectAll, revive, entryState, pass, starts } = queueScene({
    plays: ['events 1; exit 1', `session ${OTHER}; events 1; exit 1`, 'events 1; result'],
  });
  const { id } = await begin();
  const { sessionId } = await reach(id, 'failed');
  await collectAll();
  await revive();
  await until('the attempt to fail', () => entryState(sessionId ?? '') === 'queued');
  expect(one(id).sessionId).toBe(OTHER);
  pass(HOUR);
  await collectAll();
  expect(await revive()).toMatchObject({ exercised: null });
  expect(entryState(sessionId ?? '')).toBe('invalidated:other-session');
  expect(starts()).toBe(2);
});

test('a run whose clients answer as another session is tried three times, though each is stopped by us', async () => {
  const { begin, reach, collectAll, revive, entryState, told, pass, starts } = queueScene({
    plays: ['events 1; exit 1', `session ${OTHER}; hang`],
  });
  const { id } = await begin();
  const { sessionId } = await reach(id, 'failed');
  await collectAll();
  for (let tries = 0; tries < 3; tries++) {
    await revive();
    pass(HOUR);
  }
  expect(told(sessionId ?? '').filter((what) => what === 'attempt-failed')).toHaveLength(3);
  expect(entryState(sessionId ?? '')).toBe('gave-up:attempts');
  expect(starts()).toBe(4);
});

test('a pause in the middle of the look at the world is in time', async () => {
  const scene = queueScene({
    world: {
      branchOf: async (directory) => {
        scene.hand.pause();
        return branchOf(directory);
      },
    },
  });
  await scene.died('s1', { directory: scene.project });
  await scene.collectAll();
  scene.hand.resume();
  await scene.revive();
  expect(scene.entryState('s1')).toBe('queued');
  expect(scene.starts()).toBe(0);
});

test('two drains of one entry: the second one finds what the first one left', async () => {
  const { died, collectAll, entryOf, drainer, followAll, starts } = queueScene({
    plays: ['session other; hang'],
  });
  await died('s1');
  await collectAll();
  const seen = entryOf('s1');
  expect(await drainer.drain(seen)).toEqual({ exercised: 'started' });
  await followAll();
  expect(entryOf('s1')).toMatchObject({ state: 'queued', attempts: 1 });
  expect(await drainer.drain(seen)).toMatchObject({ held: { gate: 'backoff' } });
  expect(starts()).toBe(1);
});

test('what dies right after its revival has an entry of its own, whoever looks first', async () => {
  const { begin, reach, collectAll, collect, tick, followAll, entryOf, refused } = queueScene({
    plays: ['events 1; exit 1', 'events 1; exit 1', 'events 1; result'],
  });
  const { id } = await begin();
  const { sessionId, endedAt } = await reach(id, 'failed');
  await collectAll();
  const first = entryOf(sessionId ?? '');
  await tick();
  await until('its second death', async () => (await reach(id, 'failed')).endedAt !== endedAt);
  await collectAll();
  await followAll();
  expect(entryOf(sessionId ?? '')).toMatchObject({ id: first.id, state: 'respawned' });
  await collect();
  expect(refused()).toEqual([]);
  expect(entryOf(sessionId ?? '')).toMatchObject({ state: 'queued', attempts: 0 });
});

test('what died in another session, in the middle of an attempt, is answered by the attempt alone', async () => {
  const { begin, reach, collectAll, tick, followAll, machine, refused, openIds } = queueScene({
    plays: ['events 1; exit 1', `session ${OTHER}; events 1; exit 1`],
  });
  const { id } = await begin();
  const { sessionId, endedAt } = await reach(id, 'failed');
  await collectAll();
  await tick();
  await until('its second death', async () => (await reach(id, 'failed')).endedAt !== endedAt);
  machine.unfinished.set(OTHER, { strong: [{ kind: 'turn-in-flight', text: 'It worked.' }], weak: [] });
  await collectAll();
  expect(openIds()).toEqual([sessionId]);
  await followAll();
  await collectAll();
  expect(openIds()).toEqual([sessionId]);
  expect(refused()).toEqual(['duplicate']);
});

test.each([
  ['before its client was launched', false],
  ['after it', true],
])('a start that throws %s, with the entry written, is followed to its end', async (_, launched) => {
  const scene = queueScene({ plays: ['events 1; result'] });
  await scene.died('s1');
  await scene.collectAll();
  const { rooms } = scene;
  const turns: typeof rooms.turns = {
    ...rooms.turns,
    launch: (turnId) => {
      turns.launch = rooms.turns.launch;
      if (launched) rooms.turns.launch(turnId);
      throw new Error('the disk is full');
    },
  };
  const broken = { ...rooms, turns, limits: { ...rooms.limits, tickSeconds: 600 } };
  const loops = keepDraining(
    broken,
    { collect: scene.collect, drainer: newDrainer(broken, scene.gates) },
    { firstTickMs: 100, soonMs: 20 },
  );
  loops.begin();
  await until('the entry to come to its end', () => scene.entryState('s1') === 'respawned', 5_000);
  await loops.stop();
  expect(scene.starts()).toBe(1);
});
