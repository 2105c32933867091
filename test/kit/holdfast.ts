import { onTestFinished } from 'vitest';
import { type HomePaths, readSidecarRecord } from '../../sidecar/home/index.ts';
import { isSameProcess } from '../../sidecar/machine/index.ts';
import { CLI, cleanEnvironment } from './real-sidecar.ts';
import { type Ended, type RunOptions, runProgram } from './run-program.ts';
import { temporaryHome } from './temporary-home.ts';

/** Runs the command line as a person would, in this home. */
export function holdfast(
  home: HomePaths,
  args: string[],
  {
    cli = CLI,
    env = {},
    ...options
  }: Omit<RunOptions, 'args' | 'env'> & { cli?: string; env?: Record<string, string> } = {},
): Promise<Ended> {
  return runProgram(process.execPath, { args: [cli, ...args], env: cleanEnvironment(home, env), ...options });
}

/** A home in which a test may start sidecars in the background: whichever is left at its end is ended. */
export function livelyHome(options: { made?: boolean; onEnd?: (end: () => void) => void } = {}): HomePaths {
  const { home, remove } = temporaryHome(options);
  (options.onEnd ?? onTestFinished)(() => {
    const record = readSidecarRecord(home);
    if (record && isSameProcess(record) === true) process.kill(record.pid, 'SIGKILL');
    remove();
  });
  return home;
}
