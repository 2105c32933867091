import type { Step } from '../setup/index.ts';
import { paint } from './print.ts';

const MARKS: Record<Step['outcome'], string> = {
  changed: paint('green', '✓'),
  unchanged: paint('dim', '·'),
  skipped: paint('dim', '·'),
  left: paint('yellow', '!'),
  failed: paint('red', '✗'),
};

type Told = Pick<Step, 'outcome' | 'says' | 'error'> & { hint?: string };

/** One line a step: what became of it, and for a failed one what to do. */
export function printSteps(steps: Told[]): void {
  for (const { outcome, says, error, hint = error?.hint } of steps) {
    console.log(`${MARKS[outcome]} ${says}`);
    if (outcome === 'failed' && hint) console.log(`  → ${hint}`);
  }
}
