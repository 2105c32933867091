import { closeCommitment, type Options } from './close-commitment.ts';
import type { Context } from './main.ts';

export function run(options: Options, context: Context): Promise<number> {
  return closeCommitment('keep', options, context);
}
