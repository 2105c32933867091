import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { cleanEnvironment } from '../kit/real-sidecar.ts';
import { type Ended, runProgram } from '../kit/run-program.ts';
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.ts';
import type { PackageCopy } from './package-copy.ts';

/** A home whose sidecar takes any free port: several runs at once never meet. */
export function chaosHome(): TemporaryHome {
  const made = temporaryHome();
  const on = { enabled: true };
  const config = { server: { port: 0 }, messaging: { actionClaim: on, completionClaim: on } };
  writeFileSync(made.home.config, JSON.stringify(config));
  return made;
}

export type SidecarEnd = { code: number | null; signal: NodeJS.Signals | null };

export type SidecarProcess = {
  child: ChildProcess;
  /** All that it printed so far. */
  printed: () => { stdout: string; stderr: string };
  isAlive: () => boolean;
  /** True when it serves; false when it ended before. */
  served: Promise<boolean>;
  ended: Promise<SidecarEnd>;
  kill: (signal?: NodeJS.Signals) => Promise<SidecarEnd>;
};

export type LaunchOptions = {
  args?: string[];
  /** A module that is loaded before the command line. */
  preload?: string;
  env?: Record<string, string>;
  /** What runs node: `nsenter …` for a sidecar in another mount namespace. */
  through?: string[];
};

const SERVE_LIMIT_MS = 60_000;

/** A real sidecar process, whatever becomes of it. The caller ends it. */
export function launchSidecar(
  { cli }: Pick<PackageCopy, 'cli'>,
  home: HomePaths,
  { args = [], preload, env = {}, through = [] }: LaunchOptions = {},
): SidecarProcess {
  const node = [process.execPath, ...(preload ? ['--import', preload] : []), cli, 'start', '--foreground'];
  const [program = '', ...rest] = [...through, ...node, ...args];
  const child = spawn(program, rest, {
    env: cleanEnvironment(home, env),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let stdout = '';
  let stderr = '';
  const ended = once(child, 'close').then(([code, signal]) => ({ code, signal }));
  const served = new Promise<boolean>((resolve, reject) => {
    const limit = setTimeout(
      () => reject(new Error(`no sign of serving in ${SERVE_LIMIT_MS} ms: ${stdout}${stderr}`)),
      SERVE_LIMIT_MS,
    );
    const settle = (serves: boolean) => {
      clearTimeout(limit);
      resolve(serves);
    };
    child.stdout.on('data', (text) => {
      stdout += text;
      if (stdout.includes('Running:')) settle(true);
    });
    child.stderr.on('data', (text) => (stderr += text));
    ended.then(() => settle(false), reject);
  });
  served.catch(() => {}); // Somebody may end it without ever asking whether it served.
  const isAlive = () => child.exitCode === null && child.signalCode === null;
  return {
    child,
    printed: () => ({ stdout, stderr }),
    isAlive,
    served,
    ended,
    kill: (signal = 'SIGKILL') => {
      if (isAlive()) child.kill(signal);
      return ended;
    },
  };
}

/**
 * While this lies there, no SessionStart hook starts a sidecar that its test knows nothing of, and that
 * would outlive it. A start that serves takes the file away.
 */
export function holdStarts(home: HomePaths): void {
  writeFileSync(home.hold, '');
}

/** Starts one that must serve. */
export async function startServing(
  pack: Pick<PackageCopy, 'cli'>,
  home: HomePaths,
  options: LaunchOptions = {},
): Promise<SidecarProcess> {
  const sidecar = launchSidecar(pack, home, options);
  if (await sidecar.served) return sidecar;
  const { code, signal } = await sidecar.ended;
  const { stdout, stderr } = sidecar.printed();
  throw new Error(`the sidecar ended with ${signal ?? code} instead of serving: ${stdout}${stderr}`);
}

export const HOOKS = {
  SessionStart: 'session-start.sh',
  UserPromptSubmit: 'user-prompt-submit.sh',
  PreToolUse: 'pre-tool-use.sh',
  PostToolUse: 'post-tool-use.sh',
  PostToolUseFailure: 'post-tool-use-failure.sh',
  Stop: 'stop.sh',
  StopFailure: 'stop-failure.sh',
  SessionEnd: 'session-end.sh',
  ConfigChange: 'config-change.sh',
} as const;

export type HookEvent = keyof typeof HOOKS;
export const HOOK_EVENTS = Object.keys(HOOKS) as HookEvent[];

/** Runs a real hook to its end, as the client does. */
export function runHook(
  { hooks }: Pick<PackageCopy, 'hooks'>,
  home: HomePaths,
  event: HookEvent,
  input: string | Buffer,
  through: string[] = [],
): Promise<Ended> {
  const [program = '', ...args] = [...through, join(hooks, HOOKS[event])];
  return runProgram(program, { args, input, env: cleanEnvironment(home) });
}
