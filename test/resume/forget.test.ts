import { expect, test } from 'vitest';
import { forget } from '../../sidecar/intake/index.ts';
import { DAY, HOUR, queueScene } from './resume-kit.ts';

const TABLES = ['resume_entries', 'resume_history', 'resume_refusals', 'resume_tombstones'];

/** One revived, one that waits, one that is refused; and the same of a session that stays. */
async function lived() {
  const scene = queueScene({ plays: ['events 1; result'], forgetful: true });
  const { store, died, collectAll, revive, session, reap, send } = scene;
  await died('forgotten');
  await died('stays');
  await collectAll();
  await revive();
  await revive();
  for (const id of ['forgotten', 'stays']) {
    scene.pass(1_000);
    send('UserPromptSubmit', id, { prompt: 'Again.' }, { client: { pid: 2 ** 30, processStart: '1' } });
  }
  session('unmarked', { marked: false });
  await reap();
  await collectAll();
  const rows = (table: string) =>
    store.db.prepare<[], { session_id?: string; entry_id?: string }>(`SELECT * FROM ${table}`).all();
  const told = () =>
    store.db
      .prepare<[], { table_name: string; op: string; old: string | null; new: string | null }>(
        `SELECT * FROM changes WHERE table_name IN (${TABLES.map((name) => `'${name}'`).join()})`,
      )
      .all();
  return { ...scene, rows, told };
}

test.each(['session', 'project'] as const)(
  'by %s leaves nothing of it in the queue, nor what the log said',
  async (by) => {
    const { store, home, project, rows, told, entryOf, entryState, turns } = await lived();
    for (const id of ['forgotten', 'stays']) expect(entryState(id)).toBe('queued');
    for (const { id } of turns.live()) await turns.stop(id);
    const ids = rows('resume_entries').filter(({ session_id }) => session_id === 'forgotten');
    expect(ids).toHaveLength(2);
    const before = Object.fromEntries(TABLES.map((name) => [name, rows(name).length]));
    expect(before).toMatchObject({ resume_tombstones: 2, resume_refusals: 1 });

    forget({ store, home }, by === 'session' ? { sessionId: 'forgotten' } : { project });
    const left = TABLES.flatMap(rows);
    expect(JSON.stringify(left)).not.toContain('"forgotten"');
    expect(JSON.stringify(told())).not.toContain('forgotten');
    if (by === 'session') {
      expect(rows('resume_tombstones')).toHaveLength(1);
      expect(rows('resume_refusals')).toHaveLength(1);
      expect(entryOf('stays').state).toBe('queued');
    } else expect(left).toEqual([]);
    expect(store.db.pragma('foreign_key_check')).toEqual([]);
  },
);

test('of a session that is being revived is refused: it would write on', async () => {
  const { store, home, died, collectAll, tick, followAll, entryState } = queueScene({
    plays: ['pause 0.3; result'],
    forgetful: true,
  });
  await died('s1');
  await collectAll();
  await tick();
  expect(entryState('s1')).toBe('starting');
  expect(() => forget({ store, home }, { sessionId: 's1' })).toThrow(
    expect.objectContaining({ code: 'SESSION_BUSY' }),
  );
  await followAll();
  expect(entryState('s1')).toBe('respawned');
});

test('after 30 days what is over is gone, with its history, and what is open stays', async () => {
  const { rows, hand, entryOf, prune, now, pass, rooms } = await lived();
  hand.cancel(entryOf('forgotten').id);
  const waiting = entryOf('stays');
  pass(30 * DAY - HOUR);
  expect(prune(now())).toBe(false);
  expect(rows('resume_entries')).toHaveLength(4);
  pass(2 * HOUR);
  expect(prune(now())).toBe(false);
  expect(rows('resume_entries')).toMatchObject([{ session_id: 'stays', state: 'queued' }]);
  expect(new Set(rows('resume_history').map(({ entry_id }) => entry_id))).toEqual(new Set([waiting.id]));
  expect([rows('resume_tombstones'), rows('resume_refusals')]).toEqual([[], []]);
  expect(rooms.entries.openOf('stays')?.id).toBe(waiting.id);
});

test('of many that are over some go at a time, and it says that there are more', async () => {
  const { store, prune, now, pass } = queueScene();
  const insert = store.db.prepare(
    `INSERT INTO resume_refusals (death, session_id, run_id, at, reason, detail)
     VALUES (?, 's1', NULL, ?, 'not-autonomous', 'x')`,
  );
  store.write(() => {
    for (let i = 0; i < 501; i++) insert.run(`d${i}`, now().toISOString());
  });
  pass(31 * DAY);
  expect([prune(now()), prune(now())]).toEqual([true, false]);
  expect(store.db.prepare('SELECT count(*) FROM resume_refusals').pluck().get()).toBe(0);
});
