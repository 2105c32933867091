import { resolve } from 'node:path';
import { callApi } from './api.ts';
import { followRun } from './follow-run.ts';
import type { Context } from './main.ts';
import { paint, plain, printJson } from './print.ts';
import type { Run } from './run-shape.ts';
import { showRun, stateOf } from './show-run.ts';

type Options = {
  objective: string;
  project?: string;
  branch?: string;
  until?: string;
  setup?: string;
  inPlace?: boolean;
  model?: string;
  permissionMode?: string;
  maxTurns?: string;
  maxUsd?: string;
  follow?: boolean;
  json?: boolean;
};

export async function run(options: Options, { home }: Context): Promise<number> {
  const { objective, branch, until, setup, model, permissionMode, follow = false, json = false } = options;
  const begun = await callApi<Run & { warnings: string[] }>(home, '/runs', {
    objective,
    project: resolve(options.project ?? process.cwd()),
    ...{ branch, until, setup, model, permissionMode },
    ...(options.inPlace && { worktree: false }),
    maxTurns: numberOf(options.maxTurns),
    maxUsd: numberOf(options.maxUsd),
  });
  if (json) printJson(begun);
  else tell(begun);
  if (!follow || json) return begun.state === 'failed' ? 1 : 0;
  const ended = await followRun(home, begun.id);
  console.log('');
  showRun(ended);
  return ended.state === 'completed' ? 0 : 1;
}

/** What is no number is refused by the sidecar, by name. */
function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text.trim() === '' ? Number.NaN : text);
}

function tell(run: Run & { warnings: string[] }): void {
  const { id, branch, worktree, directory, warnings } = run;
  console.log(`Run ${paint('bold', id)}: ${stateOf(run)}`);
  if (branch !== null) console.log(`  branch    ${plain(branch)}`);
  console.log(`  ${worktree === null ? 'in place ' : 'worktree '} ${plain(worktree ?? directory)}`);
  for (const warning of warnings) console.log(`${paint('yellow', '!')} ${plain(warning)}`);
  if (run.detail) console.log(plain(run.detail));
  if (run.state === 'failed') console.log(`holdfast runs ${id} shows what happened.`);
  else
    console.log(
      paint('dim', `holdfast runs ${id} shows how it stands; holdfast runs ${id} --follow as it goes.`),
    );
}
