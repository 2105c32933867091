import { changeRun } from './change-run.ts';
import type { Context } from './main.ts';

export function run(options: { id: string; json?: boolean }, context: Context): Promise<number> {
  return changeRun(options, { verb: 'kill' }, context);
}
