import { describe, expect, test } from 'vitest';
import type { Guards } from '../../sidecar/guards/index.ts';
import { changeLogFaults } from '../chaos/replay-changes.ts';
import { OFF, ON, openedGuards } from './opened-guards.ts';

const kinds = (guards: Guards) =>
  guards.attention.list().map(({ guard, kind, status, count }) => ({ guard, kind, status, count }));
const look = (guards: Guards, times: number) => {
  for (let i = 0; i < times; i++) guards.look();
};
const firstId = (guards: Guards) => guards.attention.list()[0]?.id ?? '';

describe('an episode', () => {
  test('opens with the second sight in a row, counts, and closes with the second good one', () => {
    const { open, set } = openedGuards();
    const guards = open();
    set('quiet', OFF);
    look(guards, 1);
    expect(kinds(guards)).toEqual([]);
    look(guards, 1);
    expect(guards.attention.list()).toEqual([
      {
        id: expect.any(String),
        guard: 'quiet',
        kind: 'loud',
        status: 'open',
        openedAt: '2026-03-01T12:00:00.000Z',
        count: 1,
        title: 'quiet is off, though it is configured on',
        why: 'somebody holds it. Without it nothing is quiet.',
        hint: 'ask them',
      },
    ]);
    look(guards, 6);
    expect(kinds(guards)).toEqual([{ guard: 'quiet', kind: 'loud', status: 'open', count: 7 }]);
    set('quiet', ON);
    look(guards, 1);
    expect(kinds(guards)[0]).toMatchObject({ status: 'open' });
    look(guards, 1);
    expect(guards.attention.list()).toMatchObject([
      { status: 'closed', count: 7, closedAt: '2026-03-01T12:00:00.000Z' },
    ]);
  });

  test('of a critical guard opens at once', () => {
    const { open, set } = openedGuards();
    const guards = open();
    set('critical', new Error('it broke'));
    look(guards, 1);
    expect(guards.attention.list()).toMatchObject(
      [{ guard: 'critical', title: 'critical failed when it was asked for its state', why: /it broke/ }].map(
        (item) => ({ ...item, why: expect.stringMatching(item.why) }),
      ),
    );
  });

  test('is a new one after the last was over, and a blink is none', () => {
    const { open, set } = openedGuards();
    const guards = open();
    set('quiet', OFF);
    look(guards, 2);
    set('quiet', ON);
    look(guards, 2);
    set('quiet', OFF);
    look(guards, 1);
    set('quiet', ON);
    look(guards, 1);
    expect(kinds(guards).map(({ status }) => status)).toEqual(['closed']);
    set('quiet', OFF);
    look(guards, 2);
    const loud = kinds(guards).filter(({ kind }) => kind === 'loud');
    expect(loud.map(({ status }) => status)).toEqual(['open', 'closed']);
  });

  test('is one, whatever makes the guard loud, and says what it is now', () => {
    const { open, set } = openedGuards();
    const guards = open();
    set('quiet', OFF);
    look(guards, 2);
    const id = firstId(guards);
    set('quiet', { runtime: 'on', blind: true, reason: 'it is dark' });
    look(guards, 2);
    set('quiet', new Error('it broke'));
    look(guards, 2);
    expect(guards.attention.list()).toMatchObject([
      { id, count: 5, title: 'quiet failed when it was asked for its state' },
    ]);
  });

  test('that a person acknowledged does not open again while it lasts, and ends like others', () => {
    const { open, set } = openedGuards();
    const guards = open();
    set('quiet', OFF);
    look(guards, 2);
    expect(guards.attention.acknowledge(firstId(guards))).toMatchObject({ status: 'acknowledged' });
    look(guards, 5);
    expect(kinds(guards)).toEqual([{ guard: 'quiet', kind: 'loud', status: 'acknowledged', count: 6 }]);
    expect(guards.attention.acknowledge(firstId(guards))).toMatchObject({ status: 'acknowledged' });
    set('quiet', ON);
    look(guards, 2);
    expect(guards.attention.acknowledge(firstId(guards))).toMatchObject({ status: 'closed' });
    set('quiet', OFF);
    look(guards, 2);
    expect(kinds(guards).map(({ status }) => status)).toEqual(['open', 'closed']);
  });

  test('of one guard never hides another’s', () => {
    const { open, set } = openedGuards();
    const guards = open();
    set('quiet', OFF);
    look(guards, 2);
    set('ticker', new Error('it broke'));
    look(guards, 2);
    expect(
      kinds(guards)
        .map(({ guard }) => guard)
        .sort(),
    ).toEqual(['quiet', 'ticker']);
  });

  test('goes on over a restart, with what it counted', async () => {
    const { open, set } = openedGuards();
    const before = open();
    set('quiet', OFF);
    look(before, 12);
    const id = firstId(before);
    await before.stop();
    const guards = open();
    guards.begin();
    look(guards, 2);
    expect(guards.attention.list()).toMatchObject([{ id, status: 'open', count: 12 }]);
    await guards.stop();
  });

  test('of a guard that this version does not have any more is over', () => {
    const { open, store } = openedGuards();
    open().attention.raise({ guard: 'gone', kind: 'loud', title: 't', why: 'w', hint: 'h' });
    open().attention.raise({ guard: 'run.1', kind: 'run', title: 't', why: 'w', hint: 'h' });
    const guards = open();
    guards.begin();
    expect(kinds(guards).map(({ guard, status }) => `${guard} ${status}`)).toEqual([
      'run.1 open',
      'gone closed',
    ]);
    expect(changeLogFaults(store.db)).toEqual([]);
    return guards.stop();
  });
});

