import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Who a process is. A pid alone is reused; pid and start time are not, within one boot; and start
 * times count from the boot, hence the boot id. A null part is unknown, and unknown never proves a death.
 */
export type ProcessIdentity = { pid: number; processStart: string | null; bootId: string | null };

export function identifyProcess(pid: number): ProcessIdentity {
  return { pid, processStart: processStart(pid), bootId: bootId() };
}

/** Linux: clock ticks since boot. macOS: the start date, to the second. Null: no such process, or unknown. */
export function processStart(pid: number): string | null {
  try {
    if (process.platform === 'linux') return startInStat(readStat(pid));
    const printed = execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], {
      env: { ...process.env, LC_ALL: 'C' },
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 2000,
    });
    return printed.trim() || null;
  } catch {
    return null; // Gone, or not ours to see: the caller treats both as unknown.
  }
}

/** The start time in a line of `/proc/PID/stat`. */
export function startInStat(stat: string): string | null {
  return fieldsOfStat(stat)[19] ?? null;
}

/** From the state on. The command name before it may hold spaces and parentheses: after the last `)`. */
export function fieldsOfStat(stat: string): string[] {
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
}

function readStat(pid: number): string {
  return readFileSync(`/proc/${pid}/stat`, 'latin1');
}

let knownBootId: string | null | undefined;

export function bootId(): string | null {
  knownBootId ??= readBootId();
  return knownBootId;
}

function readBootId(): string | null {
  try {
    if (process.platform === 'linux') return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    const printed = execFileSync('sysctl', ['-n', 'kern.bootsessionuuid'], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
      timeout: 2000,
    });
    return printed.trim() || null;
  } catch {
    return null; // Sandboxes hide it; identity then rests on pid and start time.
  }
}

/** True only where the very process is seen; false where it is gone or another; null where nobody can tell. */
export function isSameProcess({ pid, processStart: start, bootId: boot }: ProcessIdentity): boolean | null {
  const here = bootId();
  if (boot !== null && here !== null && boot !== here) return false;
  if (!pidExists(pid)) return false;
  const now = processStart(pid);
  return start === null || now === null ? null : start === now;
}

/** Whether a process of this pid runs. One that has ended and only waits to be asked for does not. */
export function pidExists(pid: number): boolean {
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: it exists and belongs to another user.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
  return !hasEnded(pid);
}

/** In a container without an init nobody asks for an orphan's end: it keeps its pid and its start for ever. */
function hasEnded(pid: number): boolean {
  if (process.platform !== 'linux') return false; // There launchd asks for every orphan.
  try {
    return /^[ZXx]$/.test(fieldsOfStat(readStat(pid))[0] ?? '');
  } catch {
    return false; // Hidden, or gone meanwhile: the next look tells.
  }
}
