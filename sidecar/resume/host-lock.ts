import { randomUUID } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, renameSync, unlinkSync } from 'node:fs';
import { hostname as ownHostname } from 'node:os';
import { dirname } from 'node:path';
import { messageOf } from '../errors/index.ts';
import {
  isSameProcess,
  bootId as ownBootId,
  machineId as ownMachineId,
  type ProcessIdentity,
  processStart as startOf,
} from '../machine/index.ts';
import { endGeneration, linkWhereFree } from './end-generation.ts';
import { judgeLock, type Refusal } from './judge-lock.ts';
import { isLocalDisk as isOnLocalDisk } from './local-disk.ts';
import { discard, type LockFile, readLockFile, setHeartbeat, writeBeside } from './lock-file.ts';
import { lockText } from './lock-text.ts';
import { sweepClaims } from './sweep-claims.ts';

export type HostLockOptions = {
  path: string;
  /** Concerns healing alone: creating and reclaiming still happen. */
  dryRun?: boolean;
  /** Whether the lock of another hostname may be taken at all, where the disk is provably local. */
  autoHeal?: boolean;
  now?: () => number;
  pid?: number;
  processStart?: string | null;
  bootId?: string | null;
  hostname?: string;
  /** Null: unknown; rows that compare machine ids then do not apply. */
  machineId?: string | null;
  /** False alone is a death. */
  isAlive?: (holder: ProcessIdentity) => boolean | null | Promise<boolean | null>;
  isLocalDisk?: (directory: string) => boolean | Promise<boolean>;
};

export type HeldLock = {
  held: true;
  how: 'created' | 'reclaimed' | 'healed';
  /** What was found, for the record. */
  detail: string;
  /** Removes the lock where it is still ours. Returns whether it was. */
  release: () => boolean;
  /** Says that its holder lives. False: it is not ours any more, and whoever acts under it must stop. */
  heartbeat: () => boolean;
  stillMine: () => boolean;
};

export type HostLock = HeldLock | { held: false; reason: Refusal; detail: string };

/** One machine's resume queue drains a home. Judges what lies there by the table, and takes it or says why not. */
export async function acquireHostLock(options: HostLockOptions): Promise<HostLock> {
  try {
    return await acquire(options);
  } catch (error) {
    return { held: false, reason: 'lock-error', detail: messageOf(error) };
  }
}

async function acquire(options: HostLockOptions): Promise<HostLock> {
  const { path, dryRun = true, autoHeal = false, now = Date.now } = options;
  const { hostname = ownHostname(), machineId = ownMachineId(), isLocalDisk = isOnLocalDisk } = options;
  const { isAlive = isSameProcess } = options;
  const seen = readLockFile(path);
  const verdict = await judgeLock(seen, {
    ...{ hostname, machineId, autoHeal, dryRun, isAlive, now: now() },
    isLocalDisk: () => isLocalDisk(dirname(path)),
  });
  if (verdict.take === null) return { held: false, reason: verdict.reason, detail: verdict.detail };

  const { pid = process.pid, bootId = ownBootId() } = options;
  const { processStart = startOf(pid) } = options;
  const text = lockText({ pid, processStart, bootId, hostname, machineId, owner: randomUUID() });
  const fd = putInPlace({ path, seen, text, now: now() });
  if (fd === null) return { held: false, reason: 'lock-lost-race', detail: 'somebody else was first' };
  sweepClaims(path);
  return { held: true, how: verdict.take, detail: verdict.why, ...holdLock({ path, text, now, fd }) };
}

type NewLock = { path: string; seen: LockFile; text: string; now: number };

/** The descriptor of the new lock; null where somebody else was first. The path is never half written. */
function putInPlace({ path, seen, text, now }: NewLock): number | null {
  const beside = `${path}.new-${randomUUID()}`;
  let fd: number | null = null;
  let placed = false;

  function write(): void {
    fd = writeBeside(beside, text);
    setHeartbeat(fd, now);
    fsyncSync(fd); // Else a power cut after the rename could leave a torn lock.
  }

  function replace(): void {
    write();
    renameSync(beside, path);
  }

  function create(): boolean {
    write();
    return linkWhereFree(beside, path);
  }

  try {
    placed = seen.kind === 'file' ? endGeneration(path, path, seen, replace) : create();
    return placed ? fd : null;
  } finally {
    if (!placed && fd !== null) closeSync(fd);
    discard(beside);
  }
}

type Held = { path: string; text: string; now: () => number; fd: number };

/** The descriptor stays open for the life of the lock: so its inode is given to no other file. */
function holdLock({ path, text, now, fd }: Held): Pick<HeldLock, 'release' | 'heartbeat' | 'stillMine'> {
  const inode = fstatSync(fd, { bigint: true }).ino;
  let released = false;

  function mine() {
    if (released) return null;
    const found = readLockFile(path);
    return found.kind === 'file' && found.inode === inode && found.text === text ? found : null;
  }

  return {
    stillMine: () => mine() !== null,
    heartbeat: () => {
      if (mine() === null) return false;
      setHeartbeat(fd, now());
      return true;
    },
    release: () => {
      const found = mine();
      if (released) return false;
      released = true;
      closeSync(fd);
      // Someone who is just taking it has the claim, and leaves no lock of ours behind.
      return found !== null && endGeneration(path, path, found, () => unlinkSync(path));
    },
  };
}
