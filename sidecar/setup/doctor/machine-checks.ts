import { execFileSync } from 'node:child_process';
import { existsSync, statfsSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import type { HomePaths } from '../../home/index.ts';
import { compareVersions, networkFilesystem } from '../../machine/index.ts';
import { bad, type Check, good } from './check.ts';

/** The first version whose Stop hook says what Holdfast reads, and takes what it answers. */
const OLDEST_CLIENT = '2.1.163';
const LITTLE_DISK_BYTES = 200 * 1024 * 1024;

export function checkMachine(home: HomePaths): Check[] {
  return [
    good('node', `${process.versions.node} (${process.execPath})`),
    checkSqlite(),
    ...checkDisk(home),
    checkClient(),
  ];
}

function checkSqlite(): Check {
  const db = new Sqlite(':memory:');
  try {
    return good('sqlite', String(db.prepare('SELECT sqlite_version()').pluck().get()));
  } finally {
    db.close();
  }
}

function checkDisk(home: HomePaths): Check[] {
  if (!existsSync(home.root)) return [];
  const network = networkFilesystem(home.root);
  const { bavail, bsize } = statfsSync(home.root);
  const free = `${Math.round((bavail * bsize) / 1e6)} MB free`;
  return [
    network === null
      ? good('filesystem', 'not known to be a network one')
      : bad(
          'filesystem',
          `${home.root} lies on ${network}`,
          'Set HOLDFAST_HOME to a directory on a local disk.',
        ),
    bavail * bsize > LITTLE_DISK_BYTES
      ? good('disk', free)
      : bad('disk', free, `Make room on the disk of ${home.root}: events are dropped when it is full.`),
  ];
}

function checkClient(): Check {
  const printed = clientVersion();
  if (printed === null) return good('claude', 'not on the PATH of this shell');
  const version = /\d+\.\d+\.\d+/.exec(printed)?.[0];
  if (version === undefined) return good('claude', printed);
  return compareVersions(version, OLDEST_CLIENT) >= 0
    ? good('claude', version)
    : bad('claude', `${version} is older than ${OLDEST_CLIENT}`, 'Update Claude Code: claude update.');
}

function clientVersion(): string | null {
  try {
    return execFileSync('claude', ['--version'], {
      encoding: 'utf8',
      timeout: 10_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).trim();
  } catch {
    return null; // Not installed here, or a wrapper that wants a terminal: the hooks are proved below all the same.
  }
}
