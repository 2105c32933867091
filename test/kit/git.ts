import { execFileSync } from 'node:child_process';

/** Runs git as nobody in particular, with no configuration of the user's. */
export function git(folder: string, ...args: string[]): string {
  const who = ['-c', 'user.name=Test', '-c', 'user.email=test@localhost', '-c', 'protocol.file.allow=always'];
  return execFileSync('git', [...who, ...args], {
    cwd: folder,
    encoding: 'utf8',
    env: { PATH: process.env.PATH, HOME: '/nonexistent', GIT_CONFIG_NOSYSTEM: '1', LC_ALL: 'C' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
}

/** A repository with one commit. */
export function repository(folder: string): string {
  git('/', 'init', '--quiet', '--initial-branch=main', folder);
  git(folder, 'commit', '--quiet', '--allow-empty', '--message=first');
  return folder;
}