describe('the ledger', () => {
  test('cannot hold two open items of one guard and kind', () => {
    const { open, store } = openedGuards();
    open().attention.raise({ guard: 'quiet', kind: 'held-back', title: 't', why: 'w', hint: 'h' });
    const insert = (status: string) =>
      store.db.exec(`INSERT INTO attention_items (id, guard, kind, status, title, why, hint, opened_at, closed_at)
        VALUES ('other-${status}', 'quiet', 'held-back', '${status}', '', '', '', '', ${status === 'closed' ? "''" : 'NULL'})`);
    expect(() => insert('open')).toThrow(/UNIQUE/);
    expect(() => insert('acknowledged')).toThrow(/UNIQUE/);
    expect(() => insert('closed')).not.toThrow();
  });

  test('is written seldom, however long a guard is loud, and knows the whole count in the end', async () => {
    const { open, set, store } = openedGuards();
    const guards = open();
    set('quiet', OFF);
    look(guards, 2);
    const last = store.lastChange();
    look(guards, 1_000);
    expect(store.lastChange() - last).toBeLessThan(12);
    expect(kinds(guards)[0]).toMatchObject({ count: 1_001 });
    await guards.stop();
    expect(kinds(open())[0]).toMatchObject({ count: 1_001 });
    expect(changeLogFaults(store.db)).toEqual([]);
  });

  test('that takes nothing loses no notice: the same one is written, under its id, when it can be', () => {
    const { open, set, store, warnings } = openedGuards();
    const guards = open();
    set('critical', OFF);
    const ids: unknown[] = [];
    store.db.function('note', (id: unknown) => ids.push(id));
    store.db.exec(
      "CREATE TEMP TRIGGER refuse BEFORE INSERT ON attention_items BEGIN SELECT note(NEW.id), RAISE(ABORT, 'full'); END",
    );
    look(guards, 3);
    expect(warnings.length).toBe(3);
    // It is well again before anybody could write it down: it happened all the same.
    set('critical', ON);
    look(guards, 1);
    store.db.exec('DROP TRIGGER refuse');
    look(guards, 1);
    expect(new Set(ids).size).toBe(1);
    expect(ids.length).toBe(4);
    expect(guards.attention.list()).toMatchObject([{ id: ids[0], status: 'closed', count: 1 }]);
    look(guards, 5);
    expect(guards.attention.list().length).toBe(1);
  });

  test('that refuses one guard’s notice takes the others’', () => {
    const { open, set, store } = openedGuards();
    const guards = open();
    set('quiet', OFF);
    set('ticker', OFF);
    store.db.exec(
      "CREATE TEMP TRIGGER refuse BEFORE INSERT ON attention_items WHEN NEW.guard = 'quiet' BEGIN SELECT RAISE(ABORT, 'no'); END",
    );
    look(guards, 2);
    expect(kinds(guards).map(({ guard }) => guard)).toEqual(['ticker']);
  });

  test('forgets what is long over, and nothing that lasts', () => {
    const { open, set } = openedGuards();
    const guards = open();
    set('quiet', OFF);
    set('ticker', OFF);
    look(guards, 2);
    set('quiet', ON);
    look(guards, 2);
    guards.prune(new Date('2026-09-01T00:00:00.000Z'), 90);
    expect(kinds(guards)).toMatchObject([{ guard: 'ticker', status: 'open' }]);
  });
});

