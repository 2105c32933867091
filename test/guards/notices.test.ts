import { describe, expect, test } from 'vitest';
import type { Guards } from '../../sidecar/guards/index.ts';
import { changeLogFaults } from '../chaos/replay-changes.ts';
import { OFF, ON, openedGuards } from './opened-guards.ts';

const kinds = (guards: Guards) =>
  guards.attention.list().map(({ guard, kind, status, count }) => ({ guard, kind, status, count }));
const look = (guards: Guards, times: number) => {
  for (let i = 0; i < times; i++) guards.look();
};

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
