import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { HoldfastError } from '../../sidecar/errors/index.ts';
import { until } from '../kit/until.ts';
import { processesOfTurns } from '../turns/turns-kit.ts';
import { DAY, HOUR, MINUTE, type QueueOptions, queueScene } from './resume-kit.ts';

const GONE = { pid: 2 ** 30, processStart: '1' };

async function oneEntry(options: QueueOptions = {}, of: { permissionMode?: string } = {}) {
  const scene = queueScene(options);
  await scene.died('s1', of);
  await scene.collectAll();
  return { ...scene, it: () => scene.entryOf('s1') };
}

/** Until the entry that was tried has its next attempt, in minutes. */
const minutes = (now: Date, at: string | null) => Math.round((Date.parse(at ?? '') - now.getTime()) / MINUTE);

describe('one attempt', () => {
  test('is written down as starting, with its turn, before a process exists', async () => {
    const { revive, it, turns, starts } = await oneEntry();
    const seen: unknown[] = [];
    const look = (message: unknown) => {
      const { name } = message as { name: string };
      const { state, attempts, turnId } = it();
      seen.push([name, state, attempts, turnId === null ? null : turns.one(turnId)?.state, starts()]);
    };
    subscribe('holdfast:resume', look);
    onTestFinished(() => void unsubscribe('holdfast:resume', look));
    await revive();
    expect(seen.slice(0, 2)).toEqual([
      ['decided', 'queued', 0, null, 0],
      ['starting', 'starting', 1, 'spawning', 0],
    ]);
    expect(seen.map((one) => (one as string[])[0])).toEqual([
      ...['decided', 'starting', 'launched', 'alive', 'respawned'],
    ]);
  });

  test('is respawned with the first word of its session, and buried once', async () => {
    const { revive, it, rooms, told, describe } = await oneEntry();
    await revive();
    expect(it()).toMatchObject({ state: 'respawned', reason: null, attempts: 1, nextAttemptAt: null });
    expect(told('s1')).toEqual(['queued', 'attempt', 'respawned']);
    expect(rooms.brakes.revivals({ sessionId: 's1', runId: null }, '2020')).toBe(1);
    expect(describe().tombstones).toMatchObject([{ sessionId: 's1', revivals: 1, capped: false }]);
  });

  test('that answers as another session is stopped, and has failed', async () => {
    const { revive, it, rooms, turns, store } = await oneEntry({ plays: ['session other; hang'] });
    await revive();
    expect(it()).toMatchObject({ state: 'queued', attempts: 1 });
    expect(rooms.entries.history(it().id).at(-1)).toMatchObject({
      what: 'attempt-failed',
      detail: 'It answered as the session other.',
    });
    expect(turns.one(it().turnId ?? '')?.state).toBe('aborted');
    await until('its processes to be gone', () => processesOfTurns(store).length === 0);
    expect(rooms.brakes.revivals({ sessionId: 's1', runId: null }, '2020')).toBe(0);
  });

  test('whose client says nothing has failed, with what is known of it', async () => {
    const { revive, it, rooms } = await oneEntry({ client: () => '/bin/false' });
    await revive();
    expect(it()).toMatchObject({ state: 'queued', attempts: 1 });
    expect(rooms.entries.history(it().id).at(-1)?.detail).toMatch(/^Its process is gone/);
  });

  test('without a client on the path has failed, and says so', async () => {
    const { revive, it, rooms, starts, warnings } = await oneEntry({
      client: () => {
        throw new HoldfastError('AGENT_BINARY_NOT_FOUND', 'No claude is there.', 'Install it.');
      },
    });
    await revive();
    expect(it()).toMatchObject({ state: 'queued', attempts: 1, turnId: null });
    expect(rooms.entries.history(it().id).at(-1)?.detail).toBe('No claude is there.');
    expect(warnings.at(-1)).toBe('a revival could not begin: No claude is there.');
    expect(starts()).toBe(0);
  });

  test('of a run that a person ends before its client spoke is over, and no failure', async () => {
    const scene = queueScene({ plays: ['events 1; exit 1'] });
    const { id } = await scene.begin();
    const { sessionId } = await scene.reach(id, 'failed');
    await scene.collectAll();
    const mute = join(scene.folder, 'mute');
    writeFileSync(mute, '#!/bin/sh\nexec sleep 600\n', { mode: 0o755 });
    scene.store.db.prepare('UPDATE runs SET claude = ?').run(mute);
    await scene.tick();
    expect(scene.entryState(sessionId ?? '')).toBe('starting');
    await scene.runs.kill(id);
    await scene.followAll();
    expect(scene.entryState(sessionId ?? '')).toBe('invalidated:stopped');
    expect(scene.rooms.brakes.read().failures).toBe(0);
  });

  test('is not begun by a queue that lost its lock a moment before', async () => {
    const scene = await oneEntry({
      world: {
        load: () => CALM,
        clientsOf: async () => {
          scene.machine.lockIsOurs = false;
          return [];
        },
      },
    });
    await scene.tick();
    expect(scene.it()).toMatchObject({ state: 'queued', attempts: 0, version: 1 });
    expect(scene.starts()).toBe(0);
  });

  test('is not begun under a pause that came while the world was looked at', async () => {
    const scene = await oneEntry({
      world: {
        load: () => CALM,
        clientsOf: async () => {
          scene.hand.pause();
          return [];
        },
      },
    });
    await scene.tick();
    expect(scene.it()).toMatchObject({ state: 'queued', attempts: 0 });
    expect(scene.starts()).toBe(0);
  });

  test('is cut off where a person ends the session meanwhile', async () => {
    const scene = await oneEntry({
      world: {
        load: () => CALM,
        clientsOf: async (id) => {
          scene.send('SessionEnd', id, { reason: 'logout' });
          return [];
        },
      },
    });
    await scene.tick();
    expect([scene.entryState('s1'), scene.starts()]).toEqual(['invalidated:stopped', 0]);
  });
});

