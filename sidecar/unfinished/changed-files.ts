import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';

/** The files of a directory's worktree that are not committed, as whole paths; none where nobody can tell. */
export type ChangedFiles = (directory: string) => Promise<string[]>;

const run = promisify(execFile);

/** A worktree so large that git takes longer is not asked again for the sake of a sign. */
const LIMIT_MS = 3_000;
const MOST_BYTES = 8 * 1024 * 1024;
/** After a reboot many sessions are judged at once. */
const AT_ONCE = 2;

/** Asks git, a few directories at a time. */
export function changedFiles({
  git = 'git',
  limitMs = LIMIT_MS,
  closing,
}: {
  git?: string;
  limitMs?: number;
  /** Nobody waits for the answer any more. */
  closing?: AbortSignal;
} = {}): ChangedFiles {
  // Who was started by a git hook is told of that hook's repository.
  const environment = Object.fromEntries(
    Object.entries(process.env).filter(([name]) => !name.startsWith('GIT_')),
  );
  let running = 0;
  const waiting: (() => void)[] = [];

  return async (directory) => {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      const root = (await ask(directory, 'rev-parse', '--show-toplevel')).replace(/\n$/, '');
      const status = await ask(
        directory,
        'status',
        '--porcelain=v1',
        '-z',
        '--no-renames',
        '--untracked-files=all',
      );
      return status
        .split('\0')
        .filter((entry) => entry.length > 3)
        .map((entry) => join(root, entry.slice(3)));
    } catch {
      return []; // No repository, no git, too slow, or the directory is gone: in doubt there is no sign.
    } finally {
      const next = waiting.shift();
      if (next) next();
      else running--;
    }
  };

  /** Without locks it writes nothing; without a monitor it starts no program that the repository names. */
  async function ask(directory: string, ...args: string[]): Promise<string> {
    const safely = ['--no-optional-locks', '-c', 'core.fsmonitor=false', '-C', directory];
    const { stdout } = await run(git, [...safely, ...args], {
      timeout: limitMs,
      ...(closing && { signal: closing }),
      killSignal: 'SIGKILL',
      maxBuffer: MOST_BYTES,
      env: environment,
    });
    return stdout;
  }
}
