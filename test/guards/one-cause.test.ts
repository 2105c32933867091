import { expect, test } from 'vitest';
import { OFF, ON, openedGuards } from './opened-guards.ts';

test('one fault that puts out several guards is one notice, and goes on while any of them is out', () => {
  const { open, set } = openedGuards();
  const guards = open();
  const loud = () =>
    guards.attention
      .list()
      .filter(({ kind, status }) => kind === 'loud' && status === 'open')
      .map(({ title, why }) => `${title}: ${why}`);
  const look = (times: number) => {
    for (let i = 0; i < times; i++) guards.look();
  };
  for (const key of ['quiet', 'critical', 'ticker']) set(key, { ...OFF, cause: 'the switch' });
  set('switched', OFF); // By itself, and configured off: no concern of anybody's.
  look(3);
  expect(loud()).toEqual([
    'critical is off, though it is configured on (and 2 more): somebody holds it. Without it nothing goes. The same puts out quiet, ticker.',
  ]);
  expect(guards.rows().filter(({ effective }) => effective === 'off-runtime-divergent')).toHaveLength(3);

  set('critical', ON);
  look(2);
  expect(loud()).toEqual([
    'quiet is off, though it is configured on (and 1 more): somebody holds it. Without it nothing is quiet. The same puts out ticker.',
  ]);

  for (const key of ['quiet', 'ticker']) set(key, ON);
  look(2);
  expect(loud()).toEqual([]);
  expect(guards.attention.list().filter(({ kind }) => kind === 'loud')).toHaveLength(2);

  set('quiet', OFF);
  set('ticker', { ...OFF, cause: 'another' });
  look(2);
  expect(loud()).toHaveLength(2);
});
