import { changeRun } from './change-run.ts';
import type { Context } from './main.ts';
import type { Run } from './run-shape.ts';
import { stateOf } from './show-run.ts';

export function run(options: { id: string; json?: boolean }, context: Context): Promise<number> {
  const says = (run: Run & { outcome?: string }) => {
    if (run.outcome === 'deleted') return `Taken back: ${run.id} had started nothing, and is gone.`;
    const what =
      run.outcome === 'unchanged' ? 'It is over; nothing was changed.' : 'It had started, and was ended.';
    return `Run ${run.id}: ${stateOf(run)}. ${what}`;
  };
  return changeRun(options, { verb: 'rollback', says }, context);
}
