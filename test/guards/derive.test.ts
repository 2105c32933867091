import { describe, expect, test } from 'vitest';
import { derive, GUARD_STATES, type GuardState, type Seen } from '../../sidecar/guards/derive.ts';
import type { GuardStatus } from '../../sidecar/guards/index.ts';

const NOW = Date.parse('2026-03-01T12:00:00.000Z');
const ago = (ms: number) => new Date(NOW - ms).toISOString();

function seen(status: Partial<GuardStatus>, more: Partial<Seen> = {}): Seen {
  return {
    configEnabled: true,
    defaultEnabled: true,
    configChanged: false,
    report: { kind: 'status', status: { runtime: 'on', ...status } },
    cadenceMs: 1_000,
    now: NOW,
    since: NOW - 3_600_000,
    ...more,
  };
}

const OFF = { configEnabled: false };
const CHANGED = { configChanged: true };
const THREW: Partial<Seen> = { report: { kind: 'threw', error: 'no' } };
const SILENT: Partial<Seen> = { report: { kind: 'unregistered' } };
const JUST_NOW = { since: NOW };

/** What is seen, and what it is. */
const TABLE: [string, Seen, GuardState][] = [
  ['its status threw', seen({}, THREW), 'errored'],
  ['its status threw, though it is configured off', seen({}, { ...THREW, ...OFF }), 'errored'],
  ['its status threw, and the config changed', seen({}, { ...THREW, ...CHANGED }), 'errored'],
  ['never registered', seen({}, SILENT), 'missing'],
  ['never registered, though it is configured off', seen({}, { ...SILENT, ...OFF }), 'missing'],
  ['configured on, off at run time', seen({ runtime: 'off' }), 'off-runtime-divergent'],
  ['both divergences', seen({ runtime: 'off' }, CHANGED), 'off-runtime-divergent'],
  ['off at run time and stale', seen({ runtime: 'off', lastTickAt: null }), 'off-runtime-divergent'],
  [
    'off at run time because of the machine',
    seen({ runtime: 'off', unverified: true }),
    'off-runtime-divergent',
  ],
  ['changed since the start', seen({}, CHANGED), 'diverged-pending-restart'],
  ['changed, off at the start', seen({ runtime: 'off' }, { ...CHANGED, ...OFF }), 'diverged-pending-restart'],
  ['changed, in a dry run', seen({ runtime: 'dry-run' }, CHANGED), 'diverged-pending-restart'],
  ['changed and stale', seen({ lastTickAt: null }, CHANGED), 'diverged-pending-restart'],
  ['configured off', seen({ runtime: 'off' }, OFF), 'off'],
  ['configured off, and it runs all the same', seen({}, OFF), 'off'],
  ['configured off, and silent for long', seen({ runtime: 'off', lastTickAt: null }, OFF), 'off'],
  ['in a dry run', seen({ runtime: 'dry-run' }), 'on-dry-run'],
  ['in a dry run, and stale', seen({ runtime: 'dry-run', lastTickAt: null }), 'on-dry-run'],
  ['in a dry run, and blind', seen({ runtime: 'dry-run', blind: true }), 'on-dry-run'],
  ['a tick just now', seen({ lastTickAt: ago(0) }), 'on-confirmed'],
  ['exactly 5 cadences', seen({ lastTickAt: ago(5_000) }), 'on-confirmed'],
  ['a moment more than 5 cadences', seen({ lastTickAt: ago(5_001) }), 'on-stale'],
  ['stale and blind', seen({ lastTickAt: ago(5_001), blind: true }), 'on-stale'],
  ['stale on a machine where it cannot see', seen({ lastTickAt: ago(5_001), unverified: true }), 'on-stale'],
  ['never ticked, for long', seen({ lastTickAt: null }), 'on-stale'],
  [
    'never ticked, 5 cadences after the start',
    seen({ lastTickAt: null }, { since: NOW - 5_000 }),
    'on-unverified',
  ],
  ['never ticked, a moment later', seen({ lastTickAt: null }, { since: NOW - 5_001 }), 'on-stale'],
  ['no tick since the machine woke', seen({ lastTickAt: ago(3_600_000) }, JUST_NOW), 'on-confirmed'],
  ['a tick that is no time', seen({ lastTickAt: 'yesterday' }), 'on-stale'],
  ['a tick from the future', seen({ lastTickAt: ago(-3_600_000) }, JUST_NOW), 'on-unverified'],
  ['a tick from the future, for long', seen({ lastTickAt: ago(-3_600_000) }), 'on-stale'],
  ['silent about ticks: it may rest', seen({}), 'on-confirmed'],
  [
    'an old tick of a part without a cadence',
    seen({ lastTickAt: ago(9e9) }, { cadenceMs: null }),
    'on-confirmed',
  ],
  ['blind', seen({ blind: true }), 'on-blind'],
  ['blind because of the machine', seen({ blind: true, unverified: true }), 'on-unverified'],
  ['on', seen({}), 'on-confirmed'],
  ['on, and nobody can tell', seen({ unverified: true }), 'on-unverified'],
];