const CALM = { load: 0.1, memoryFree: 0.5 };

describe('attempts that fail', () => {
  test('come again after 2, 4, 8 minutes, and the last one ends it', async () => {
    const { revive, it, now, pass, told, entryState } = await oneEntry({
      plays: ['session other; exit 1'],
      limits: { maxAttempts: 4 },
    });
    const waits: number[] = [];
    for (let n = 1; n < 4; n++) {
      await revive();
      waits.push(minutes(now(), it().nextAttemptAt));
      pass(waits.at(-1) === 8 ? 30 * MINUTE : 2 ** n * MINUTE - 2_000);
      if (n < 3) expect(await revive()).toMatchObject({ exercised: null });
      pass(3_000);
    }
    expect(waits).toEqual([2, 4, 8]);
    await revive();
    expect(entryState('s1')).toBe('gave-up:attempts');
    expect(told('s1').filter((what) => what === 'attempt-failed')).toHaveLength(4);
    expect(it().nextAttemptAt).toBeNull();
  });

  test('are three unless told otherwise', async () => {
    const { revive, pass, entryState, it } = await oneEntry({ plays: ['session other; exit 1'] });
    for (let n = 1; n <= 3; n++) {
      await revive();
      pass(HOUR);
    }
    expect([entryState('s1'), it().attempts]).toEqual(['gave-up:attempts', 3]);
  });

  test('may be followed by one that is well', async () => {
    const { revive, pass, entryState, rooms } = await oneEntry({
      plays: ['session other; exit 1', 'result'],
    });
    await revive();
    pass(3 * MINUTE);
    await revive();
    expect(entryState('s1')).toBe('respawned');
    expect(rooms.brakes.read().failures).toBe(0);
  });

  test("open no entry of their own: a run's death in one is the entry's", async () => {
    const { begin, reach, one, collectAll, revive, entryOf, rooms, refused } = queueScene({
      plays: ['events 1; exit 1', 'session other; hang', 'session other; hang'],
    });
    const { id } = await begin();
    const { sessionId } = await reach(id, 'failed');
    await collectAll();
    await revive();
    await reach(id, 'failed');
    await collectAll();
    expect(rooms.entries.open()).toHaveLength(1);
    expect(entryOf(sessionId ?? '')).toMatchObject({ state: 'queued', attempts: 1 });
    expect(refused()).toEqual(['duplicate']);
    expect(one(id)).toMatchObject({ sessionId, reason: 'crashed' });
  });
});

