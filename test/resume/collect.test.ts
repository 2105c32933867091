import { describe, expect, test } from 'vitest';
import type { Unfinished } from '../../sidecar/sessions/index.ts';
import { aClient } from '../sessions/watched.ts';
import { HOUR, MINUTE, queueScene } from './resume-kit.ts';

const GONE = { pid: 2 ** 30, processStart: '1' };
const NOTHING: Unfinished = { strong: [], weak: [] };

describe('a death', () => {
  test('is answered when it was seen for a second, and no sooner', async () => {
    const { died, collect, machine } = queueScene();
    await died('s1');
    expect(await collect()).toEqual({ collected: 0, refused: 0, waiting: 1 });
    machine.steadyMs += 900;
    expect(await collect()).toMatchObject({ collected: 0, waiting: 1 });
    machine.steadyMs += 200;
    expect(await collect()).toEqual({ collected: 1, refused: 0, waiting: 0 });
  });

  test('gets one entry, however often it is looked at, and by whichever sidecar', async () => {
    const { died, collectAll, store, newSidecar, rooms } = queueScene();
    await died('s1');
    await collectAll();
    const before = store.lastChange();
    await collectAll();
    expect(await newSidecar().collectAll()).toEqual({ collected: 0, refused: 0, waiting: 0 });
    expect(store.lastChange()).toBe(before);
    expect(rooms.entries.open()).toHaveLength(1);
  });

  test('is answered once by two sidecars at once', async () => {
    const { died, collectAll, newSidecar, rooms } = queueScene();
    await died('s1');
    const both = await Promise.all([collectAll(), newSidecar().collectAll()]);
    expect(both.map(({ collected }) => collected).sort()).toEqual([0, 1]);
    expect(rooms.entries.open()).toHaveLength(1);
  });

  test('is refused once by its name, and that is the last word of it', async () => {
    const { died, machine, collectAll, refused, store } = queueScene();
    machine.unfinished.set('s1', NOTHING);
    await died('s1');
    expect(await collectAll()).toEqual({ collected: 0, refused: 1, waiting: 0 });
    const before = store.lastChange();
    machine.unfinished.delete('s1');
    expect(await collectAll()).toEqual({ collected: 0, refused: 0, waiting: 0 });
    expect(refused()).toEqual(['insufficient-evidence']);
    expect(store.lastChange()).toBe(before);
  });

  test.each([
    ['before the queue looked again', false],
    ['after the queue had let it go', true],
  ])('of a run that a person restored meanwhile is a new one, %s', async (_, ticked) => {
    const scene = queueScene({ plays: ['exit 1', ticked ? 'pause 0.5; exit 1' : 'exit 1', 'result'] });
    const { id } = await scene.begin();
    await scene.reach(id, 'failed');
    await scene.collectAll();
    scene.hand.pause();
    await scene.runs.restore(id);
    if (ticked) await scene.tick();
    await scene.reach(id, 'failed');
    expect(await scene.collectAll()).toMatchObject({ collected: 1, refused: 0 });
    const ofRun = scene.describe().entries.filter(({ runId }) => runId === id);
    expect(ofRun.map(({ state }) => state)).toEqual(['queued', 'invalidated:running']);
    scene.hand.resume();
    await scene.revive();
    expect(scene.entryOf(scene.one(id).sessionId ?? '').state).toBe('respawned');
  });

  test('longer ago than an entry lives is left alone', async () => {
    const { died, collectAll, pass, refused, openIds } = queueScene();
    await died('s1');
    pass(24 * HOUR + MINUTE);
    await collectAll();
    expect([openIds(), refused()]).toEqual([[], []]);
  });

  test('remembers where its session began, what it had checked out, and how far it had written', async () => {
    const { session, reap, send, collectAll, entryOf, folder, project, transcriptOf, now } = queueScene();
    session('s1');
    send('PostToolUse', 's1', { cwd: folder, tool_name: 'Bash', tool_response: {} });
    await reap();
    await collectAll();
    const entry = entryOf('s1');
    expect(entry).toMatchObject({ directory: project, branch: 'main', transcript: transcriptOf('s1') });
    expect(entry.transcriptMark).toMatch(/^\d+:[0-9a-f]{16}$/);
    expect(Date.parse(entry.expiresAt)).toBeGreaterThan(now().getTime() + 24 * HOUR - MINUTE);
  });

  test('that is told otherwise while it is looked at is no death', async () => {
    const scene = queueScene();
    await scene.died('s1');
    await scene.collect();
    scene.machine.steadyMs += 2_000;
    const looked = scene.collect();
    scene.send('SessionStart', 's1', { source: 'resume' }, { client: GONE });
    await looked;
    expect([scene.openIds(), scene.refused()]).toEqual([[], []]);
  });

  test('of a session that is just brought up waits until the attempt is decided', async () => {
    const { died, collectAll, tick, followAll, reap, send, entryState, refused, turns } = queueScene({
      plays: ['pause 0.5; result'],
    });
    await died('s1');
    await collectAll();
    await tick();
    expect(entryState('s1')).toBe('starting');
    send('SessionStart', 's1', { source: 'resume' }, { client: GONE });
    send('UserPromptSubmit', 's1', { prompt: 'Again.' }, { client: GONE });
    await reap();
    expect(await collectAll()).toMatchObject({ collected: 0, refused: 0 });
    await followAll();
    for (const { id } of turns.live()) await turns.stop(id);
    await collectAll();
    expect([entryState('s1'), refused()]).toEqual(['respawned', ['operator-kill']]);
  });

  test('that is heard of while it is looked at, and is the same, waits for the next look', async () => {
    const { died, collect, machine, send, openIds } = queueScene();
    await died('s1');
    await collect();
    machine.steadyMs += 2_000;
    const looked = collect();
    send('Notification', 's1', { message: 'x' });
    expect(await looked).toMatchObject({ collected: 0 });
    expect(await collect()).toMatchObject({ collected: 1 });
    expect(openIds()).toEqual(['s1']);
  });
});

