import { paint, plain } from './print.ts';

export type Plan = {
  counts: { total: number; completed: number };
  items: { id: string; subject: string | null; status: string }[];
};

const MARKS: Record<string, string> = { completed: '✓', in_progress: '▸', interrupted: '✗' };

export function showPlan(plan: Plan | null | undefined): void {
  if (!plan || plan.items.length === 0) return;
  console.log(`\nplan: ${plan.counts.completed} of ${plan.counts.total} done`);
  for (const { subject, id, status } of plan.items) {
    const remark = status === 'interrupted' ? paint('dim', ' (interrupted)') : '';
    console.log(`  ${MARKS[status] ?? '·'} ${plain(subject ?? `task ${id}`)}${remark}`);
  }
}
