import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { messageOf } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { compareVersions, TURN_MARK, VERSION } from '../machine/index.ts';
import type { Log } from './log.ts';

export type HandOver = {
  /** Called at each SessionStart: hooks know no versions, so the sidecar looks for a newer one itself. */
  look: () => void;
};

/**
 * Starts the package that `launch` names where it is newer than this process. That start takes over as any
 * does: it has loaded all that it needs before it asks this one to leave, so a package that is half
 * installed or does not run leaves the older sidecar serving.
 */
export function newHandOver({
  home,
  log,
  version = VERSION,
  start = startDetached,
}: {
  home: HomePaths;
  log: Log;
  version?: string;
  start?: (launch: { node: string; cli: string }, home: HomePaths) => Promise<void>;
}): HandOver {
  let starting: Promise<void> | null = null;
  return {
    look: () => {
      const launch = readLaunch(home);
      const packaged = launch && versionOf(launch.cli);
      if (!launch || !packaged || compareVersions(packaged, version) <= 0 || starting) return;
      log.info(
        { from: version, to: packaged, cli: launch.cli },
        'a newer package is installed; it takes over',
      );
      starting = start(launch, home)
        .catch((error) => log.warn({ why: messageOf(error) }, 'the newer package could not be started'))
        .finally(() => {
          starting = null; // Still here: it did not take over, and the next session asks again.
        });
    },
  };
}

export function readLaunch(home: HomePaths): { node: string; cli: string } | null {
  try {
    const [node, cli] = readFileSync(home.launch, 'utf8').split('\n');
    return node && cli ? { node, cli } : null;
  } catch {
    return null; // Written by every start: without it there is nothing that could be compared.
  }
}

/** Of the package that a file lies in; null where there is none, or it is being replaced just now. */
function versionOf(cli: string): string | null {
  let folder = dirname(cli);
  while (!existsSync(join(folder, 'package.json'))) {
    if (dirname(folder) === folder) return null;
    folder = dirname(folder);
  }
  try {
    const { name, version } = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
    return existsSync(cli) && name === 'holdfast' && typeof version === 'string' ? version : null;
  } catch {
    return null;
  }
}

function startDetached({ node, cli }: { node: string; cli: string }, home: HomePaths): Promise<void> {
  return new Promise((resolve, reject) => {
    const env = { ...process.env, [TURN_MARK]: undefined, HOLDFAST_HOME: home.root };
    const child = spawn(node, [cli, 'start'], { detached: true, cwd: home.root, env, stdio: 'ignore' });
    child.once('error', reject);
    child.once('exit', (code) => (code === 0 ? resolve() : reject(new Error(`it ended with ${code}`))));
    child.unref();
  });
}