describe('a guard is', () => {
  test.each(TABLE)('%s', (_, facts, state) => {
    expect(derive(facts).effective).toBe(state);
  });

  test('each state of the table, at least once', () => {
    expect(new Set(TABLE.map(([, , state]) => state))).toEqual(new Set(GUARD_STATES));
  });

  // Each row of `states.md` wins over all rows below it, whatever else is true.
  test('the first that fits, of any combination', () => {
    const reports: Seen['report'][] = [{ kind: 'threw', error: '' }, { kind: 'unregistered' }];
    for (const runtime of ['on', 'off', 'dry-run'] as const)
      for (const lastTickAt of [null, ago(0)])
        for (const blind of [true, false])
          for (const unverified of [true, false])
            reports.push({ kind: 'status', status: { runtime, lastTickAt, blind, unverified } });
    const bits = [true, false];
    for (const report of reports)
      for (const configEnabled of bits)
        for (const configChanged of bits) {
          const facts = seen({}, { report, configEnabled, configChanged });
          expect(derive(facts).effective, JSON.stringify(facts)).toBe(firstThatFits(facts));
        }
  });
});

/** The table of the states, row by row, without a thought for how `derive` goes about it. */
function firstThatFits({ report, configEnabled, configChanged }: Seen): GuardState {
  const status = report.kind === 'status' ? report.status : null;
  const fits: Record<GuardState, boolean> = {
    errored: report.kind === 'threw',
    missing: report.kind === 'unregistered',
    'off-runtime-divergent': configEnabled && status?.runtime === 'off',
    'diverged-pending-restart': configChanged,
    off: !configEnabled,
    'on-dry-run': status?.runtime === 'dry-run',
    'on-stale': status?.lastTickAt === null,
    'on-blind': status?.blind === true && status.unverified !== true,
    'on-confirmed': status?.unverified !== true,
    'on-unverified': true,
  };
  return GUARD_STATES.find((state) => fits[state]) ?? 'on-unverified';
}

describe('beside the state', () => {
  test.each([
    ['off-at-runtime', seen({ runtime: 'off' })],
    ['off-at-runtime', seen({ runtime: 'off' }, CHANGED)],
    ['pending-restart', seen({}, CHANGED)],
    [null, seen({})],
    [null, seen({}, THREW)],
    [null, seen({ runtime: 'off' }, OFF)],
  ])('the divergence is %s', (divergence, facts) => {
    expect(derive(facts).divergence).toBe(divergence);
  });

  test.each([
    ['dark-default', seen({ runtime: 'off' }, { ...OFF, defaultEnabled: false })],
    ['diverged-from-default', seen({ runtime: 'off' }, OFF)],
    [null, seen({ runtime: 'off' })],
    [null, seen({}, { defaultEnabled: false })],
    [null, seen({}, { ...OFF, ...CHANGED })],
  ])('how it is off is %s', (offClass, facts) => {
    expect(derive(facts).offClass).toBe(offClass);
  });
});
