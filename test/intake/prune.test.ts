import { describe, expect, test } from 'vitest';
import { ledger } from '../kit/ledger.ts';

const DAY = 86_400_000;

/** A ledger with an event of session `old` at day 0, and one of `young` ten days later. */
function aged() {
  const opened = ledger();
  const begin = opened.clock.now.getTime();
  opened.take('Stop', { session_id: 'old', text: 'the old one' });
  opened.clock.now = new Date(begin + 10 * DAY);
  opened.take('Stop', { session_id: 'young', text: 'the young one' });
  const bodies = () =>
    opened.rows().map((row) => (row.body === null ? `${row.session_id}: gone` : row.session_id));
  return { ...opened, bodies, on: (days: number) => new Date(begin + days * DAY) };
}

/** As the sidecar does: again, until there is no more to do. */
function pruneAll(prune: (now: Date, keepDays: number) => boolean, now: Date, keepDays: number): void {
  for (let round = 0; prune(now, keepDays); round++) if (round > 100) throw new Error('it never ends');
}

describe('pruning events', () => {
  test.each([
    [13.9, ['old', 'young']],
    [14.1, ['old: gone', 'young']],
    [24.1, ['old: gone', 'young: gone']],
    [89.9, ['old: gone', 'young: gone']],
    [90.1, ['young: gone']],
    [101, []],
  ])('after %s days: bodies go at 14, rows at keepDays', (days, left) => {
    const { events, bodies, on } = aged();
    pruneAll(events.prune, on(days), 90);
    expect(bodies()).toEqual(left);
  });

  test('keepDays below 14 takes the bodies with the rows', () => {
    const { events, bodies, on } = aged();
    pruneAll(events.prune, on(10.6), 0.5);
    expect(bodies()).toEqual([]);
  });

  test('goes by when an event was taken, and not by when it says that it happened', () => {
    const { take, events, clock, rows } = ledger();
    take('Stop', { session_id: 's1' }, { via: 'spool', at: '2020-01-01T00:00:00.000Z' });
    pruneAll(events.prune, clock.now, 90);
    expect(rows()[0]?.body).not.toBeNull();
  });

  test('goes in steps of a thousand, and says whether there is more', () => {
    const { store, take, events, clock, bodies, on } = { ...aged(), ...ledger() };
    for (let i = 0; i < 1_001; i++) take('FutureEvent', { i });
    const later = on(200);
    const steps: boolean[] = [];
    for (let more = true; more; steps.push(more)) more = events.prune(later, 90);
    expect(steps.length).toBeGreaterThanOrEqual(3);
    expect(store.db.prepare('SELECT count(*) FROM events').pluck().get()).toBe(0);
    expect(clock.now < later && bodies().length).toBe(2); // The other ledger is untouched.
  });

  test('a body that is gone is null over HTTP too, and the row still tells its length', () => {
    const { events, on } = aged();
    pruneAll(events.prune, on(15), 90);
    expect(events.one('id-1')).toMatchObject({ body: null, body_bytes: expect.any(Number) });
  });
});

describe('pruning sessions', () => {
  test('one goes with the last of its events, and not before', () => {
    const { events, sessions, take, clock, on } = aged();
    clock.now = on(80);
    take('Stop', { session_id: 'old' }); // It began long ago, and is in use.
    pruneAll(events.prune, on(120), 90);
    pruneAll(sessions.prune, on(120), 90);
    expect(sessions.one('old')).toBeDefined();
    expect(sessions.one('young')).toBeUndefined();
    pruneAll(events.prune, on(171), 90);
    pruneAll(sessions.prune, on(171), 90);
    expect(sessions.one('old')).toBeUndefined();
  });

  test('a delete is left of each in the change log', () => {
    const { store, events, sessions, on } = aged();
    pruneAll(events.prune, on(200), 90);
    pruneAll(sessions.prune, on(200), 90);
    const deleted = store.db
      .prepare("SELECT row_id FROM changes WHERE op = 'delete' ORDER BY row_id")
      .pluck();
    expect(deleted.all()).toEqual(['id-1', 'id-2', 'old', 'young']);
  });
});
