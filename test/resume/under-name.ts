import { spawnSync } from 'node:child_process';

const RENAME = 'printf %s "$1" > /proc/sys/kernel/hostname && shift && exec "$@"';

/** The program and the arguments before a command that runs on this machine while it has that name. */
export function underName(name: string, rights = RIGHTS ?? []): string[] {
  return ['unshare', ...rights, '--uts', 'sh', '-c', RENAME, 'sh', name];
}

/** What gives a process a hostname of its own here, and null where nothing may. */
const RIGHTS = [[], ['--user', '--map-root-user']].find((rights) => {
  const [program = '', ...args] = underName('holdfast-try', rights);
  return spawnSync(program, [...args, 'true'], { stdio: 'ignore' }).status === 0;
});

export const MAY_RENAME = RIGHTS !== undefined;
export const NOT_RUN = 'not run: this system lets nobody open a namespace for hostnames (unshare --uts)';
