import { execFileSync } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import { join } from 'node:path';
import { amount, cpuLimits, memoryLimits, readIfThere } from './own-limits.ts';

export type MachineLoad = {
  /** Of the last minute, per CPU: of the machine or against this container's own limit, whichever is worse. */
  load: number | null;
  /** From 0 to 1: of the machine's memory or of this container's own limit, whichever is worse. */
  memoryFree: number | null;
};

export type LoadProbes = {
  platform?: NodeJS.Platform;
  /** Above `proc` and `sys`. */
  root?: string;
  /** Where there is no /proc. */
  loadOfMinute?: () => number;
  cpus?: () => number;
  sysctl?: (name: string) => string;
};

/**
 * A client mostly waits for the network, and whoever uses the machine may build on all of it meanwhile: only a
 * machine in real trouble is not calm.
 */
const TOO_LOADED = 8;
const LEAST_FREE = 0.1;

/** Null, what cannot be read, is not calm. */
export function isCalm({ load, memoryFree }: MachineLoad): boolean {
  return load !== null && load < TOO_LOADED && memoryFree !== null && memoryFree >= LEAST_FREE;
}

export function readMachineLoad({
  platform = process.platform,
  root = '/',
  loadOfMinute = () => loadavg()[0] ?? Number.NaN,
  cpus = availableParallelism,
  sysctl = askSysctl,
}: LoadProbes = {}): MachineLoad {
  if (platform === 'linux')
    return { load: known(() => loadOfLinux(root)), memoryFree: known(() => memoryOfLinux(root)) };
  return {
    load: known(() => loadOfMinute() / cpus()),
    // What the system itself calls free. Node's figures leave out all that it would give back at once
    // (libuv before 1.52), so that a healthy Mac has next to nothing.
    memoryFree: known(() => amount(sysctl('kern.memorystatus_level')) / 100),
  };
}

/** Whatever it was that could not be read or understood. */
function known(read: () => number): number | null {
  try {
    const value = read();
    return Number.isNaN(value) || value < 0 ? null : value;
  } catch {
    return null;
  }
}

function loadOfLinux(root: string): number {
  const load = amount(readIfThere(join(root, 'proc/loadavg'))?.split(' ')[0]);
  // From where the load is from: in some containers both are the container's, in others both the machine's.
  const cpus = readIfThere(join(root, 'proc/stat'))?.match(/^cpu\d/gm)?.length ?? Number.NaN;
  const own = cpuLimits(root).map(({ cpus: limit, stalled }) =>
    // For n threads on a limit of c CPUs nothing runs for 1 - c/n of the time. Where no kernel tells, all the
    // machine's load counts as this container's own: too much on a shared machine, never too little.
    stalled === null ? load / limit : 1 / (1 - stalled),
  );
  return worst(Math.max, load / cpus, own);
}

function memoryOfLinux(root: string): number {
  const machine = readIfThere(join(root, 'proc/meminfo')) ?? '';
  const kilobytes = (name: string) => amount(new RegExp(`^${name}: +(\\d+) kB$`, 'm').exec(machine)?.[1]);
  const own = memoryLimits(root).map(({ limit, used }) => Math.max(0, 1 - used / limit));
  return worst(Math.min, kilobytes('MemAvailable') / kilobytes('MemTotal'), own);
}

function worst(of: (...values: number[]) => number, machine: number, own: number[]): number {
  return of(machine, ...own); // One NaN makes it NaN: what cannot be read is not passed over.
}

function askSysctl(name: string): string {
  return execFileSync('sysctl', ['-n', name], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
    timeout: 2000,
  });
}
