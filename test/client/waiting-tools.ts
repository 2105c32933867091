import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { until } from '../kit/until.ts';
import type { Block } from './assistant-message.ts';
import { isAlive, killTree } from './process-tree.ts';

export interface WaitingTool {
  block: Block;
  /** The pid of the tool, once it runs. */
  runs(): Promise<number>;
  /** Lets it end. */
  open(): void;
}

/** A Bash call that holds the turn until the test has done its part; no longer than its folder is there. */
export function waitingTool(folder: string, { name = 'tool', before = ':' } = {}): WaitingTool {
  const pidFile = join(folder, `${name}.pid`);
  const opened = join(folder, `${name}.open`);
  const wait = `while [ -e '${pidFile}' ] && [ ! -e '${opened}' ]; do sleep 0.05; done`;
  return {
    block: { tool: 'Bash', input: { command: `${before}; echo $$ > '${pidFile}'; ${wait}` } },
    runs: () => until('the tool to start', () => writtenPid(pidFile)),
    open: () => writeFileSync(opened, ''),
  };
}

export interface SleepingTool {
  block: Block;
  /** The pid of the sleep, once it runs. It is ended with the test. */
  runs(): Promise<number>;
}

/** A Bash call that sleeps for a minute, in the process whose pid is told. */
export function sleepingTool(folder: string): SleepingTool {
  const pidFile = join(folder, 'sleeper.pid');

  async function runs(): Promise<number> {
    const pid = await until('the tool to start', () => writtenPid(pidFile));
    onTestFinished(() => {
      if (isAlive(pid)) killTree(pid);
    });
    return pid;
  }

  return { block: { tool: 'Bash', input: { command: `echo $$ > '${pidFile}'; exec sleep 60` } }, runs };
}

function writtenPid(pidFile: string): number | undefined {
  // The shell makes the file before it writes the line.
  const line = existsSync(pidFile) ? readFileSync(pidFile, 'utf8') : '';
  return line.endsWith('\n') ? Number(line) : undefined;
}
