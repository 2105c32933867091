import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { expiryOf, triggerTime } from '../../sidecar/commitments/expiry.ts';

const ZONE = process.env.TZ;
afterEach(() => {
  if (ZONE === undefined) delete process.env.TZ;
  else process.env.TZ = ZONE;
});

/** In the clock of the zone that is set, since that is how a trigger is meant. */
function due(trigger: string, said: string): string | null {
  const time = triggerTime(trigger, new Date(said));
  return time === null ? null : new Date(time).toString().slice(0, 21);
}

describe('a trigger that names a time', () => {
  beforeEach(() => {
    process.env.TZ = 'UTC';
  });
  const NOON = '2026-03-03T12:00:00'; // A Tuesday.

  test.each([
    ['in ten minutes', 'Tue Mar 03 2026 12:10'],
    ['in about 20 minutes', 'Tue Mar 03 2026 12:20'],
    ['in 90 seconds', 'Tue Mar 03 2026 12:01'],
    ['In an hour', 'Tue Mar 03 2026 13:00'],
    ['in 1.5h', 'Tue Mar 03 2026 13:30'],
    ['in half an hour', 'Tue Mar 03 2026 12:30'],
    ['in a couple of hours', 'Tue Mar 03 2026 14:00'],
    ['in a couple hours', 'Tue Mar 03 2026 14:00'],
    ['in a few minutes', 'Tue Mar 03 2026 12:04'],
    ['in the next few hours', 'Tue Mar 03 2026 16:00'],
    ['in the next hour', 'Tue Mar 03 2026 13:00'],
    ['within the hour', 'Tue Mar 03 2026 13:00'],
    ['in two and a half hours', 'Tue Mar 03 2026 14:30'],
    ['in eleven minutes', 'Tue Mar 03 2026 12:11'],
    ['in twenty-five minutes', 'Tue Mar 03 2026 12:25'],
    ['in 5-10 minutes', 'Tue Mar 03 2026 12:10'],
    ['in five to ten minutes', 'Tue Mar 03 2026 12:10'],
    ['after another 10 minutes', 'Tue Mar 03 2026 12:10'],
    ['once the build is through, in ten minutes', 'Tue Mar 03 2026 12:10'],
    ['in 3 days', 'Fri Mar 06 2026 12:00'],
    ['in two weeks', 'Tue Mar 17 2026 12:00'],
    ['next week', 'Tue Mar 10 2026 12:00'],
    ['tonight', 'Wed Mar 04 2026 00:00'],
    ['this afternoon', 'Tue Mar 03 2026 18:00'],
    ['this evening', 'Tue Mar 03 2026 21:00'],
    ['by end of day', 'Tue Mar 03 2026 21:00'],
    ['after lunch', 'Tue Mar 03 2026 13:00'],
    ['this morning', 'Wed Mar 04 2026 12:00'], // Said at noon, it is over.
    ['tomorrow', 'Thu Mar 05 2026 00:00'],
    ['tomorrow morning', 'Wed Mar 04 2026 12:00'],
    ['tomorrow at 5 pm', 'Wed Mar 04 2026 17:00'],
    ['at 5 pm', 'Tue Mar 03 2026 17:00'],
    ['at 5:30 p.m.', 'Tue Mar 03 2026 17:30'],
    ['at 17:45', 'Tue Mar 03 2026 17:45'],
    ['by 9am', 'Wed Mar 04 2026 09:00'],
    ['at 12 pm', 'Wed Mar 04 2026 12:00'], // Now is not later.
    ['at 12:30 pm', 'Tue Mar 03 2026 12:30'],
    ['at 12 am', 'Wed Mar 04 2026 00:00'],
    ['on Friday', 'Sat Mar 07 2026 00:00'],
    ['on Tuesday', 'Wed Mar 11 2026 00:00'], // A week from now: today would be "today".
    ['on Monday morning', 'Mon Mar 09 2026 12:00'],
    ['Friday at 3 pm', 'Fri Mar 06 2026 15:00'],
  ])('%j', (trigger, time) => {
    expect(due(trigger, NOON)).toBe(time);
  });

  test.each([
    'once CI is green',
    'after the tests pass',
    'when the build is done',
    'after lunching the service',
    'at 5',
    'at 25:00',
    'in production',
    'in the morningstar branch',
    'in a hurry',
    'in 99999 hours',
    '',
    'через десять минут',
    '十分钟后',
  ])('and one that names none: %j', (trigger) => {
    expect(due(trigger, NOON)).toBeNull();
  });
});

describe('the clock is that of the machine', () => {
  test.each([
    ['America/New_York', 'at 5 pm', '2026-03-03T12:00:00Z', '2026-03-03T22:00:00.000Z'],
    ['Asia/Kolkata', 'at 5 pm', '2026-03-03T12:00:00Z', '2026-03-04T11:30:00.000Z'],
    ['Asia/Tokyo', 'tonight', '2026-03-03T12:00:00Z', '2026-03-03T15:00:00.000Z'],
    ['Pacific/Auckland', 'on Friday', '2026-03-03T12:00:00Z', '2026-03-06T11:00:00.000Z'],
  ])('%s, %s', (zone, trigger, said, time) => {
    process.env.TZ = zone;
    expect(new Date(triggerTime(trigger, new Date(said)) ?? 0).toISOString()).toBe(time);
  });

  test.each([
    [
      'the clock goes forward at night',
      'tomorrow at 9 am',
      '2026-03-28T20:00:00Z',
      '2026-03-29T07:00:00.000Z',
    ],
    ['it goes back', 'tomorrow at 9 am', '2026-10-24T20:00:00Z', '2026-10-25T08:00:00.000Z'],
    ['the hour does not exist', 'at 2:30', '2026-03-28T20:00:00Z', '2026-03-29T01:30:00.000Z'],
    ['a while is a while', 'in 10 hours', '2026-03-28T20:00:00Z', '2026-03-29T06:00:00.000Z'],
    ['a weekday past the change', 'on Monday at 8:00 am', '2026-03-28T20:00:00Z', '2026-03-30T06:00:00.000Z'],
  ])('in Berlin, %s', (_what, trigger, said, time) => {
    process.env.TZ = 'Europe/Berlin';
    expect(new Date(triggerTime(trigger, new Date(said)) ?? 0).toISOString()).toBe(time);
  });
});

describe('a promise is given up', () => {
  const at = '2026-03-03T12:00:00.000Z';

  test.each([
    ['commit', null, '2026-03-03T18:00:00.000Z'],
    ['manual', 'in two days', '2026-03-03T18:00:00.000Z'],
    ['deferred', 'in two hours', '2026-03-03T20:00:00.000Z'],
    ['deferred', 'once CI is green', '2026-03-04T12:00:00.000Z'],
    ['deferred', null, '2026-03-04T12:00:00.000Z'],
  ] as const)('%s, %j', (kind, trigger, time) => {
    expect(expiryOf({ kind, trigger, at }, 6)).toBe(time);
  });

  test('after a fraction of an hour too', () => {
    expect(expiryOf({ kind: 'commit', trigger: null, at }, 0.001)).toBe('2026-03-03T12:00:03.600Z');
  });
});
