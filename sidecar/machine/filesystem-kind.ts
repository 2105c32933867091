import { execFileSync } from 'node:child_process';
import { realpathSync, statfsSync } from 'node:fs';

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

/** statfs numbers change between macOS releases; `mount` prints names: `srv:/x on /Volumes/x (nfs, …)`. */
function macNetworkFilesystem(directory: string): string | null {
  const printed = execFileSync('mount', { encoding: 'utf8', timeout: 3000 });
  let longest = { point: '', type: '' };
  for (const line of printed.split('\n')) {
    const match = / on (\/.*) \((\w+)[,)]/.exec(line);
    const [, point = '', type = ''] = match ?? [];
    const inside = point === '/' || directory === point || directory.startsWith(`${point}/`);
    if (match && inside && point.length > longest.point.length) longest = { point, type };
  }
  return MACOS_NETWORK_TYPES.includes(longest.type) ? longest.type : null;
}
