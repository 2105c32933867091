import type { GuardStatus } from './status.ts';

/** In the order in which they are looked for: the first that fits is the guard's. */
export const GUARD_STATES = [
  'errored',
  'missing',
  'off-runtime-divergent',
  'diverged-pending-restart',
  'off',
  'on-dry-run',
  'on-stale',
  'on-blind',
  'on-confirmed',
  'on-unverified',
] as const;

export type GuardState = (typeof GUARD_STATES)[number];

/** Those that a person is told of. */
export const LOUD_STATES: readonly GuardState[] = [
  'errored',
  'missing',
  'off-runtime-divergent',
  'on-stale',
  'on-blind',
];

export type Seen = {
  /** By the config in force: the one of the start. */
  configEnabled: boolean;
  defaultEnabled: boolean;
  /** The file says something else by now about what this guard hangs on. */
  configChanged: boolean;
  report: Report;
  /** Null: it does not tick. */
  cadenceMs: number | null;
  /** Milliseconds of the wall clock, like the next. */
  now: number;
  /** Since when a tick can be asked for: the start, or the end of a time in which nothing could tick. */
  since: number;
};

/** What came of asking a guard for its status. */
export type Report =
  | { kind: 'status'; status: GuardStatus }
  | { kind: 'threw'; error: string }
  | { kind: 'unregistered' };

export type Derived = {
  effective: GuardState;
  divergence: 'off-at-runtime' | 'pending-restart' | null;
  offClass: 'dark-default' | 'diverged-from-default' | null;
};

/** So many of its own cadences a part may be silent. */
const PATIENCE = 5;

/** What a guard is, as one word. Pure. */
export function derive(seen: Seen): Derived {
  const effective = stateOf(seen);
  return {
    effective,
    divergence: divergenceOf(effective),
    offClass: effective === 'off' ? (seen.defaultEnabled ? 'diverged-from-default' : 'dark-default') : null,
  };
}

function stateOf(seen: Seen): GuardState {
  const { report, configEnabled, configChanged } = seen;
  if (report.kind === 'threw') return 'errored';
  if (report.kind === 'unregistered') return 'missing';
  const { runtime, blind = false, unverified = false, byPerson = false } = report.status;
  if (runtime === 'off' && byPerson) return 'off';
  if (configEnabled && runtime === 'off') return 'off-runtime-divergent';
  if (configChanged) return 'diverged-pending-restart';
  if (!configEnabled) return 'off';
  if (runtime === 'dry-run') return 'on-dry-run';
  const ticked = tickOf(report.status, seen);
  if (ticked === 'stale') return 'on-stale';
  if (blind && !unverified) return 'on-blind';
  return unverified || ticked === 'not-yet' ? 'on-unverified' : 'on-confirmed';
}

/** A part that says nothing of ticks is not asked for any: it may rest for a good reason. */
function tickOf({ lastTickAt }: GuardStatus, { cadenceMs, now, since }: Seen): 'well' | 'not-yet' | 'stale' {
  if (cadenceMs === null || lastTickAt === undefined) return 'well';
  const at = lastTickAt === null ? Number.NaN : Date.parse(lastTickAt);
  // A tick from the future is of a clock that was set back since.
  const known = at <= now;
  if (now - (known ? Math.max(at, since) : since) > PATIENCE * cadenceMs) return 'stale';
  return known ? 'well' : 'not-yet';
}

function divergenceOf(state: GuardState): Derived['divergence'] {
  if (state === 'off-runtime-divergent') return 'off-at-runtime';
  return state === 'diverged-pending-restart' ? 'pending-restart' : null;
}
