import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { until } from '../kit/until.ts';
import { openedTurns, processesOfTurns } from './turns-kit.ts';

describe('stop', () => {
  test('ends a turn as aborted, with every process of it', async () => {
    const { start, turns, store, ended } = openedTurns();
    const begun = start('events 2; child; orphan; hang');
    await until('its events', () => turns.one(begun.id)?.events === 3);
    await until('its processes', () => processesOfTurns(store).length === 4);

    const stopped = await turns.stop(begun.id);

    expect(stopped).toMatchObject({ state: 'aborted', events: 3, error: null, endedAt: expect.any(String) });
    expect(processesOfTurns(store)).toEqual([]);
    expect(ended).toEqual([stopped]);
  });

  test('kills what ignores SIGTERM', async () => {
    const { start, turns, store } = openedTurns({ killAfterMs: 300 });
    const begun = start('deaf; events 1; hang');
    await until('its events', () => turns.one(begun.id)?.events === 2);
    expect(await turns.stop(begun.id)).toMatchObject({ state: 'aborted' });
    expect(processesOfTurns(store)).toEqual([]);
  });

  test('of a turn that nobody launched yet closes it, and no launch starts it any more', async () => {
    const { store, turns, request, folder } = openedTurns();
    const { id } = store.write(() => turns.begin(request('touch started; result')));
    expect(await turns.stop(id)).toMatchObject({ state: 'aborted', pid: null });
    turns.launch(id);
    expect(processesOfTurns(store)).toEqual([]);
    expect(() => readFileSync(`${folder}/started`)).toThrow('ENOENT');
  });

  test('right after the launch ends it too', async () => {
    const { start, turns, store } = openedTurns();
    const begun = start('hang');
    expect(await turns.stop(begun.id)).toMatchObject({ state: 'aborted' });
    expect(processesOfTurns(store)).toEqual([]);
  });

  test('asked twice, or of a turn that has ended, is the same closed turn', async () => {
    const { start, play, turns, ended } = openedTurns();
    const begun = start('hang');
    const [first, second] = await Promise.all([turns.stop(begun.id), turns.stop(begun.id)]);
    expect(second).toEqual(first);
    const clean = await play('result');
    expect(await turns.stop(clean.id)).toEqual(clean);
    expect(ended.map(({ id }) => id)).toEqual([begun.id, clean.id]);
    await expect(turns.stop('none')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  });

  test('leaves a result that was there before it', async () => {
    const { start, turns } = openedTurns({ lingerMs: 60_000 });
    const begun = start('result Kept.; hang');
    await until('the result', () => turns.one(begun.id)?.events === 2);
    expect(await turns.stop(begun.id)).toMatchObject({ state: 'clean', text: 'Kept.' });
  });
});

describe('the stall watchdog', () => {
  test('ends a turn that prints nothing, with every process of it', async () => {
    const { start, end, store } = openedTurns({ stallSeconds: 1 });
    const began = performance.now();
    const turn = await end(start('events 1; orphan; hang'));
    expect(turn).toMatchObject({ state: 'stalled', events: 2 });
    expect(performance.now() - began).toBeLessThan(4_000);
    expect(processesOfTurns(store)).toEqual([]);
  });

  test('takes a line that is no event for nothing', async () => {
    const { play } = openedTurns({ stallSeconds: 1 });
    const noise = Array(8).fill('pause 0.3; malformed').join('; ');
    expect(await play(`${noise}; result`)).toMatchObject({ state: 'stalled' });
  });

  test('leaves a turn alone that speaks now and then, and any at 0', async () => {
    const patient = openedTurns({ stallSeconds: 1 });
    expect(await patient.play('events 4 0.5; result')).toMatchObject({ state: 'clean' });
    const off = openedTurns({ stallSeconds: 0 });
    expect(await off.play('pause 1.2; result')).toMatchObject({ state: 'clean' });
  });

  test('does not take a clock that jumps a day for a stall', async () => {
    const skew = { ms: 0 };
    const clock = { now: () => new Date(Date.now() + skew.ms), monotonic: () => performance.now() + skew.ms };
    const { start, end, turns } = openedTurns({ stallSeconds: 5, clock });
    const begun = start('events 1; pause 0.6; events 1; result');
    await until('the first event', () => turns.one(begun.id)?.events === 2);
    skew.ms = 86_400_000;
    const turn = await end(begun);
    expect(turn).toMatchObject({ state: 'clean', events: 4 });
    expect(Date.parse(turn.endedAt ?? '') - Date.parse(turn.startedAt)).toBeGreaterThan(86_000_000);
  });

  test('nor one that jumps back', async () => {
    const skew = { ms: 86_400_000 };
    const clock = { now: () => new Date(Date.now() + skew.ms), monotonic: () => performance.now() + skew.ms };
    const { start, end, turns } = openedTurns({ stallSeconds: 5, clock });
    const begun = start('events 1; pause 0.3; events 1; result');
    await until('the first event', () => turns.one(begun.id)?.events === 2);
    skew.ms = 0;
    expect(await end(begun)).toMatchObject({ state: 'clean', events: 4 });
  });
});
