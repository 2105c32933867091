import { describe, expect, test } from 'vitest';
import { deathNow, deathsSince } from '../../sidecar/resume/deaths.ts';
import { until } from '../kit/until.ts';
import { aClient } from '../sessions/watched.ts';
import { HOUR, queueScene } from './resume-kit.ts';

const LONG_AGO = '2020-01-01T00:00:00.000Z';
const GONE = { pid: 2 ** 30, processStart: '1' };

describe('of runs', () => {
  test.each([
    ['crashed', ['events 1; exit 1'], /^Its process is gone/],
    ['error', ['error invalid_request 400'], /^invalid_request: API Error: 400\.$/],
    ['stalled', ['events 1; hang'], /^Nothing came .*\.$|^.*stall.*\.$/],
  ] as const)('%s is a death, with its reason in a sentence', async (reason, plays, why) => {
    const scene = queueScene({ plays: [...plays], stallSeconds: reason === 'stalled' ? 0.3 : 0 });
    const { id } = await scene.begin();
    const { sessionId, endedAt } = await scene.reach(id, 'failed');
    expect(scene.one(id).reason).toBe(reason);
    const [death, ...more] = deathsSince(scene.rooms, LONG_AGO);
    expect(more).toEqual([]);
    expect(death).toEqual({
      key: `run:${id}:${endedAt}`,
      ...{ sessionId, runId: id, at: endedAt },
      livedAt: scene.turnsOf(id).at(-1)?.startedAt,
      why: expect.stringMatching(why),
    });
    expect(deathNow(scene.rooms, { sessionId: sessionId ?? '', runId: id })).toEqual(death);
  });

  test('api-error: six refusals in a row are a death, and the waiting before them is none', async () => {
    const { begin, one, rooms, pass, turnsOf, reach } = queueScene({ plays: ['error overloaded 529'] });
    const { id } = await begin();
    for (let n = 1; n < 6; n++) {
      await reach(id, 'waiting');
      expect(turnsOf(id)).toHaveLength(n);
      expect(deathsSince(rooms, LONG_AGO)).toEqual([]);
      pass(HOUR);
      await until('the next try', () => turnsOf(id).length > n);
    }
    await reach(id, 'failed');
    expect(one(id).reason).toBe('api-error');
    expect(deathsSince(rooms, LONG_AGO)).toMatchObject([
      { runId: id, why: expect.stringMatching(/^6 times in a row overloaded/) },
    ]);
  });

  test.each([
    ['max-turns', ['say x; result'], { until: 'false', maxTurns: 1 }, {}],
    ['max-usd', ['say x; result'], { until: 'false' }, { maxUsd: 0.005 }],
    ['no-progress', ['say x; result'], { until: 'false' }, {}],
    ['setup', ['result'], { setup: 'exit 1' }, {}],
  ] as const)('%s is what the run decided itself', async (reason, plays, request, options) => {
    const { begin, reach, one, rooms } = queueScene({ plays: [...plays], ...options });
    const { id } = await begin(request);
    await reach(id, 'failed');
    expect(one(id).reason).toBe(reason);
    expect(deathsSince(rooms, LONG_AGO)).toEqual([]);
  });

  test('completed is none; killed is one, for a person asks about it too', async () => {
    const { begin, reach, runs, rooms } = queueScene({ plays: ['result', 'hang'] });
    const done = await begin();
    await reach(done.id, 'completed');
    const stopped = await begin();
    await reach(stopped.id, 'running');
    await runs.kill(stopped.id);
    expect(deathsSince(rooms, LONG_AGO)).toMatchObject([{ runId: stopped.id }]);
  });

  test('speak for their sessions, which are told of once', async () => {
    const { begin, reach, rooms, session, reap } = queueScene({ plays: ['events 1; exit 1'] });
    const { id } = await begin();
    const { sessionId } = await reach(id, 'failed');
    session(sessionId ?? '', { marked: false });
    await reap();
    expect(deathsSince(rooms, LONG_AGO)).toMatchObject([{ runId: id }]);
  });

  test('that a person restored are dead no more', async () => {
    const { begin, reach, rooms, runs, one } = queueScene({ plays: ['events 1; exit 1', 'result'] });
    const { id } = await begin();
    await reach(id, 'failed');
    const [death] = deathsSince(rooms, LONG_AGO);
    await runs.restore(id);
    await reach(id, 'completed');
    expect(death && deathNow(rooms, death)).toBeNull();
    expect(one(id).state).toBe('completed');
  });
});

