import { describe, expect, test } from 'vitest';
import { parseSince } from '../../sidecar/audit/since.ts';

const NOW = new Date('2026-03-10T12:00:00.000Z');

describe('since', () => {
  test.each([
    ['30d', '2026-02-08T12:00:00.000Z'],
    ['12h', '2026-03-10T00:00:00.000Z'],
    [' 90m ', '2026-03-10T10:30:00.000Z'],
    ['2 w', '2026-02-24T12:00:00.000Z'],
    ['0d', '2026-03-10T12:00:00.000Z'],
    ['2026-03-01T10:00Z', '2026-03-01T10:00:00.000Z'],
    ['2026-03-01 10:00:30+02:00', '2026-03-01T08:00:30.000Z'],
  ])('%s is %s', (text, time) => {
    expect(parseSince(text, NOW).toISOString()).toBe(time);
  });

  test('a date is its midnight here', () => {
    expect(parseSince('2026-01-01', NOW)).toEqual(new Date(2026, 0, 1));
  });

  test.each([
    '',
    '30',
    'd',
    '-3d',
    '3y',
    '1.5d',
    '30days',
    'yesterday',
    '2026',
    '2026-13-01',
    '2026-02-31',
    '2026-01-01T25:00',
    '1e9d',
    '99999999d',
    'NaN',
    '2026-1-1',
  ])('%j is bad usage, with what to write instead', (text) => {
    expect(() => parseSince(text, NOW)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', hint: expect.stringContaining('--since 30d') }),
    );
  });

  test('a day to come is bad usage', () => {
    expect(() => parseSince('2026-03-12', NOW)).toThrow(/lies in the future/);
  });
});
