import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { paint, plain, printJson } from './print.ts';

type Step = { id: string; worktree: string; removed: boolean; branchDeleted: boolean; why: string };

/** `holdfast runs clean` */
export async function cleanRuns(
  { dryRun, json }: { dryRun: boolean; json: boolean },
  { home }: Context,
): Promise<number> {
  const answer = await callApi<{ worktrees: Step[] }>(home, '/runs/clean', { dryRun });
  if (json) printJson(answer);
  else if (answer.worktrees.length === 0) console.log('No run has a worktree.');
  else {
    for (const { id, worktree, removed, branchDeleted, why } of answer.worktrees) {
      const what = removed ? `removed${branchDeleted ? ', and its merged branch' : ''}` : `kept: ${why}`;
      console.log(`${removed ? paint('green', '✓') : '·'} ${id}  ${plain(worktree)}  ${plain(what)}`);
    }
  }
  return 0;
}