describe('of sessions', () => {
  test('reaped, by the time of the reaping', async () => {
    const { died, rooms, sessions } = queueScene();
    await died('s1');
    const reaping = sessions.lastReaping('s1');
    expect(deathsSince(rooms, LONG_AGO)).toEqual([
      {
        key: `reaped:s1:${reaping?.at}`,
        ...{ sessionId: 's1', runId: null, at: reaping?.at, livedAt: rooms.lastEvents.prompt('s1')?.at },
        why: 'Its process was gone without a word.',
      },
    ]);
    expect(deathsSince(rooms, reaping?.at ?? '')).toEqual([]);
  });

  test('that went with their machine say so', async () => {
    const { session, store, reap, rooms } = queueScene();
    session('s1');
    store.db.prepare("UPDATE sessions SET boot_id = 'another' WHERE id = 's1'").run();
    expect(await reap()).toBe(1);
    expect(deathsSince(rooms, LONG_AGO)).toMatchObject([
      { why: 'The machine was started anew, and its process went with it.' },
    ]);
  });

  test('stalled by an error, with its class', async () => {
    const { session, send, rooms } = queueScene();
    session('s1');
    send('StopFailure', 's1', { error: 'rate_limit' });
    const [death] = deathsSince(rooms, LONG_AGO);
    expect(death).toMatchObject({ sessionId: 's1', why: 'An error of the API ended its turn (rate_limit).' });
    expect(death?.key).toBe(`failed:s1:${death?.at}`);
  });

  test.each([
    ['StopFailure', 'SessionEnd'],
    ['SessionEnd', 'StopFailure'],
  ] as const)('ended by an error, whichever of the two hooks comes first: %s, %s', (...order) => {
    const { session, send, rooms, now } = queueScene();
    session('s1');
    const at = now().toISOString();
    const bodies = { StopFailure: { error: 'rate_limit' }, SessionEnd: { reason: 'other' } };
    for (const event of order) send(event, 's1', bodies[event], { at });
    expect(rooms.sessions.one('s1')?.state).toBe('ended');
    expect(deathsSince(rooms, LONG_AGO)).toMatchObject([
      { key: `failed:s1:${at}`, why: 'An error of the API ended its turn.' },
    ]);
  });

  test.each(['clear', 'logout', 'prompt_input_exit'])(
    'ended by a person (%s) are not dead, whatever failed before',
    (reason) => {
      const { session, send, rooms } = queueScene();
      session('s1');
      send('StopFailure', 's1', { error: 'rate_limit' });
      send('SessionEnd', 's1', { reason });
      expect(deathsSince(rooms, LONG_AGO)).toEqual([]);
    },
  );

  test('that stopped well and then ended are not dead', () => {
    const { session, send, rooms } = queueScene();
    session('s1');
    send('StopFailure', 's1', { error: 'rate_limit' });
    send('UserPromptSubmit', 's1', { prompt: 'Again.' });
    send('Stop', 's1');
    expect(deathsSince(rooms, LONG_AGO)).toEqual([]);
    send('SessionEnd', 's1', { reason: 'other' });
    expect(deathsSince(rooms, LONG_AGO)).toEqual([]);
  });

  test('that live, or came back, are not dead', async () => {
    const { session, died, send, rooms } = queueScene();
    session('lives', { client: await aClient() });
    await died('s1');
    const [death] = deathsSince(rooms, LONG_AGO);
    send('SessionStart', 's1', { source: 'resume' }, { client: GONE });
    expect(deathsSince(rooms, LONG_AGO)).toEqual([]);
    expect(death && deathNow(rooms, death)).toBeNull();
  });

  test('that nobody marked are told of too: the refusal is what a person sees', async () => {
    const { died, rooms } = queueScene();
    await died('s1', { marked: false });
    expect(deathsSince(rooms, LONG_AGO)).toMatchObject([{ sessionId: 's1', runId: null }]);
  });

  test('of a run that is over are their own, where a person marked them', async () => {
    const { begin, reach, rooms, died } = queueScene({ plays: ['result'] });
    const { id } = await begin();
    const { sessionId } = await reach(id, 'completed');
    await died(sessionId ?? '', { marked: false });
    expect(deathsSince(rooms, LONG_AGO)).toEqual([]);
    rooms.sessions.mark(sessionId ?? '', true);
    expect(deathsSince(rooms, LONG_AGO)).toMatchObject([{ sessionId, runId: null }]);
  });
});
