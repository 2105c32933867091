import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  acquireHostLock,
  type HeldLock,
  type HostLock,
  type HostLockOptions,
} from '../../sidecar/resume/index.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

export const NOW = Date.parse('2030-01-01T12:00:00Z');
export const MINUTE = 60_000;

/** A machine of the name `here` at a fixed time, with probes that answer what they are told and are counted. */
export function lockScene({ alive = true, local = true }: { alive?: boolean | null; local?: boolean } = {}) {
  const path = join(temporaryFolder(), 'resume-queue.lock');
  const probes = { alive: 0, local: 0, asked: [] as unknown[] };
  const options: HostLockOptions = {
    path,
    dryRun: false,
    autoHeal: true,
    now: () => NOW,
    pid: 4242,
    processStart: '77',
    bootId: 'boot-1',
    hostname: 'here',
    machineId: 'machine-1',
    isAlive: (holder) => {
      probes.alive++;
      probes.asked.push(holder);
      return alive;
    },
    isLocalDisk: async (directory) => {
      probes.local++;
      probes.asked.push(directory);
      return local;
    },
  };

  /** A lock as another sidecar left it. */
  function leave(lock: Record<string, unknown> | string, agoMs: number): void {
    const text = typeof lock === 'string' ? lock : JSON.stringify({ ...SOMEBODY, ...lock });
    writeFileSync(path, text);
    utimesSync(path, (NOW - agoMs) / 1000, (NOW - agoMs) / 1000);
  }

  return {
    path,
    probes,
    leave,
    acquire: (more: Partial<HostLockOptions> = {}): Promise<HostLock> =>
      acquireHostLock({ ...options, ...more }),
    text: () => readFileSync(path, 'utf8'),
    names: () => readdirSync(join(path, '..')).sort(),
  };
}

export const SOMEBODY = {
  pid: 999,
  processStart: '5',
  bootId: 'boot-0',
  hostname: 'here',
  machineId: 'machine-1',
  owner: 'somebody',
};

export function heldBy(lock: HostLock): HeldLock {
  if (!lock.held) throw new Error(`not held: ${lock.reason}, ${lock.detail}`);
  return lock;
}

export async function endedPid(): Promise<number> {
  const child = spawn('true', { stdio: 'ignore' });
  await once(child, 'exit');
  if (child.pid === undefined) throw new Error('`true` did not start');
  return child.pid;
}