describe('flapping', () => {
  const HALF: boolean[] = [true, true, false, false, true, true, false, false];

  test('is more than 3 flips in 10 looks, and over when it is calm for ten', () => {
    const { open, set } = openedGuards();
    const guards = open();
    const see = (loud: boolean) => {
      set('quiet', loud ? OFF : ON);
      look(guards, 1);
    };
    const flapping = () => guards.attention.list().find(({ kind }) => kind === 'flapping');
    for (const loud of HALF) see(loud);
    expect(flapping()).toBeUndefined(); // 3 flips.
    see(true);
    expect(flapping()).toMatchObject({
      guard: 'quiet',
      status: 'open',
      title: 'quiet goes off and on again',
    });
    for (let i = 0; i < 9; i++) see(true);
    expect(flapping()).toMatchObject({ status: 'closed' });
  });
});

describe('another room', () => {
  const notice = {
    guard: 'run.7',
    kind: 'run',
    title: 'A run failed',
    why: 'max-turns',
    hint: 'restore it',
  } as const;

  test('raises and closes by itself; raised again it counts', () => {
    const guards = openedGuards().open();
    guards.attention.raise(notice);
    guards.attention.raise(notice);
    expect(guards.attention.list()).toMatchObject([{ ...notice, status: 'open', count: 2 }]);
    guards.attention.close('run.7', 'run');
    guards.attention.close('run.7', 'run');
    guards.attention.raise(notice);
    expect(kinds(guards).map(({ status, count }) => `${status} ${count}`)).toEqual(['open 1', 'closed 2']);
  });

  test('that says what is so at each look is asked no more, and what it says no more is over', async () => {
    const { open } = openedGuards();
    const now = { notices: [notice, { ...notice, guard: 'run.8' }] as (typeof notice)[] };
    const opened = () => {
      const guards = open();
      guards.attention.source('queue', () => now.notices);
      return guards;
    };
    const guards = opened();
    guards.attention.raise({ ...notice, guard: 'run.9' });
    look(guards, 3);
    expect(
      kinds(guards)
        .map((item) => `${item.guard} ${item.status} ${item.count}`)
        .sort(),
    ).toEqual(['run.7 open 3', 'run.8 open 3', 'run.9 open 1']);
    await guards.stop();
    now.notices = [notice];
    const next = opened();
    look(next, 1);
    expect(
      kinds(next)
        .map((item) => `${item.guard} ${item.status}`)
        .sort(),
    ).toEqual(['run.7 open', 'run.8 closed', 'run.9 open']);
  });

  test('that cannot say what is so ends nothing, and hides no guard', () => {
    const { open, set, warnings } = openedGuards();
    const guards = open();
    let broken = false;
    guards.attention.source('queue', () => {
      if (broken) throw new Error('no answer');
      return [notice];
    });
    look(guards, 1);
    broken = true;
    set('critical', OFF);
    look(guards, 1);
    expect(kinds(guards).map((item) => `${item.guard} ${item.status}`)).toEqual([
      'critical open',
      'run.7 open',
    ]);
    expect(warnings).toMatchObject([{ facts: { why: 'no answer' } }]);
  });

  test('brings no secret and no control character into the ledger', () => {
    const guards = openedGuards().open();
    guards.attention.raise({ ...notice, why: 'the key hunter2 \u001b[31mred\u0007\nnext' });
    expect(guards.attention.list()).toMatchObject([{ why: 'the key ***  [31mred next' }]);
  });

  test('meets 404 where a person names an item that is not there', () => {
    expect(() => openedGuards().open().attention.acknowledge('x')).toThrow(
      expect.objectContaining({ code: 'NOT_FOUND' }),
    );
  });
});
