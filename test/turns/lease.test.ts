import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { identifyProcess } from '../../sidecar/machine/index.ts';
import type { Turn } from '../../sidecar/turns/index.ts';
import { openedStore } from '../kit/opened-store.ts';
import { until } from '../kit/until.ts';
import { type OpenedTurns, openedTurns, processesOfTurns } from './turns-kit.ts';

/** A process of this pid that is not ours: the machine gave the number to somebody else since. */
const RECYCLED = { ...identifyProcess(process.pid), processStart: '1' };
const OTHER_BOOT = { ...identifyProcess(process.pid), bootId: 'another-boot' };
const UNKNOWN = { ...identifyProcess(process.pid), processStart: null };

describe('one turn a session at a time', () => {
  test('a second is refused while the first lives, and taken after it', async () => {
    const { start, play, end, turns, store, request } = openedTurns();
    const sessionId = randomUUID();
    const first = start('pause 0.3; result', { sessionId });
    expect(() => store.write(() => turns.begin(request('result', { sessionId })))).toThrow(
      expect.objectContaining({
        code: 'SESSION_BUSY',
        status: 409,
        details: { sessionId, turnId: first.id },
      }),
    );
    expect(turns.live().map(({ id }) => id)).toEqual([first.id]);
    await end(first);
    expect(await play('result', { sessionId, resume: true })).toMatchObject({ state: 'clean' });
  });

  test('is not held by a turn whose transaction was rolled back', async () => {
    const { turns, store, request, play } = openedTurns();
    const sessionId = randomUUID();
    expect(() =>
      store.write(() => {
        turns.begin(request('result', { sessionId }));
        throw new Error('the caller changed its mind');
      }),
    ).toThrow('changed its mind');
    expect(turns.live()).toEqual([]);
    expect(await play('result', { sessionId })).toMatchObject({ state: 'clean' });
  });

  test('the next may begin inside the transaction that closes the last', async () => {
    const opened = openedStore();
    const begun: Turn[] = [];
    const engine: OpenedTurns = openedTurns(
      {
        ended: ({ sessionId }) => {
          if (begun.length === 2) return;
          const next = engine.turns.begin(engine.request('result', { sessionId, resume: true }));
          begun.push(next);
          setImmediate(() => engine.turns.launch(next.id));
        },
      },
      opened,
    );
    const first = engine.start('result');
    const last = await until('the third turn', () => begun[1]);
    expect(await engine.end(last)).toMatchObject({ state: 'clean', sessionId: first.sessionId });
    expect(engine.turns.live()).toEqual([]);
  });

  test('another session is not concerned', async () => {
    const { start, end } = openedTurns();
    const both = [start('pause 0.1; result'), start('pause 0.1; result')];
    expect((await Promise.all(both.map((turn) => end(turn)))).map(({ state }) => state)).toEqual([
      'clean',
      'clean',
    ]);
  });
});

describe('an owner', () => {
  test.each([
    ['whose pid was recycled', RECYCLED],
    ['of another boot', OTHER_BOOT],
  ])('%s is dead: its turn is taken over at once, and it can change nothing more', async (_, owner) => {
    const paused = openedTurns({ owner });
    const begun = paused.start('events 2; pause 0.5; events 2; result');
    await until('the first events', () => paused.turns.one(begun.id)?.events === 3);
    const next = openedTurns({}, paused);

    next.turns.recover();
    const turn = await next.end(begun);

    expect(turn).toMatchObject({ state: 'clean', events: 6 });
    expect(next.ended).toEqual([turn]);
    expect(paused.ended).toEqual([]);
    expect(paused.warnings).toEqual([]);
    expect(next.events(turn).map(({ number }) => number)).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('that was superseded cannot stop the turn either', async () => {
    const paused = openedTurns({ owner: RECYCLED });
    const begun = paused.start('events 1; hang');
    await until('its events', () => paused.turns.one(begun.id)?.events === 2);
    const next = openedTurns({}, paused);
    next.turns.recover();

    await expect(paused.turns.stop(begun.id)).rejects.toMatchObject({ code: 'SESSION_BUSY' });
    expect(processesOfTurns(next.store).length).toBeGreaterThan(0);
    expect(await next.turns.stop(begun.id)).toMatchObject({ state: 'aborted' });
  });

  test('that was superseded sends no signal, whatever it had in mind', async () => {
    const paused = openedTurns({ owner: RECYCLED, lingerMs: 400 });
    const begun = paused.start('result; pause 1.2; touch outlived');
    await until('the result', () => paused.turns.one(begun.id)?.events === 2);
    const next = openedTurns({}, paused);
    next.turns.recover();
    expect(await next.end(begun)).toMatchObject({ state: 'clean' });
    expect(existsSync(join(paused.folder, 'outlived'))).toBe(true);
  });

  test.each([
    ['that lives', identifyProcess(process.pid)],
    ['of whom nobody can tell', UNKNOWN],
  ])('%s is never replaced', async (_, owner) => {
    const first = openedTurns({ owner });
    const sessionId = randomUUID();
    const begun = first.start('events 1; pause 0.4; result', { sessionId });
    const second = openedTurns({}, first);
    second.turns.recover();
    expect(() => second.start('result', { sessionId })).toThrow(
      expect.objectContaining({ code: 'SESSION_BUSY' }),
    );
    const turn = await first.end(begun);
    expect(turn).toMatchObject({ state: 'clean', events: 3 });
    expect(first.ended).toEqual([turn]);
    expect(second.ended).toEqual([]);
  });

  test('that dies after the next one has looked is found by its next look', async () => {
    const first = openedTurns();
    const begun = first.start('events 1; pause 1; result');
    const second = openedTurns({}, first);
    second.turns.recover();
    first.turns.close();
    const turn = await second.end(begun);
    expect(turn).toMatchObject({ state: 'clean', events: 3 });
    expect(second.ended).toEqual([turn]);
  });

  test('that is dead, with a turn that is over, holds up no new turn of the session', async () => {
    const first = openedTurns({ owner: RECYCLED });
    const sessionId = randomUUID();
    const old = first.store.write(() => first.turns.begin(first.request('result', { sessionId })));
    const second = openedTurns({}, first);
    const turn = await second.play('result', { sessionId });
    expect(turn).toMatchObject({ state: 'clean' });
    expect(second.ended.map(({ id, state }) => [id, state])).toEqual([
      [old.id, 'crashed'],
      [turn.id, 'clean'],
    ]);
  });

  test('that is dead, with a turn that lives, does', async () => {
    const first = openedTurns({ owner: RECYCLED });
    const sessionId = randomUUID();
    const old = first.start('events 1; pause 0.5; result', { sessionId });
    await until('its events', () => first.turns.one(old.id)?.events === 2);
    first.turns.close();
    const second = openedTurns({}, first);
    expect(() => second.start('result', { sessionId })).toThrow(
      expect.objectContaining({ code: 'SESSION_BUSY' }),
    );
    second.turns.recover();
    expect(await second.end(old)).toMatchObject({ state: 'clean', events: 3 });
  });
});
