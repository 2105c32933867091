import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { HoldfastError } from '../../errors/index.ts';
import type { HomePaths } from '../../home/index.ts';
import { launchd } from './launchd.ts';
import { systemd } from './systemd.ts';

/** What a program that was run to its end said. `code` is null where it could not be started. */
export type Ran = { code: number | null; stdout: string; stderr: string };
export type Run = (program: string, args: string[]) => Ran;

/** What a unit file is made of, by the names that its template has. */
export type UnitFacts = Record<'node' | 'cli' | 'HOLDFAST_HOME' | 'PATH' | 'HOLDFAST_UNIT', string>;

export type UnitState = {
  /** Started by itself at the next login. */
  enabled: boolean;
  active: boolean;
  pid: number | null;
};

/** systemd of this user, or launchd. */
export type Supervisor = {
  name: 'systemd' | 'launchd';
  file: string;
  /** Why it cannot be asked, in its own words; null where it can. */
  problem: () => string | null;
  render: (facts: UnitFacts) => string;
  /** Takes the file into account: from now on at each login. */
  enable: () => void;
  disable: () => void;
  /** The file is another one, or gone. What runs goes on. */
  reread: () => void;
  start: () => void;
  stop: () => void;
  state: () => UnitState;
};

export type UnitOptions = {
  home: HomePaths;
  launch: { node: string; cli: string };
  /** A person installs it: with the PATH of this shell, whatever an earlier one was. */
  anew?: boolean;
  env?: NodeJS.ProcessEnv;
  platform?: NodeJS.Platform;
  uid?: number;
  run?: Run;
};

export function supervisorFor(options: UnitOptions): Supervisor {
  const { home, env = process.env, platform = process.platform, uid = process.getuid?.() ?? 0 } = options;
  const { run = (program, args) => runToEnd(program, args, env) } = options;
  if (!env.HOME) {
    throw new HoldfastError('HOME_UNKNOWN', 'HOME is not set, so there is no place for a unit.', 'Set HOME.');
  }
  const name = unitName(home, env.HOME);
  if (platform === 'darwin') return launchd({ name, run, home: env.HOME, uid });
  const config = env.XDG_CONFIG_HOME || join(env.HOME, '.config');
  return systemd({ name, run, folder: join(config, 'systemd', 'user') });
}

/** One unit a home: a second home must not take the place of the first. */
function unitName(home: HomePaths, person: string): string {
  if (home.root === join(person, '.holdfast')) return 'holdfast';
  return `holdfast-${createHash('sha256').update(home.root).digest('hex').slice(0, 8)}`;
}

function runToEnd(program: string, args: string[], env: NodeJS.ProcessEnv): Ran {
  const { status, stdout, stderr, error } = spawnSync(program, args, {
    env,
    encoding: 'utf8',
    timeout: 60_000,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  return { code: error ? null : status, stdout: stdout ?? '', stderr: error ? error.message : stderr };
}
