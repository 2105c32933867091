import type { Step } from '../setup/index.ts';
import { paint } from './print.ts';

const MARKS: Record<Step['outcome'], string> = {
  changed: paint('green', '✓'),
  unchanged: paint('dim', '·'),
  skipped: paint('dim', '·'),
  left: paint('yellow', '!'),
  failed: paint('red', '✗'),
};

/** One line a step: what became of it, and for a failed one what to do. */
export function printSteps(steps: Step[]): void {
  for (const { outcome, says, error } of steps) {
    console.log(`${MARKS[outcome]} ${says}`);
    if (outcome === 'failed' && error) console.log(`  → ${error.hint}`);
  }
}