describe('what may pass is judged again', () => {
  test('marked later', async () => {
    const { died, collectAll, refused, sessions, openIds } = queueScene();
    await died('s1', { marked: false });
    await collectAll();
    expect(await collectAll()).toMatchObject({ refused: 0 });
    expect([refused(), openIds()]).toEqual([['not-autonomous'], []]);
    sessions.mark('s1', true);
    expect(await collectAll()).toMatchObject({ collected: 1 });
    expect([refused(), openIds()]).toEqual([['not-autonomous'], ['s1']]);
  });

  test('the queue enabled later', async () => {
    const { died, collectAll, refused, limits, openIds } = queueScene({ limits: { enabled: false } });
    await died('s1');
    await collectAll();
    expect([refused(), openIds()]).toEqual([['queue-disabled'], []]);
    limits.enabled = true;
    await collectAll();
    expect(openIds()).toEqual(['s1']);
  });

  test('its process gone later', async () => {
    const { session, send, reap, collectAll, refused, openIds } = queueScene();
    const client = await aClient();
    session('s1', { client });
    send('StopFailure', 's1', { error: 'rate_limit' });
    await collectAll();
    expect([refused(), openIds()]).toEqual([['not-terminal'], []]);
    await client.kill();
    await reap();
    await collectAll();
    expect(openIds()).toEqual(['s1']);
  });

  test('a full queue, by room made; then other reasons may come to be the last word', async () => {
    const { died, collectAll, refused, hand, entryOf, openIds, machine } = queueScene({
      limits: { maxQueueSize: 1 },
    });
    await died('s1');
    await collectAll();
    await died('s2');
    await died('s3');
    await collectAll();
    expect([refused(), openIds()]).toEqual([['over-capacity', 'over-capacity'], ['s1']]);
    machine.unfinished.set('s2', NOTHING);
    hand.cancel(entryOf('s1').id);
    await collectAll();
    expect([refused(), openIds()]).toEqual([
      ['insufficient-evidence', 'over-capacity', 'over-capacity'],
      ['s3'],
    ]);
  });
});

describe('a full queue', () => {
  test("gives up its oldest run's entry, never one of a session that a person marked", async () => {
    const { died, begin, reach, collectAll, entryState, told, refused } = queueScene({
      plays: ['events 1; exit 1'],
      limits: { maxQueueSize: 3 },
    });
    await died('marked');
    await collectAll();
    const runs: string[] = [];
    for (let n = 0; n < 3; n++) {
      const { id } = await begin();
      runs.push((await reach(id, 'failed')).sessionId ?? '');
      await collectAll();
    }
    expect([entryState('marked'), ...runs.map(entryState)]).toEqual([
      ...['queued', 'gave-up:evicted', 'queued', 'queued'],
    ]);
    expect(told(runs[0] ?? '')).toEqual(['queued', 'gave-up:evicted']);
    await died('marked too');
    await died('marked as well');
    await collectAll();
    expect(runs.map(entryState)).toEqual(['gave-up:evicted', 'gave-up:evicted', 'gave-up:evicted']);
    await died('one too many');
    await collectAll();
    expect([refused(), entryState('one too many')]).toEqual([['over-capacity'], null]);
  });
});

describe('a look', () => {
  test('waits for the spool, which may tell that nothing died; not for longer than a minute', async () => {
    const { died, collectAll, machine, openIds } = queueScene();
    await died('s1');
    machine.eventsWait = true;
    expect(await collectAll()).toEqual({ collected: 0, refused: 0, waiting: 1 });
    machine.steadyMs += 61_000;
    expect(await collectAll()).toMatchObject({ collected: 1 });
    expect(openIds()).toEqual(['s1']);
  });

  test('that cannot judge one keeps no other waiting, and tries it again', async () => {
    const { died, collectAll, machine, openIds, warnings } = queueScene();
    await died('broken');
    await died('s2');
    machine.unfinished.set('broken', new Error('git is not there'));
    expect(await collectAll()).toMatchObject({ collected: 1 });
    expect(openIds()).toEqual(['s2']);
    expect(warnings.at(-1)).toBe('what died could not be judged; it is tried again: git is not there');
    machine.unfinished.delete('broken');
    expect(await collectAll()).toMatchObject({ collected: 1 });
  });

  test('finds what died while no sidecar ran, and after a restart of the machine', async () => {
    const { session, reap, newSidecar, store, entryOf } = queueScene();
    session('s1');
    store.db.prepare("UPDATE sessions SET boot_id = 'before' WHERE id = 's1'").run();
    await reap();
    await newSidecar().collectAll();
    expect(entryOf('s1').why).toBe('The machine was started anew, and its process went with it.');
  });
});
