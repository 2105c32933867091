import { appendFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { heldBack } from '../../sidecar/resume/by-hand.ts';
import { DAY, HOUR, MINUTE, type QueueOptions, queueScene } from './resume-kit.ts';

const GONE = { pid: 2 ** 30, processStart: '1' };

async function oneEntry(options: QueueOptions = {}) {
  const scene = queueScene({ limits: { dryRun: true }, ...options });
  await scene.died('s1');
  await scene.collectAll();
  const it = () => scene.entryOf('s1');
  /** How long it still lives, in whole minutes. */
  const left = () => Math.round((Date.parse(it().expiresAt) - scene.now().getTime()) / MINUTE);
  const code = async (work: () => unknown): Promise<string> => {
    try {
      await work();
      return 'done';
    } catch (error) {
      return (error as { code: string }).code;
    }
  };
  return { ...scene, it, left, code };
}

describe('an entry lives', () => {
  test('24 hours, then it is given up', async () => {
    const { pass, tick, entryState, told } = await oneEntry();
    pass(DAY - 2 * MINUTE);
    await tick();
    expect(entryState('s1')).toBe('queued');
    pass(3 * MINUTE);
    await tick();
    expect(entryState('s1')).toBe('gave-up:expired');
    expect(told('s1').at(-1)).toBe('gave-up:expired');
  });

  test('no shorter for a pause; the time before it counts', async () => {
    const { hand, pass, left, tick, entryState } = await oneEntry();
    pass(20 * HOUR);
    hand.pause();
    pass(3 * DAY);
    await tick();
    expect(entryState('s1')).toBe('queued');
    hand.resume();
    expect(left()).toBe(4 * 60);
    pass(4 * HOUR + MINUTE);
    await tick();
    expect(entryState('s1')).toBe('gave-up:expired');
  });

  test('from its own beginning, where that was in the pause', async () => {
    const { hand, pass, died, collectAll, now, entryOf } = await oneEntry();
    hand.pause();
    pass(10 * HOUR);
    await died('s2');
    await collectAll();
    pass(10 * HOUR);
    hand.resume();
    const left = (id: string) => Math.round((Date.parse(entryOf(id).expiresAt) - now().getTime()) / HOUR);
    expect([left('s1'), left('s2')]).toEqual([24, 24]);
  });

  test('no longer where the clock was set back in the pause', async () => {
    const { hand, setClock, it } = await oneEntry();
    const before = it();
    hand.pause();
    setClock(-5 * HOUR);
    hand.resume();
    expect(it().expiresAt).toBe(before.expiresAt);
    expect(it().version).toBe(before.version);
  });

  test('longer where the clock was set forward in the pause: nobody can tell it from sleep', async () => {
    const { hand, setClock, left, tick, entryState } = await oneEntry();
    hand.pause();
    setClock(DAY);
    hand.resume();
    expect(left()).toBe(24 * 60);
    await tick();
    expect(entryState('s1')).toBe('queued');
  });

  test('no shorter for a pause that was said twice, nor for one that outlived its sidecar', async () => {
    const { hand, pass, left, newSidecar, gates } = await oneEntry();
    hand.pause();
    pass(HOUR);
    hand.pause();
    pass(HOUR);
    const next = newSidecar();
    expect(next.gates.held()).toMatchObject({ gate: 'paused' });
    next.hand.resume();
    next.hand.resume();
    expect(left()).toBe(24 * 60);
    expect(gates.held()?.gate).not.toBe('paused');
  });
});

describe('requeue', () => {
  const ENDS: [string, (scene: Awaited<ReturnType<typeof oneEntry>>) => unknown][] = [
    ['cancelled', ({ hand, it }) => hand.cancel(it().id)],
    [
      'invalidated:finished',
      async ({ machine, tick }) => {
        machine.unfinished.set('s1', { strong: [], weak: [] });
        await tick();
        machine.unfinished.delete('s1');
      },
    ],
    [
      'gave-up:expired',
      async ({ pass, tick }) => {
        pass(25 * HOUR);
        await tick();
      },
    ],
    [
      'gave-up:resurrection-cap',
      ({ rooms, it, now, limits, tick, store }) => {
        limits.dryRun = false;
        store.write(() => {
          for (const turnId of ['t1', 't2'])
            rooms.brakes.bury({ id: it().id, turnId, sessionId: 's1', runId: null }, now().toISOString());
        });
        return tick();
      },
    ],
    [
      'gave-up:attempts',
      async ({ limits, revive, pass }) => {
        limits.dryRun = false;
        for (let n = 0; n < 3; n++) {
          await revive();
          pass(HOUR);
        }
      },
    ],
  ];

  test.each(ENDS)('opens what is %s, with all of its attempts and a life of its own', async (state, end) => {
    const scene = await oneEntry({ plays: ['session other; exit 1'] });
    await end(scene);
    expect(scene.entryState('s1')).toBe(state);
    scene.pass(MINUTE);
    await scene.hand.requeue(scene.it().id);
    expect(scene.it()).toMatchObject({
      ...{ state: 'queued', reason: null, attempts: 0, nextAttemptAt: null, endedAt: null },
      wouldResumeAt: null,
    });
    expect(scene.left()).toBe(24 * 60);
    expect(scene.told('s1').at(-1)).toBe('requeued');
    if (state === 'gave-up:resurrection-cap') {
      await scene.tick();
      expect(scene.entryState('s1')).toBe(state);
    }
  });

  test('counts the world as it is now: its branch and its transcript', async () => {
    const { hand, it, tick, entryState, transcriptOf } = await oneEntry();
    appendFileSync(transcriptOf('s1'), '{}\n');
    await tick();
    expect(entryState('s1')).toBe('invalidated:transcript-advanced');
    await hand.requeue(it().id);
    await tick();
    expect([entryState('s1'), it().wouldResumeAt === null]).toEqual(['queued', false]);
  });

  test('of one that was revived, or is open, or whose session has an open one, is refused', async () => {
    const { hand, it, code, limits, revive, send, reap, collectAll, pass, entryOf } = await oneEntry({
      plays: ['events 1; result'],
    });
    expect(await code(() => hand.requeue('nobody'))).toBe('NOT_FOUND');
    const { id } = it();
    expect(await code(() => hand.requeue(id))).toBe('ENTRY_NOT_REQUEUEABLE');
    hand.cancel(id);
    pass(MINUTE);
    send('UserPromptSubmit', 's1', { prompt: 'Again.' }, { client: GONE });
    await reap();
    await collectAll();
    const newer = entryOf('s1').id;
    expect(newer).not.toBe(id);
    await expect(hand.requeue(id)).rejects.toMatchObject({
      code: 'ENTRY_NOT_REQUEUEABLE',
      hint: `Its session has an open entry: ${newer}.`,
    });
    limits.dryRun = false;
    await revive();
    expect(await code(() => hand.requeue(newer))).toBe('ENTRY_NOT_REQUEUEABLE');
  });
});

describe('cancel', () => {
  test('takes what waits off the queue, and nothing else', async () => {
    const { hand, it, code, entryState, tick } = await oneEntry();
    expect(await code(() => hand.cancel('nobody'))).toBe('NOT_FOUND');
    hand.cancel(it().id);
    expect(entryState('s1')).toBe('cancelled');
    expect(await code(() => hand.cancel(it().id))).toBe('ENTRY_NOT_OPEN');
    expect(await tick()).toMatchObject({ exercised: null });
  });

  test('of one that is being started is refused: it may live already', async () => {
    const { hand, it, code, limits, tick, followAll, entryState } = await oneEntry({
      plays: ['pause 0.2; result'],
    });
    limits.dryRun = false;
    await tick();
    expect(it().state).toBe('starting');
    expect(await code(() => hand.cancel(it().id))).toBe('ENTRY_NOT_OPEN');
    await followAll();
    expect(entryState('s1')).toBe('respawned');
  });

  test('is the last word of that death', async () => {
    const { hand, it, collectAll, entryState, refused } = await oneEntry();
    hand.cancel(it().id);
    expect(await collectAll()).toMatchObject({ collected: 0, refused: 0 });
    expect([entryState('s1'), refused()]).toEqual(['cancelled', []]);
  });
});

test('what a drain was held back by has a code of its own', async () => {
  const { it } = await oneEntry();
  const codeOf = (gate: 'paused' | 'host-lock' | 'breaker' | 'spend' | 'backoff') => {
    const { code, message, hint } = heldBack(it(), { gate, detail: 'Detail.' }, null);
    return [code, message.includes(it().id) || message.includes('queue'), hint !== ''];
  };
  expect(codeOf('paused')).toEqual(['QUEUE_PAUSED', true, true]);
  expect(codeOf('host-lock')).toEqual(['QUEUE_DISABLED', true, true]);
  for (const gate of ['breaker', 'spend', 'backoff'] as const)
    expect(codeOf(gate)).toEqual(['QUEUE_HELD_BACK', true, true]);
});
