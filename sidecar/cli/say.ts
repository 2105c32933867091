import { changeRun } from './change-run.ts';
import type { Context } from './main.ts';

export function run(
  options: { id: string; text: string; json?: boolean },
  context: Context,
): Promise<number> {
  const says = ({ id, waitingTexts }: { id: string; waitingTexts: number }) =>
    waitingTexts > 0 ? `Kept for the next turn of ${id}.` : `Told: ${id} has one more turn.`;
  return changeRun(options, { verb: 'say', body: { text: options.text }, says }, context);
}
