import { readdirSync } from 'node:fs';
import { HoldfastError, messageOf, systemCode } from '../errors/index.ts';

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
