import type { Config } from '../home/index.ts';
import { type Derived, derive, type GuardState, LOUD_STATES, type Report, type Seen } from './derive.ts';
import { type Guard, isOn, isOnByDefault, keysOf } from './manifest.ts';
import type { GuardStatus } from './status.ts';

/** A guard as the surfaces show it. */
export type GuardRow = Derived & {
  key: string;
  configEnabled: boolean;
  defaultEnabled: boolean;
  runtime: GuardStatus['runtime'] | null;
  runtimeReason?: string;
  error?: string;
  hint?: string;
  description: string;
  criticalPath?: true;
};

export type Configs = {
  /** In force: as it was read at the start. */
  started: Config;
  /** As the file says now. What cannot be read says nothing: that is the `config` guard's to tell. */
  onDisk: Config;
};

export function rowOf(
  guard: Guard,
  { started, onDisk }: Configs,
  report: Report,
  times: Pick<Seen, 'now' | 'since'>,
): GuardRow {
  const changed = keysOf(guard).filter((key) => !isSame(started[key], onDisk[key]));
  const cadenceMs = guard.cadenceMs?.(started) ?? null;
  const configEnabled = isOn(guard, started);
  const defaultEnabled = isOnByDefault(guard);
  const derived = derive({
    ...{ configEnabled, defaultEnabled, configChanged: changed.length > 0, report, cadenceMs, ...times },
  });
  const status = report.kind === 'status' ? report.status : null;
  const own = explain(derived.effective, { guard, changed, started, onDisk, cadenceMs, status });
  const runtimeReason = own.reason ?? status?.reason;
  const hint = own.hint ?? status?.hint;
  return {
    key: guard.key,
    configEnabled,
    defaultEnabled,
    ...derived,
    runtime: status?.runtime ?? null,
    ...(runtimeReason !== undefined && { runtimeReason }),
    ...(report.kind === 'threw' && { error: report.error }),
    ...(hint !== undefined && { hint }),
    description: guard.description,
    ...(guard.criticalPath && { criticalPath: true }),
  };
}

export function isLoud({ effective }: Pick<GuardRow, 'effective'>): boolean {
  return LOUD_STATES.includes(effective);
}

type Facts = {
  guard: Guard;
  changed: (keyof Config)[];
  started: Config;
  onDisk: Config;
  cadenceMs: number | null;
  status: GuardStatus | null;
};

const RESTART = 'Restart the sidecar: `holdfast stop`, then `holdfast start`.';

/** What the state itself says; where it says nothing the part's own words stand. */
function explain(state: GuardState, facts: Facts): { reason?: string; hint?: string } {
  const { guard, changed, started, onDisk, status } = facts;
  switch (state) {
    case 'errored':
      return { reason: 'It failed when it was asked for its state.', hint: RESTART };
    case 'missing':
      return { reason: 'It is declared, and this sidecar never started it.', hint: RESTART };
    case 'diverged-pending-restart': {
      const what = changed.map(
        (key) => `${key} is ${show(onDisk[key])} in config.json; in force is ${show(started[key])}`,
      );
      return { reason: `${what.join(', and ')}.`, hint: `${RESTART} Then config.json is in force.` };
    }
    case 'off':
      return {
        reason: `${guard.configKey} is ${show(guard.configKey && started[guard.configKey])}${isOnByDefault(guard) ? ' in config.json' : ''}.`,
        hint: offHint(guard),
      };
    case 'on-stale':
      return { reason: staleReason(facts), hint: status?.hint ?? RESTART };
    case 'off-runtime-divergent':
      return status?.hint === undefined ? { hint: RESTART } : {};
    case 'on-unverified':
      return status?.reason === undefined ? { reason: 'It has not ticked yet.' } : {};
    default:
      return {};
  }
}

function offHint(guard: Guard): string {
  const value = isOnByDefault(guard) ? 'Take it out of config.json' : 'Set it to true in config.json';
  return `${value} and restart the sidecar to switch it on.`;
}

function staleReason({ status, cadenceMs }: Facts): string {
  const last = status?.lastTickAt ? `Its last tick was at ${status.lastTickAt}` : 'It never ticked';
  const why = status?.reason === undefined ? '' : ` ${status.reason}`;
  return `${last}; it should tick every ${(cadenceMs ?? 0) / 1_000} s.${why}`;
}

function show(value: unknown): string {
  return value === undefined ? 'not set' : JSON.stringify(value);
}

function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
