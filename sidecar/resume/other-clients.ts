import { execFile } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { systemCode } from '../errors/index.ts';

export type ClientProbes = {
  platform?: NodeJS.Platform;
  proc?: string;
  /** What `ps` prints of every process, its pid first, where there is no /proc. */
  ps?: () => Promise<string>;
  self?: number;
};

type Started = { pid: number; argv: string[] };

/**
 * The processes that were started for this session and still run; null where nobody can tell. One that took it
 * up in its own menu shows nothing of it: of that one its hooks tell.
 */
export async function clientsOf(
  sessionId: string,
  { platform = process.platform, proc = '/proc', ps = printedByPs, self = process.pid }: ClientProbes = {},
): Promise<number[] | null> {
  try {
    const started = platform === 'linux' ? fromProc(proc) : fromPs(await ps());
    // A list without ourselves is of another container, or hides what it should show.
    if (!started.some(({ pid }) => pid === self)) return null;
    return started.filter(({ pid, argv }) => pid !== self && runs(argv, sessionId)).map(({ pid }) => pid);
  } catch {
    return null; // What could not be read may be the very one.
  }
}

function runs(argv: string[], sessionId: string): boolean {
  // A fork goes on in a session of its own.
  const option = argv.includes('--fork-session')
    ? /^--session-id=?$/
    : /^(?:--resume|--session-id|-[a-z]*r)=?$/;
  return argv.some((word, at) => {
    if (!word.endsWith(sessionId)) return false;
    return option.test(word === sessionId ? (argv[at - 1] ?? '') : word.slice(0, -sessionId.length));
  });
}

/** Without giving way: to read such a file takes microseconds, and the way through other threads ten times that. */
function fromProc(proc: string): Started[] {
  const pids = readdirSync(proc).filter((name) => /^\d+$/.test(name));
  return pids.map((pid) => ({ pid: Number(pid), argv: argumentsOf(join(proc, pid, 'cmdline')) }));
}

function argumentsOf(file: string): string[] {
  try {
    return readFileSync(file, 'utf8').split('\0');
  } catch (error) {
    // It has ended meanwhile, or is another user's, and so in no session of ours.
    if (['ENOENT', 'ESRCH', 'EACCES', 'EPERM'].includes(systemCode(error) ?? '')) return [];
    throw error;
  }
}

/** Here the words of one argument cannot be told from those of several. */
function fromPs(printed: string): Started[] {
  return printed.split('\n').flatMap((line) => {
    const [pid, ...argv] = line.trim().split(/\s+/);
    return pid ? [{ pid: Number(pid), argv }] : [];
  });
}

async function printedByPs(): Promise<string> {
  // Twice w: whole lines, however wide the terminal is that there is none of.
  const { stdout } = await promisify(execFile)('ps', ['-axww', '-o', 'pid=,command='], {
    timeout: 3000,
    killSignal: 'SIGKILL',
    maxBuffer: 64 * 1024 * 1024,
  });
  return stdout;
}
