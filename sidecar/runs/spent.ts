import type { Turn } from '../turns/index.ts';
import type { Run } from './run.ts';
import { wasRefused } from './turn-ended.ts';

/** Derived from its turns each time that somebody asks. */
export function spentBy(run: Run, turns: Turn[]): { turns: number; counted: number; costUsd: number } {
  return {
    turns: turns.length,
    counted: countedTurns(turns) - run.turnsBefore,
    costUsd: turns.reduce((sum, { costUsd }) => sum + costUsd, 0),
  };
}

export function countedTurns(turns: Turn[]): number {
  return turns.filter((turn) => !wasRefused(turn)).length;
}

/** Why it may not have another turn; null where it may. Money is looked at between turns: one can pass it. */
export function limitReached(
  run: Run,
  turns: Turn[],
): { reason: 'max-turns' | 'max-usd'; detail: string } | null {
  const { counted, costUsd } = spentBy(run, turns);
  if (run.maxUsd !== null && costUsd >= run.maxUsd) {
    const passed = costUsd > run.maxUsd ? ' Its last turn passed the limit.' : '';
    return {
      reason: 'max-usd',
      detail: `It has cost ${costUsd.toFixed(2)} of ${run.maxUsd.toFixed(2)} USD.${passed}`,
    };
  }
  if (run.maxTurns !== null && counted >= run.maxTurns) {
    return { reason: 'max-turns', detail: `It has had ${counted} of ${run.maxTurns} turns.` };
  }
  return null;
}
