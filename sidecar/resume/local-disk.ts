import { spawn } from 'node:child_process';
import { resolve as absolute } from 'node:path';
import { localFilesystem } from '../machine/index.ts';

const LIMIT_MS = 3000;

export type DiskProbes = {
  /** What `df -P` prints of a directory; null where it fails or does not end in time. */
  df?: (directory: string) => Promise<string | null>;
  /** The kind of filesystem, where that is one of a single machine; else null. */
  filesystem?: (directory: string) => Promise<string | null>;
  limitMs?: number;
};

/**
 * Whether no other machine can see this directory. Both must say so: what it is mounted from, and what
 * kind of filesystem it is. In doubt it is not local.
 */
export async function isLocalDisk(directory: string, probes: DiskProbes = {}): Promise<boolean> {
  const { limitMs = LIMIT_MS, filesystem = localFilesystem } = probes;
  const { df = (folder: string) => printedByDf(folder, limitMs) } = probes;
  // df first: it hangs in a process of its own where a dead server would hold up a thread of ours.
  const printed = await inTime(df(absolute(directory)), limitMs);
  if (printed === null || !isBlockDevice(sourceIn(printed))) return false;
  return (await inTime(filesystem(absolute(directory)), limitMs)) !== null;
}

/** Row 2, field 1. Empty where there is none. */
export function sourceIn(printed: string): string {
  return printed.split('\n')[1]?.trim().split(/\s+/)[0] ?? '';
}

/** By its name: in a container the device itself is not there to be looked at. */
export function isBlockDevice(source: string): boolean {
  return /^\/dev\/[^/]/.test(source) && source !== '/dev/fuse';
}

/** Null also where it fails. A `df` that hangs in the kernel outlives its SIGKILL, so nobody waits for it. */
async function inTime<T>(work: Promise<T | null>, limitMs: number): Promise<T | null> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, limitMs, null);
  });
  try {
    return await Promise.race([work, late]);
  } catch {
    return null; // What fails proves nothing.
  } finally {
    clearTimeout(timer);
  }
}

function printedByDf(directory: string, limitMs: number): Promise<string | null> {
  return new Promise((resolve, reject) => {
    const child = spawn('df', ['-P', directory], {
      env: { ...process.env, LC_ALL: 'C' },
      stdio: ['ignore', 'pipe', 'ignore'],
      detached: true,
    });
    let printed = '';
    const timer = setTimeout(giveUp, limitMs);

    function giveUp(): void {
      if (child.pid !== undefined) endGroup(child.pid);
      child.stdout.destroy();
      child.unref();
      resolve(null);
    }

    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    child.once('error', (error) => {
      clearTimeout(timer);
      reject(error);
    });
    child.once('close', (code) => {
      clearTimeout(timer);
      resolve(code === 0 ? printed : null);
    });
  });
}

function endGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // It has just ended by itself.
  }
}
