import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import type { HomePaths } from '../../home/index.ts';
import { countSpool, readConfig, readEndpoint } from '../../home/index.ts';
import { VERSION } from '../../machine/index.ts';
import { bad, type Check, good } from './check.ts';

/** Asks who serves; an argument, since the server itself knows this room. */
export type WhoServes = (
  home: HomePaths,
) => Promise<{ port: number; health: { pid: number; version: string } } | null>;

export function checkHome(home: HomePaths): Check[] {
  const stats = statSync(home.root, { throwIfNoEntry: false });
  if (!stats) return [bad('home', `${home.root} does not exist`, 'Run `holdfast init` in a project.')];
  if (!stats.isDirectory())
    return [bad('home', `${home.root} is no directory`, 'Move it away, and run `holdfast init`.')];
  return [checkRights(home, stats.mode, stats.uid), checkConfig(home), checkLaunch(home)];
}

function checkRights(home: HomePaths, mode: number, owner: number): Check {
  if (process.getuid && owner !== process.getuid()) {
    return bad('home', `${home.root} belongs to another user`, `Run: chown -R "$(id -u)" ${home.root}`);
  }
  if ((mode & 0o077) !== 0) {
    return bad('home', `${home.root} can be read by others`, `Run: chmod 700 ${home.root}`);
  }
  try {
    accessSync(home.root, constants.W_OK);
  } catch {
    return bad(
      'home',
      `${home.root} cannot be written`,
      `Run: chmod 700 ${home.root}, or look at how its disk is mounted.`,
    );
  }
  return good('home', home.root);
}

function checkConfig(home: HomePaths): Check {
  readConfig(home.config); // Throws the sentence that names the key.
  return good('config', existsSync(home.config) ? home.config : 'no config.json: the defaults');
}

/** What SessionStart starts when no sidecar runs. */
function checkLaunch(home: HomePaths): Check {
  const hint = 'Run `holdfast start`, which writes it anew.';
  if (!existsSync(home.launch)) return bad('launch', 'sessions do not know how to start the sidecar', hint);
  const [node = '', cli = ''] = readFileSync(home.launch, 'utf8').split('\n');
  const missing = [node, cli].filter((file) => !existsSync(file));
  if (missing.length > 0) return bad('launch', `${missing.join(' and ')} is gone`, hint);
  return good('launch', cli);
}

export async function checkSidecar(home: HomePaths, whoServes: WhoServes): Promise<Check[]> {
  if (!existsSync(home.root)) return [];
  const note = existsSync(home.notRunning) ? ` ${readFileSync(home.notRunning, 'utf8').trim()}` : '';
  const serving = await whoServes(home);
  if (!serving) {
    const held = existsSync(home.hold) ? ' It was stopped with --hold.' : '';
    return [bad('sidecar', `none answers.${held}${note}`, 'Run `holdfast start`.'), ...checkEndpoint(home)];
  }
  const { pid, version } = serving.health;
  const detail = `version ${version}, process ${pid}, port ${serving.port}`;
  const current = version === VERSION;
  const other = bad(
    'sidecar',
    `${detail}; this command line is ${VERSION}`,
    'Run `holdfast start`: the newer one takes over.',
  );
  return [current ? good('sidecar', detail) : other, ...checkEndpoint(home)];
}

function checkEndpoint(home: HomePaths): Check[] {
  const stats = statSync(home.endpoint, { throwIfNoEntry: false });
  if (!stats) return [];
  const hint = 'Run `holdfast stop`, remove the file, and run `holdfast start`.';
  if (process.getuid && stats.uid !== process.getuid()) {
    return [bad('endpoint', `${home.endpoint} belongs to another user; hooks do not trust it`, hint)];
  }
  if ((stats.mode & 0o077) !== 0) return [bad('endpoint', `${home.endpoint} can be read by others`, hint)];
  if (!readEndpoint(home)) return [bad('endpoint', `${home.endpoint} holds no "PORT TOKEN" line`, hint)];
  return [good('endpoint', home.endpoint)];
}

export function checkSpool(home: HomePaths, now: Date = new Date()): Check[] {
  if (!existsSync(home.root)) return [];
  const { waiting, rejected } = countSpool(home);
  const checks = [
    waiting === 0
      ? good('spool', 'empty')
      : bad(
          'spool',
          `${waiting} events wait in ${home.spool}`,
          'Run `holdfast start`; they are taken within seconds.',
        ),
  ];
  if (rejected > 0) {
    const detail = `${rejected} files could not be understood`;
    checks.push(
      bad('spool.rejected', detail, `Read the .reason files in ${home.rejected}, then remove them.`),
    );
  }
  const overflow = statSync(home.overflow, { throwIfNoEntry: false });
  if (overflow) {
    const hours = Math.round((now.getTime() - overflow.mtimeMs) / 3_600_000);
    const detail = `the spool was full, and events were dropped, last ${hours} h ago`;
    checks.push(
      bad(
        'spool.overflow',
        detail,
        `Keep the sidecar running. Remove ${home.overflow} when you have read this.`,
      ),
    );
  }
  return checks;
}
