import type { ProcessFate } from './process-fate.ts';
import type { Reaping, SessionRow } from './store.ts';

/** Where a session stands and what Holdfast knows that from, in a sentence for a person. */
export function describeState(row: SessionRow, fate: ProcessFate | null, reaping: Reaping | null): string {
  if (row.state === 'ended') return `It said that it ended${row.reason ? ` (${row.reason})` : ''}.`;
  if (row.state === 'reaped') return `${died(row.pid, reaping?.why ?? null)} without a SessionEnd.`;
  if (row.state === 'stalled')
    return `Its turn was cut off${row.reason ? ` (${row.reason})` : ''}. ${standing(row.pid, fate)}`;
  return standing(row.pid, fate);
}

function standing(pid: number | null, fate: ProcessFate | null): string {
  if (pid === null || fate === null) return 'No hook could name its process.';
  if (fate === 'runs') return `Its process ${pid} runs.`;
  if (fate === 'unknown') return `A process ${pid} runs, and nobody can tell whether it is the same one.`;
  return `${died(pid, fate)}; the watchdog has not judged it yet.`;
}

function died(pid: number | null, why: Reaping['why'] | null): string {
  if (why === 'other-boot') return 'The machine was started anew, and its process went';
  if (why === 'other-process') return `Its process ${pid} went (the number is another one's now)`;
  return `Its process ${pid ?? ''} went`.replace('  ', ' ');
}
