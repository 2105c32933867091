import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { localFilesystem } from '../../sidecar/machine/index.ts';
import { isLocalDisk } from '../../sidecar/resume/local-disk.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

const HEAD = 'Filesystem     1024-blocks     Used Available Capacity Mounted on\n';
const row = (source: string, at = '/home') =>
  `${HEAD}${source}   264212084 28509812  77881100      27% ${at}\n`;

test.each([
  ['a disk of macOS', row('/dev/disk3s5', '/System/Volumes/Data'), 'apfs', true],
  ['a partition', row('/dev/sda1'), 'ext', true],
  ['a mapped device', row('/dev/mapper/vg-home'), 'xfs', true],
  ['an ext4 bind mount in a container', row('/dev/vda', '/data'), 'ext', true],
  ['a disk that two machines share', row('/dev/sdb1'), null, false],
  ['FUSE that calls itself a partition', row('/dev/sda1'), null, false],
  ['FUSE on /dev/fuse', row('/dev/fuse', '/run/user/1000/doc'), null, false],
  ['/dev/fuse, whatever its kind', row('/dev/fuse'), 'ext', false],
  ['a Windows share', row('//server/share'), 'ext', false],
  ['NFS', row('nas:/export'), 'ext', false],
  ['NFS by address', row('10.0.0.5:/vol'), 'ext', false],
  ['an automounter', row('map auto_home'), 'apfs', false],
  ['memory', row('tmpfs', '/tmp'), null, false],
  ['layers', row('overlay', '/'), null, false],
  ['a pool', row('tank/home'), 'zfs', false],
  ['a bare /dev/', row('/dev/'), 'ext', false],
  ['a head alone', HEAD, 'ext', false],
  ['nothing', '', 'ext', false],
  ['a failed df', null, 'ext', false],
])('%s', async (_, printed, kind, local) => {
  const probes = { df: async () => printed, filesystem: async () => kind };
  expect(await isLocalDisk('/home/somebody', probes)).toBe(local);
});

test('a probe that throws proves nothing', async () => {
  const broken = () => Promise.reject(new Error('broken'));
  expect(await isLocalDisk('/', { df: broken, filesystem: async () => 'ext' })).toBe(false);
  expect(await isLocalDisk('/', { df: async () => row('/dev/sda1'), filesystem: broken })).toBe(false);
});

test('a probe that hangs is waited for within the limit, and the kind is not asked before df has answered', async () => {
  const never = () => new Promise<null>(() => {});
  const filesystem = vi.fn(never);
  const began = performance.now();
  expect(await isLocalDisk('/', { df: never, filesystem, limitMs: 100 })).toBe(false);
  expect(filesystem).not.toHaveBeenCalled();
  expect(await isLocalDisk('/', { df: async () => row('/dev/sda1'), filesystem, limitMs: 100 })).toBe(false);
  expect(filesystem).toHaveBeenCalledOnce();
  expect(performance.now() - began).toBeGreaterThan(190);
});

/** Asks in a process of its own, with a `df` of ours first on its path. */
async function asked(script: string) {
  const folder = temporaryFolder();
  mkdirSync(join(folder, 'bin'));
  writeFileSync(join(folder, 'bin', 'df'), `#!/bin/sh\n${script}\n`);
  chmodSync(join(folder, 'bin', 'df'), 0o755);
  const room = new URL('../../dist/sidecar/resume/local-disk.js', import.meta.url);
  const program = `const { isLocalDisk } = await import(${JSON.stringify(room)});
    console.log(await isLocalDisk(${JSON.stringify(folder)}));`;
  const { stdout, code, ms } = await runProgram(process.execPath, {
    args: ['--input-type=module', '-e', program],
    env: { ...process.env, PATH: `${join(folder, 'bin')}:${process.env.PATH}` },
  });
  return { local: stdout.trim(), code, ms, kind: await localFilesystem(folder) };
}

test('the real df is asked for the folder with -P, and its answer is not enough', async () => {
  const { local, kind } = await asked(
    `[ "$1" = -P ] && [ -d "$2" ] && printf 'head\\n/dev/sda1 1 1 1 1%% /\\n'`,
  );
  expect(local).toBe(String(kind !== null));
});

test('a df that prints a device and fails proves nothing', async () => {
  expect((await asked(`printf 'head\\n/dev/sda1 1 1 1 1%% /\\n'; exit 1`)).local).toBe('false');
});

test('a df that hangs, and what it started, is ended after 3 seconds', async () => {
  const { local, code, ms } = await asked('sleep 60 & sleep 60');
  expect({ local, code }).toEqual({ local: 'false', code: 0 });
  expect(ms).toBeGreaterThan(2900);
  expect(ms).toBeLessThan(15_000);
});

test('where there is no df nothing is local', async () => {
  expect((await asked('exit 127')).local).toBe('false');
});
