import { readdirSync } from 'node:fs';
import { HoldfastError, messageOf, systemCode } from '../errors/index.ts';
import type { HomePaths } from './paths.ts';

export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return []; // Removed by hand, or not made yet: nothing waits in it.
    throw new HoldfastError(
      'HOME_UNUSABLE',
      `${folder} cannot be read: ${messageOf(error)}.`,
      'Make the home and its folders readable for you.',
      { cause: error },
    );
  }
}

export type SpoolCounts = { waiting: number; rejected: number; overflow: boolean };

export function countSpool(home: HomePaths): SpoolCounts {
  const names = namesIn(home.spool);
  // A dot: a hook is still writing it.
  const waiting = names.filter((name) => !name.startsWith('.') && name !== 'rejected' && name !== 'overflow');
  const rejected = namesIn(home.rejected).filter((name) => !name.endsWith('.reason'));
  return { waiting: waiting.length, rejected: rejected.length, overflow: names.includes('overflow') };
}
