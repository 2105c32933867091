import { execFile, execFileSync } from 'node:child_process';
import { realpathSync, statfsSync } from 'node:fs';
import { realpath, statfs } from 'node:fs/promises';
import { promisify } from 'node:util';

/** From linux/magic.h. WSL's Windows drives are 9p; FUSE is left out, since it can be either. */
const LINUX_NETWORK_TYPES = new Map([
  [0x6969, 'nfs'],
  [0xff534d42, 'cifs'],
  [0xfe534d42, 'smb2'],
  [0x517b, 'smb'],
  [0x01021997, '9p'],
  [0x5346414f, 'afs'],
  [0x00c36400, 'ceph'],
  [0x47504653, 'gpfs'],
  [0x0bd00bd0, 'lustre'],
]);
/**
 * Filesystems that one machine at a time has mounted. Not here: FUSE, which may name any device as its
 * source; overlay and tmpfs, which say nothing of where they are; ocfs2 and gfs2, which share one disk.
 */
const LINUX_LOCAL_TYPES = new Map([
  [0xef53, 'ext'],
  [0x58465342, 'xfs'],
  [0x9123683e, 'btrfs'],
  [0xca451a4e, 'bcachefs'],
  [0xf2f52010, 'f2fs'],
  [0x2fc12fc1, 'zfs'],
  [0x3153464a, 'jfs'],
  [0x52654973, 'reiserfs'],
  [0x4d44, 'vfat'],
  [0x2011bab0, 'exfat'],
  [0x7366746e, 'ntfs3'],
]);
const MACOS_LOCAL_TYPES = ['apfs', 'hfs', 'msdos', 'exfat', 'ntfs', 'ufs', 'zfs'];
const MACOS_NETWORK_TYPES = ['nfs', 'smbfs', 'afpfs', 'webdav', 'cifs'];

/** The name of the network filesystem that a directory provably lies on; null where none is proved. */
export function networkFilesystem(directory: string): string | null {
  try {
    if (process.platform === 'linux') {
      return LINUX_NETWORK_TYPES.get(statfsSync(directory).type >>> 0) ?? null;
    }
    return macNetworkFilesystem(realpathSync(directory));
  } catch {
    return null; // A probe that fails proves nothing.
  }
}

/** The name of the filesystem that a directory lies on, where that kind is provably of one machine; else null. */
export async function localFilesystem(directory: string): Promise<string | null> {
  try {
    if (process.platform === 'linux') {
      return LINUX_LOCAL_TYPES.get((await statfs(directory)).type >>> 0) ?? null;
    }
    const { stdout } = await promisify(execFile)('mount', { encoding: 'utf8', timeout: 3000 });
    const type = macFilesystem(stdout, await realpath(directory));
    return MACOS_LOCAL_TYPES.includes(type) ? type : null;
  } catch {
    return null; // A probe that fails proves nothing.
  }
}

function macNetworkFilesystem(directory: string): string | null {
  const printed = execFileSync('mount', { encoding: 'utf8', timeout: 3000 });
  const type = macFilesystem(printed, directory);
  return MACOS_NETWORK_TYPES.includes(type) ? type : null;
}

/** statfs numbers change between macOS releases; `mount` prints names: `srv:/x on /Volumes/x (nfs, …)`. */
function macFilesystem(printed: string, directory: string): string {
  let longest = { point: '', type: '' };
  for (const line of printed.split('\n')) {
    const match = / on (\/.*) \((\w+)[,)]/.exec(line);
    const [, point = '', type = ''] = match ?? [];
    const inside = point === '/' || directory === point || directory.startsWith(`${point}/`);
    if (match && inside && point.length > longest.point.length) longest = { point, type };
  }
  return longest.type;
}
