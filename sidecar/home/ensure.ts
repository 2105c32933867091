import { chmodSync, mkdirSync, statSync } from 'node:fs';
import { HoldfastError, messageOf } from '../errors/index.ts';
import type { HomePaths } from './paths.ts';

/** Makes the home and its folders, 0700 each. Only `init` and `start` call this, never a hook. */
export function ensureHome(home: HomePaths): void {
  try {
    for (const folder of [
      home.root,
      home.state,
      home.spool,
      home.rejected,
      home.hooks,
      home.turns,
      home.logs,
    ]) {
      mkdirSync(folder, { recursive: true, mode: 0o700 });
    }
    // A home that was made by hand with wider rights would show prompts and tool output to others.
    if ((statSync(home.root).mode & 0o077) !== 0) chmodSync(home.root, 0o700);
  } catch (cause) {
    throw new HoldfastError(
      'HOME_UNUSABLE',
      `The home ${home.root} cannot be made or written: ${messageOf(cause)}.`,
      'Make the directory writable for you, or set HOLDFAST_HOME to another one.',
      { cause },
    );
  }
}
