import { fileURLToPath } from 'node:url';
import { findHome, type HomePaths } from '../home/index.ts';

/** What a verb is given besides its own options. */
export type Context = {
  home: HomePaths;
  /** How to start this very program again. */
  launch: { node: string; cli: string };
};

export function findContext(): Context {
  const launch = { node: process.execPath, cli: fileURLToPath(new URL('./index.js', import.meta.url)) };
  return { home: findHome(), launch };
}
