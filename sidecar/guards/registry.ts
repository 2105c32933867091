import { messageOf } from '../errors/index.ts';
import type { Config } from '../home/index.ts';
import type { OnDisk } from './config-on-disk.ts';
import { GUARD_STATES, type GuardState, type Report } from './derive.ts';
import type { Guard } from './manifest.ts';
import { type GuardRow, isLoud, rowOf } from './row.ts';
import type { StatusOf } from './status.ts';

export type Clock = {
  /** Of the wall: it goes on while the machine sleeps, and jumps where it is set. */
  now: () => number;
  /** Since some moment: it does neither. */
  steady: () => number;
};

/** A row, and the fault that puts it out where other guards may share it. */
export type Sight = { row: GuardRow; cause: string | null };

export type Summary = { total: number; loud: number; byState: Record<GuardState, number> };

export type RegistryOptions = {
  manifest: readonly Guard[];
  started: Config;
  onDisk: () => OnDisk;
  clock: Clock;
};

/** Wall and steady clock part by more than this: the machine slept, or its clock was set. */
const JUMP_MS = 5_000;

/** Who declared itself, and what that is worth now. Reading it writes nothing. */
export function guardRegistry({ manifest, started, onDisk, clock }: RegistryOptions) {
  const statuses = new Map<string, StatusOf>();
  let since = clock.now();
  let apart = clock.now() - clock.steady();

  function register(key: string, statusOf: StatusOf): void {
    if (!manifest.some((guard) => guard.key === key))
      throw new Error(`${key} is no guard of the manifest: sidecar/guards/manifest.ts declares them`);
    statuses.set(key, statusOf);
  }

  function report(key: string): Report {
    const statusOf = statuses.get(key);
    if (!statusOf) return { kind: 'unregistered' };
    try {
      return { kind: 'status', status: statusOf() };
    } catch (error) {
      return { kind: 'threw', error: messageOf(error) };
    }
  }

  /** The loud ones first, else as the manifest has them. */
  function sights(): Sight[] {
    const now = clock.now();
    noticeJump(now);
    const found = onDisk();
    const configs = { started, onDisk: 'config' in found ? found.config : started };
    const all = manifest.map((guard): Sight => {
      const told = report(guard.key);
      const cause = (told.kind === 'status' ? told.status.cause : undefined) ?? null;
      return { row: rowOf(guard, configs, told, { now, since }), cause };
    });
    return [...all.filter(({ row }) => isLoud(row)), ...all.filter(({ row }) => !isLoud(row))];
  }

  /** While the machine slept nothing could tick: that is no fault of anybody's. */
  function noticeJump(now: number): void {
    const parted = now - clock.steady();
    if (Math.abs(parted - apart) > JUMP_MS) since = now;
    apart = parted;
  }

  return {
    register,
    sights,
    rows: (): GuardRow[] => sights().map(({ row }) => row),
    /** Nothing could tick until now. */
    heldUp: (): void => {
      since = clock.now();
    },
  };
}

export function summaryOf(rows: GuardRow[]): Summary {
  const byState = Object.fromEntries(GUARD_STATES.map((state) => [state, 0])) as Summary['byState'];
  for (const { effective } of rows) byState[effective] += 1;
  return { total: rows.length, loud: rows.filter(isLoud).length, byState };
}
