import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { type HomePaths, readEndpoint } from '../../sidecar/home/index.ts';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { until } from './until.ts';

/** The command line as it is shipped: built by the test run's global set-up. */
export const CLI = join(PACKAGE_ROOT, 'dist', 'sidecar', 'cli', 'index.js');

/** An environment in which nothing of the real user is seen. */
export function cleanEnvironment(home: HomePaths, more: Record<string, string> = {}): NodeJS.ProcessEnv {
  return { PATH: process.env.PATH, HOME: home.root, HOLDFAST_HOME: home.root, NO_COLOR: '1', ...more };
}

export type RealSidecar = {
  child: ChildProcess;
  pid: number;
  api: <T = unknown>(
    path: string,
    init?: RequestInit,
  ) => Promise<{ status: number; body: T; headers: Headers }>;
  /** Like a crash: nothing is finished. */
  kill: () => Promise<void>;
  stop: () => Promise<void>;
};

/** A real sidecar process in a home; resolves when it serves. The caller ends it. */
export async function startRealSidecar(
  home: HomePaths,
  {
    env = {},
    preload,
    through = [],
  }: { env?: Record<string, string>; preload?: string; through?: string[] } = {},
): Promise<RealSidecar> {
  const before = preload === undefined ? [] : ['--import', preload];
  // `through`: a program that becomes the one that its last arguments name.
  const [program = '', ...args] = [...through, process.execPath, ...before, CLI, 'start', '--foreground'];
  const child = spawn(program, args, {
    env: cleanEnvironment(home, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let printed = '';
  child.stdout.on('data', (text) => (printed += text));
  child.stderr.on('data', (text) => (printed += text));
  await until('the sidecar to serve', () => {
    if (child.exitCode !== null) throw new Error(`the sidecar ended with ${child.exitCode}: ${printed}`);
    return printed.includes('Running:');
  });

  async function end(signal: NodeJS.Signals): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exited = once(child, 'exit');
    child.kill(signal);
    await exited;
  }

  return {
    child,
    pid: child.pid as number,
    api: (path, init) => callApi(home, path, init),
    kill: () => end('SIGKILL'),
    stop: () => end('SIGTERM'),
  };
}

export async function callApi<T = unknown>(
  home: HomePaths,
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: T; headers: Headers }> {
  const endpoint = readEndpoint(home);
  if (!endpoint) throw new Error('there is no endpoint');
  const response = await fetch(`http://127.0.0.1:${endpoint.port}${path}`, {
    ...init,
    headers: {
      authorization: `Bearer ${endpoint.token}`,
      'content-type': 'application/json',
      ...init.headers,
    },
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return {
    status: response.status,
    body: (isJson ? JSON.parse(text) : text) as T,
    headers: response.headers,
  };
}
