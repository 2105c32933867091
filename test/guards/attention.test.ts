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
