import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { readEndpoint } from '../home/index.ts';
import { callApi } from './api.ts';
import type { Context } from './main.ts';

/** A browser that an opener starts in its own place lives on; an opener that finds none is gone by then. */
const FAILS_WITHIN_MS = 2_000;

export async function run({ print = false }: { print?: boolean }, { home }: Context): Promise<number> {
  const { path } = await callApi<{ path: string }>(home, '/open', {});
  const link = `http://127.0.0.1:${readEndpoint(home)?.port}${path}`;
  if (print) {
    console.log(link);
    return 0;
  }
  for (const opener of process.platform === 'darwin' ? ['open'] : ['xdg-open', 'wslview']) {
    if (!(await opens(opener, link))) continue;
    console.log('The board is in your browser.');
    return 0;
  }
  console.log(`No browser could be opened from here. This link works once, within two minutes:\n${link}`);
  return 0;
}

async function opens(opener: string, link: string): Promise<boolean> {
  const child = spawn(opener, [link], { stdio: 'ignore', detached: true });
  child.unref();
  const limit = new AbortController();
  const failed = once(child, 'exit').then(
    ([code]) => code !== 0,
    () => true, // There is no such program.
  );
  const lives = sleep(FAILS_WITHIN_MS, false, { signal: limit.signal, ref: true }).catch(() => false);
  try {
    return !(await Promise.race([failed, lives]));
  } finally {
    limit.abort();
  }
}
