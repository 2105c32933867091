import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type HomePaths, homePaths } from '../../sidecar/home/index.ts';

export type SmallDisk = {
  /** The home as programs in the namespace know it. */
  home: HomePaths;
  /** The same home, as this process reaches it from outside. */
  outside: HomePaths;
  /** What runs a program where the disk is mounted. */
  through: string[];
  /** Writes until only so many bytes are left; 0: until not one more goes in. */
  fill: (leave?: number) => void;
  unfill: () => void;
  remove: () => Promise<void>;
};

/**
 * A disk of a few megabytes in a mount namespace of its own, which is gone with its last process: nothing
 * to unmount, and nobody else sees it. Says why where that is not permitted.
 */
export async function smallDisk(folder: string, megabytes: number): Promise<SmallDisk | { why: string }> {
  const whys: string[] = [];
  for (const flags of [['-m'], ['-U', '-r', '-m']]) {
    const held = await holdNamespace(flags, folder, megabytes);
    if (typeof held !== 'string') return describe(held, flags, folder);
    whys.push(`unshare ${flags.join(' ')}: ${held}`);
  }
  return { why: whys.join('; ') };
}

/** A process that keeps the namespace until its standard input is closed, also by our own death. */
async function holdNamespace(
  flags: string[],
  folder: string,
  megabytes: number,
): Promise<ChildProcess | string> {
  const script = `mount -t tmpfs -o size=${megabytes}m,mode=0700 tmpfs "$1" && echo mounted && exec cat`;
  const holder = spawn('unshare', [...flags, 'sh', '-c', script, 'sh', folder], {
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  holder.stderr.on('data', (text) => (said += text));
  return new Promise((resolve) => {
    holder.once('error', (error) => resolve(error.message));
    holder.once('close', (code) => resolve(`it ended with ${code}: ${said.trim()}`));
    holder.stdout.once('data', () => resolve(holder));
  });
}

function describe(holder: ChildProcess, flags: string[], folder: string): SmallDisk {
  const seen = join(`/proc/${holder.pid}/root`, folder);
  const filler = join(seen, 'filler');
  const target = ['nsenter', '-t', String(holder.pid), '-m'];
  return {
    home: homePaths(join(folder, 'home')),
    outside: homePaths(join(seen, 'home')),
    through: flags.includes('-U') ? [...target, '-U', '--preserve-credentials', '--'] : [...target, '--'],
    fill: (leave = 0) => {
      const { bavail, bsize } = statfsSync(seen);
      for (let size = bavail * bsize - leave; size >= 1; size = Math.floor(size / 2)) {
        if (leave > 0) return writeFileSync(filler, Buffer.alloc(size));
        appendUntilFull(filler, size);
      }
    },
    unfill: () => writeFileSync(filler, ''),
    remove: async () => {
      const closed = once(holder, 'close');
      holder.stdin?.end();
      await closed;
    },
  };
}

function appendUntilFull(file: string, size: number): void {
  try {
    for (;;) writeFileSync(file, Buffer.alloc(size), { flag: 'a' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'ENOSPC')) throw error;
  }
}
