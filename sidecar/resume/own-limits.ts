import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../errors/index.ts';

/** `stalled`: the part of the last minute in which something wanted to run and nothing might; null: unknown. */
export type CpuLimit = { cpus: number; stalled: number | null };
export type MemoryLimit = { limit: number; used: number };

/**
 * The control groups that this process is in, of either version, each from its own folder up to the mount: what
 * limits one of them limits what is in it. A folder that is not there is above what this container may see. What
 * is there and cannot be read throws, or is NaN.
 */
export function cpuLimits(root: string): CpuLimit[] {
  return [
    ...foldersOf(root, '').flatMap((folder) => {
      const [quota, period] = readIfThere(join(folder, 'cpu.max'))?.trim().split(' ') ?? ['max'];
      if (quota === 'max') return [];
      return [{ cpus: amount(quota) / amount(period), stalled: stalledIn(join(folder, 'cpu.pressure')) }];
    }),
    ...foldersOf(root, 'cpu').flatMap((folder) => {
      const quota = readIfThere(join(folder, 'cpu.cfs_quota_us'));
      if (quota === undefined || amount(quota) < 0) return [];
      const period = readFileSync(join(folder, 'cpu.cfs_period_us'), 'utf8');
      return [{ cpus: amount(quota) / amount(period), stalled: null }];
    }),
  ];
}

export function memoryLimits(root: string): MemoryLimit[] {
  return [
    ...foldersOf(root, '').flatMap((folder) => limitIn(folder, 'memory.max', 'memory.current', '')),
    ...foldersOf(root, 'memory').flatMap((folder) =>
      limitIn(folder, 'memory.limit_in_bytes', 'memory.usage_in_bytes', 'total_'),
    ),
  ];
}

/** What it holds of files is given back when it is needed: that is not used. */
function limitIn(folder: string, limitFile: string, usedFile: string, prefix: string): MemoryLimit[] {
  const limit = readIfThere(join(folder, limitFile))?.trim() ?? 'max';
  if (limit === 'max') return [];
  const used = amount(readFileSync(join(folder, usedFile), 'utf8'));
  const stat = readFileSync(join(folder, 'memory.stat'), 'utf8');
  const bytesOf = (name: string) => amount(new RegExp(`^${prefix}${name} (\\d+)$`, 'm').exec(stat)?.[1]);
  return [{ limit: amount(limit), used: used - bytesOf('inactive_file') - bytesOf('active_file') }];
}

function stalledIn(file: string): number | null {
  let text: string | undefined;
  try {
    text = readIfThere(file);
  } catch {
    return null; // A kernel that was told not to measure has the file and does not give it.
  }
  const percent = /^full .*\bavg60=([\d.]+)/m.exec(text ?? '')?.[1];
  return percent === undefined ? null : Number(percent) / 100;
}

/** Of the one hierarchy of version 2 (''), or of a controller's own. */
function foldersOf(root: string, controller: string): string[] {
  const lines = readIfThere(join(root, 'proc/self/cgroup'))?.split('\n') ?? [];
  return lines.flatMap((line) => {
    const [, , controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? [];
    if (path === undefined || !controllers?.split(',').includes(controller)) return [];
    // One that begins above this container's own is told with dots, which lead to no group.
    const parts = path.split('/').filter(Boolean);
    const mount = join(root, 'sys/fs/cgroup', controller);
    return [...parts, ''].map((_, up) => join(mount, ...parts.slice(0, parts.length - up)));
  });
}

/** Undefined: not there, which is as good as no limit. Anything else that hinders reading throws. */
export function readIfThere(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(systemCode(error) ?? '')) return undefined;
    throw error;
  }
}

/** NaN: not understood. */
export function amount(text: string | undefined): number {
  return text === undefined || text.trim() === '' ? Number.NaN : Number(text);
}
