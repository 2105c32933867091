import { spawn } from 'node:child_process';

export type Ended = {
  code: number | null;
  signal: string | null;
  stdout: string;
  stderr: string;
  ms: number;
};

export type RunOptions = {
  args?: string[];
  /** Written to standard input, which is then closed. Null: it is left open. */
  input?: string | Buffer | null;
  /** Standard input is not closed after `input`. */
  leaveOpen?: boolean;
  env?: NodeJS.ProcessEnv;
  cwd?: string;
  /** As another user, where the test is root. */
  uid?: number;
  gid?: number;
  limitMs?: number;
};

/** Runs a program to its end. Its standard input is a socket, as the client gives a hook. */
export function runProgram(program: string, options: RunOptions = {}): Promise<Ended> {
  const { args = [], input = '', leaveOpen = false, env, cwd, uid, gid, limitMs = 20_000 } = options;
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(program, args, { env, cwd, uid, gid, stdio: ['pipe', 'pipe', 'pipe'] });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (text) => (stdout += text));
    child.stderr.on('data', (text) => (stderr += text));
    child.stdin.on('error', () => {}); // It may end before it has read everything: that is what is tested.
    const limit = setTimeout(() => child.kill('SIGKILL'), limitMs);
    child.once('error', reject);
    child.once('close', (code, signal) => {
      clearTimeout(limit);
      child.stdin.destroy();
      resolve({ code, signal, stdout, stderr, ms: performance.now() - began });
    });
    if (input !== null) leaveOpen ? child.stdin.write(input) : child.stdin.end(input);
  });
}
