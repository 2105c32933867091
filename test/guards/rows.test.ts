import { readFileSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { GuardRow } from '../../sidecar/guards/index.ts';
import { OFF, ON, openedGuards } from './opened-guards.ts';

const FIELDS =
  'key configEnabled defaultEnabled effective offClass divergence runtime runtimeReason error hint description criticalPath';
const OPTIONAL = ['runtimeReason', 'error', 'hint', 'criticalPath'];

function rowOf(rows: GuardRow[], key: string): GuardRow {
  const row = rows.find((one) => one.key === key);
  if (!row) throw new Error(`no row for ${key}`);
  return row;
}

describe('the rows', () => {
  test('have exactly their fields, and none that is empty', () => {
    const { open, set } = openedGuards();
    set('quiet', new Error('it broke'));
    set('critical', OFF);
    for (const row of open().rows()) {
      const fields = Object.keys(row);
      expect(FIELDS.split(' ')).toEqual(expect.arrayContaining(fields));
      expect(fields).toEqual(
        expect.arrayContaining(FIELDS.split(' ').filter((name) => !OPTIONAL.includes(name))),
      );
      expect(Object.values(row)).not.toContain(undefined);
    }
  });

  test('have the loud ones first, and the summary counts them', () => {
    const { open, set } = openedGuards();
    set('ticker', OFF);
    set('switched', null);
    const { guards, summary } = open().posture();
    expect(guards.map(({ key }) => key)).toEqual(['ticker', 'switched', 'quiet', 'critical']);
    expect(summary).toMatchObject({ total: 4, loud: 2 });
    expect(summary.byState).toMatchObject({
      missing: 1,
      'off-runtime-divergent': 1,
      'on-confirmed': 2,
      off: 0,
    });
  });

  test('of one whose status throws tell what it threw, and no other is hidden', () => {
    const { open, set } = openedGuards();
    set('quiet', new Error('it broke'));
    const rows = open().rows();
    expect(rowOf(rows, 'quiet')).toMatchObject({ effective: 'errored', error: 'it broke', runtime: null });
    expect(rowOf(rows, 'critical')).toMatchObject({ effective: 'on-confirmed', criticalPath: true });
  });

  test('have the part’s own words where it has some, and what to do in any case', () => {
    const { open, set } = openedGuards();
    set('critical', OFF);
    set('quiet', { runtime: 'off' });
    const rows = open().rows();
    expect(rowOf(rows, 'critical')).toMatchObject({ runtimeReason: 'somebody holds it', hint: 'ask them' });
    expect(rowOf(rows, 'quiet')).toMatchObject({ divergence: 'off-at-runtime', runtime: 'off' });
    expect(rowOf(rows, 'quiet').hint).toMatch(/restart/i);
  });

  test('say how long a part that is stale was silent', () => {
    const { open, set, later } = openedGuards();
    const guards = open();
    set('ticker', { runtime: 'on', lastTickAt: '2026-03-01T12:00:00.000Z' });
    later(5_000);
    expect(rowOf(guards.rows(), 'ticker').effective).toBe('on-confirmed');
    later(1);
    expect(rowOf(guards.rows(), 'ticker')).toMatchObject({
      effective: 'on-stale',
      runtimeReason: 'Its last tick was at 2026-03-01T12:00:00.000Z; it should tick every 1 s.',
    });
  });
});

describe('config.json', () => {
  const LATER = { messaging: { actionClaim: { enabled: true } } };

  test('that was changed since the start is told by the guards that hang on it, both ways', () => {
    const { open, set, write } = openedGuards();
    set('switched', { runtime: 'off' });
    const guards = open();
    expect(rowOf(guards.rows(), 'switched')).toMatchObject({ effective: 'off', offClass: 'dark-default' });
    write(LATER);
    expect(rowOf(guards.rows(), 'switched')).toMatchObject({
      effective: 'diverged-pending-restart',
      divergence: 'pending-restart',
      configEnabled: false,
      offClass: null,
      runtimeReason: 'messaging.actionClaim.enabled is true in config.json; in force is false.',
    });
    expect(rowOf(guards.rows(), 'quiet').effective).toBe('on-confirmed');
    write({});
    expect(rowOf(guards.rows(), 'switched').effective).toBe('off');
  });

  test('that changed in a number counts for the guard that it shapes', () => {
    const { open, write } = openedGuards({ written: LATER });
    const guards = open();
    expect(rowOf(guards.rows(), 'switched').effective).toBe('on-confirmed');
    write({ messaging: { actionClaim: { enabled: true, perTopicCap: 6 } } });
    expect(rowOf(guards.rows(), 'switched').runtimeReason).toMatch(/perTopicCap is 6 .* in force is 5/);
  });

  test.each([
    ['{"server":', /not JSON/],
    ['{"server":{"prot":1}}', /server\.prot is not a known key/],
    ['{"server":{"port":"x"}}', /server\.port must be/],
  ])('that the next start would refuse (%s) is one loud guard, and changes no other', (text, why) => {
    const manifest = [
      { key: 'config', description: 'While it is refused nothing starts.' },
      { key: 'critical', description: 'Without it nothing goes.', configKey: 'privacy.redact' as const },
    ];
    const { open, write } = openedGuards({ manifest });
    const guards = open();
    expect(rowOf(guards.rows(), 'config').effective).toBe('on-confirmed');
    write(text);
    expect(guards.posture().summary.loud).toBe(1);
    expect(rowOf(guards.rows(), 'config')).toMatchObject({ effective: 'on-blind', runtime: 'on' });
    expect(rowOf(guards.rows(), 'config').runtimeReason).toMatch(why);
    write('');
    expect(rowOf(guards.rows(), 'config').effective).toBe('on-confirmed');
  });

  test('that is taken away is one of defaults', () => {
    const { open, home } = openedGuards({ written: LATER });
    const guards = open();
    rmSync(home.config);
    expect(rowOf(guards.rows(), 'switched').effective).toBe('diverged-pending-restart');
  });

  test('is never written by a look or a request', () => {
    const { open, home, store } = openedGuards({ written: LATER });
    const before = readFileSync(home.config, 'utf8');
    const guards = open();
    const rows = store.db.prepare('SELECT total_changes()').pluck();
    const changes = rows.get();
    guards.rows();
    guards.posture();
    expect(rows.get()).toBe(changes);
    expect(readFileSync(home.config, 'utf8')).toBe(before);
  });
});

describe('a machine that slept', () => {
  test('makes nothing stale: nobody could tick', () => {
    const { open, set, later, clock } = openedGuards();
    const guards = open();
    set('ticker', { runtime: 'on', lastTickAt: new Date(clock.now).toISOString() });
    guards.rows();
    later(8 * 3_600_000, { asleep: true });
    expect(rowOf(guards.rows(), 'ticker').effective).toBe('on-confirmed');
    later(5_001);
    expect(rowOf(guards.rows(), 'ticker').effective).toBe('on-stale');
  });

  test('whose clock was set back forgives no part that stopped', () => {
    const { open, set, later, clock } = openedGuards();
    const guards = open();
    set('ticker', { runtime: 'on', lastTickAt: new Date(clock.now).toISOString() });
    later(-3_600_000, { asleep: true });
    expect(rowOf(guards.rows(), 'ticker').effective).toBe('on-unverified');
    later(5_001);
    expect(rowOf(guards.rows(), 'ticker').effective).toBe('on-stale');
  });
});

test('a part that the manifest does not declare cannot register', () => {
  expect(() =>
    openedGuards()
      .open()
      .register('nobody', () => ON),
  ).toThrow(/nobody is no guard of the manifest/);
});