describe('a session that was revived and died again', () => {
  async function livesAndDies(scene: Awaited<ReturnType<typeof oneEntry>>, n: number) {
    await scene.revive();
    await until('its turn to end', () => scene.turns.live().length === 0);
    scene.pass(MINUTE);
    scene.send('UserPromptSubmit', 's1', { prompt: `Again ${n}.` }, { client: GONE });
    await scene.reap();
    await scene.collectAll();
  }

  test('has a new entry each time, up to the cap of 24 hours', async () => {
    const scene = await oneEntry({ plays: ['events 1; result'] });
    await livesAndDies(scene, 1);
    expect(scene.it()).toMatchObject({ state: 'queued', attempts: 0 });
    await livesAndDies(scene, 2);
    expect(scene.refused()).toEqual(['resurrection-cap']);
    expect(scene.starts()).toBe(2);
    expect(scene.describe().tombstones).toMatchObject([{ sessionId: 's1', revivals: 2, capped: true }]);
    scene.pass(DAY);
    expect(scene.describe().tombstones).toEqual([]);
  });

  test('the cap outlives the entries', async () => {
    const scene = await oneEntry({ plays: ['events 1; result'], limits: { maxResurrections: 1 } });
    await scene.revive();
    scene.store.db.exec("DELETE FROM resume_entries WHERE state = 'respawned'");
    await livesAndDies(scene, 1);
    expect(scene.refused()).toEqual(['resurrection-cap']);
    expect(scene.rooms.entries.open()).toEqual([]);
  });

  test('an entry that waits when the cap is reached is given up', async () => {
    const { store, rooms, revive, entryState, starts, now } = await oneEntry();
    store.write(() => {
      for (const turnId of ['t1', 't2'])
        rooms.brakes.bury({ id: 'e', turnId, sessionId: 's1', runId: null }, now().toISOString());
    });
    await revive();
    expect([entryState('s1'), starts()]).toEqual(['gave-up:resurrection-cap', 0]);
  });
});

describe('the permission mode of a session that is revived', () => {
  test.each([
    ['plan', 'acceptEdits', 'plan'],
    ['default', 'bypassPermissions', 'default'],
    ['bypassPermissions', 'acceptEdits', 'acceptEdits'],
    ['bypassPermissions', 'bypassPermissions', 'bypassPermissions'],
    ['', 'dontAsk', 'dontAsk'],
  ])('recorded %j, and runs.permissionMode %s: %s', async (permissionMode, configured, used) => {
    const { revive, args } = await oneEntry({ limits: { permissionMode: configured } }, { permissionMode });
    await revive();
    const given = args(1);
    expect(given[given.indexOf('--permission-mode') + 1]).toBe(used);
  });
});

test('a session is revived where it began, and told what happened', async () => {
  const { session, send, reap, collectAll, revive, args, prompt, environment, project, folder } =
    queueScene();
  session('s1');
  send('PostToolUse', 's1', { cwd: folder, tool_name: 'Bash', tool_response: {} });
  await reap();
  await collectAll();
  await revive();
  expect(args(1)).toEqual(expect.arrayContaining(['--resume', 's1']));
  expect(prompt(1)).toContain('This session was ended in the middle of its work at');
  expect(environment(1)).toContain(`PWD=${project}\n`);
});
