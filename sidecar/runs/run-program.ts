import { spawn } from 'node:child_process';
import { identifyProcess, type ProcessIdentity } from '../machine/index.ts';

export type ProgramEnd = {
  /** Null where it was ended by force. */
  code: number | null;
  stdout: string;
  stderr: string;
  /** Both, as they came. */
  output: string;
  timedOut: boolean;
};

export type ProgramOptions = {
  cwd?: string;
  env: NodeJS.ProcessEnv;
  /** 0: no limit. */
  limitMs: number;
  /** How much of each stream is kept: of its end. */
  keepBytes?: number;
  stop?: AbortSignal;
  /** Told of the process before it gets its first line: what it throws ends the process. */
  begun?: (identity: ProcessIdentity) => void;
  /** Written to its standard input after `begun`; without it the input is empty. */
  firstLine?: string;
};

const KEEP_BYTES = 16 * 1024;
/** After its end something that it left behind may hold its output open. */
const LAST_OUTPUT_MS = 250;

/**
 * Runs a program in a process group of its own, and ends the whole group: at the limit, when asked to, and
 * what is left of it when the program itself has ended. Rejects where it cannot be started at all.
 */
export function runProgram(file: string, args: string[], options: ProgramOptions): Promise<ProgramEnd> {
  const { cwd, env, limitMs, keepBytes = KEEP_BYTES, stop, begun, firstLine } = options;
  return new Promise((resolve, reject) => {
    const child = inPersonsWay(() =>
      spawn(file, args, { cwd, env, detached: true, stdio: ['pipe', 'pipe', 'pipe'] }),
    );
    const [stdout, stderr, both] = [tail(keepBytes), tail(keepBytes), tail(keepBytes)];
    let timedOut = false;
    const timer = limitMs > 0 ? setTimeout(atLimit, limitMs) : undefined;

    function atLimit(): void {
      timedOut = true;
      endGroup(child.pid);
    }
    const asked = () => endGroup(child.pid);

    function over(settle: () => void): void {
      clearTimeout(timer);
      stop?.removeEventListener('abort', asked);
      settle();
    }

    for (const [stream, own] of [
      [child.stdout, stdout],
      [child.stderr, stderr],
    ] as const) {
      stream.on('data', (bytes: Buffer) => {
        own.add(bytes);
        both.add(bytes);
      });
    }
    child.stdin.on('error', () => {}); // It may end without reading: how it ended says the rest.
    child.once('error', (error) => over(() => reject(error)));
    child.once('exit', (code) => {
      endGroup(child.pid);
      const closed = new Promise((seen) => child.once('close', seen));
      const late = new Promise((seen) => setTimeout(seen, LAST_OUTPUT_MS));
      Promise.race([closed, late]).then(() => {
        child.stdout.destroy();
        child.stderr.destroy();
        const texts = { stdout: stdout.text(), stderr: stderr.text(), output: both.text() };
        over(() => resolve({ code, timedOut, ...texts }));
      });
    });

    if (child.pid === undefined) return; // 'error' follows.
    if (stop?.aborted) return asked();
    stop?.addEventListener('abort', asked);
    try {
      begun?.(identifyProcess(child.pid));
      child.stdin.end(firstLine ?? '');
    } catch (error) {
      asked();
      over(() => reject(error));
    }
  });
}

/** The sidecar's own files are for nobody else; what is made in a project is as a person would make it. */
function inPersonsWay<T>(start: () => T): T {
  const own = process.umask(0o022);
  try {
    return start(); // The process exists when this returns, with the mask of this moment.
  } finally {
    process.umask(own);
  }
}

/** SIGKILL at once: what is stopped here holds nothing that it could still save. */
export function endGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group is gone already.
  }
}

function tail(keepBytes: number) {
  let kept = Buffer.alloc(0);
  let cut = false;
  return {
    add: (bytes: Buffer) => {
      kept = Buffer.concat([kept, bytes]);
      if (kept.length <= keepBytes) return;
      cut = true;
      kept = kept.subarray(kept.length - keepBytes);
    },
    text: () => (cut ? '…' : '') + kept.toString('utf8').replace(/^\uFFFD+/, ''),
  };
}
