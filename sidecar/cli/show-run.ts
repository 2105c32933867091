import type { HomePaths } from '../home/index.ts';
import { callApi } from './api.ts';
import { ago, paint, plain, printTable, short } from './print.ts';
import type { Run, RunTurn, RunWork } from './run-shape.ts';
import { type Plan, showPlan } from './show-plan.ts';

export type ShownRun = Run & { work: RunWork | null; turnRows: RunTurn[]; plan: Plan | null };

export async function readRun(home: HomePaths, id: string): Promise<ShownRun> {
  const path = `/runs/${encodeURIComponent(id)}`;
  const run = await callApi<Run & { work: RunWork | null }>(home, path);
  const { turns: turnRows } = await callApi<{ turns: RunTurn[] }>(home, `${path}/turns`);
  return { ...run, turnRows, plan: await planOf(home, run.sessionId) };
}

async function planOf(home: HomePaths, sessionId: string | null): Promise<Plan | null> {
  if (sessionId === null) return null;
  const { plans } = await callApi<{ plans: Plan[] }>(home, `/plans?${new URLSearchParams({ sessionId })}`);
  return plans[0] ?? null;
}

/** Everything that a person asks about one run. */
export function showRun(run: ShownRun): void {
  const say = (what: string, text: string | null) => {
    if (text !== null && text !== '') console.log(`${paint('dim', what.padEnd(12))} ${text}`);
  };
  console.log(`${paint('bold', run.id)}  ${stateOf(run)}`);
  say('objective', plain(short(run.objective, 200)));
  say('why', run.detail && plain(run.detail));
  say('project', plain(run.project));
  say('directory', plain(run.directory) + (run.cleanedAt ? ' (removed)' : ''));
  say('branch', run.branch && plain(run.branch));
  say('turns', `${run.turns}${run.maxTurns === null ? '' : ` of ${run.maxTurns}`}, ${spent(run)}`);
  say('begun', ago(run.createdAt) + (run.endedAt ? `, ended ${ago(run.endedAt)}` : ''));
  say('session', run.sessionId);
  say('said', run.waitingTexts > 0 ? `${run.waitingTexts} wait for the next turn` : null);
  for (const { kind, text } of run.open) say(`open ${kind}`, plain(short(text, 160)));
  if (run.untilResult && run.untilResult.code !== 0) showOutput(`of ${run.until}`, run.untilResult.output);
  if (run.reason === 'setup' && run.setupOutput !== null) showOutput('of the set-up', run.setupOutput);
  if (run.work) showWork(run.work, run);
  showPlan(run.plan);
  if (run.turnRows.length > 0) showTurns(run.turnRows);
  if (run.hint) console.log(`\n→ ${plain(run.hint)}`);
}

export function stateOf({ state, reason, waitUntil }: Run): string {
  const colour = state === 'completed' ? 'green' : state === 'failed' ? 'red' : 'yellow';
  const until = waitUntil ? ` until ${waitUntil}` : '';
  return paint(colour, plain(reason === null ? state : `${state}: ${reason}${until}`));
}

export function spent({ costUsd, maxUsd }: Run): string {
  return `${costUsd.toFixed(2)}${maxUsd === null ? '' : ` of ${maxUsd.toFixed(2)}`} USD`;
}

function showWork({ commits, uncommitted, merge }: RunWork, { worktree }: Run): void {
  if (worktree === null && commits.length + uncommitted.length === 0) return;
  console.log(`\n${commits.length === 0 ? 'No commit of its own.' : 'Commits:'}`);
  for (const { hash, subject } of commits) console.log(`  ${hash} ${plain(subject)}`);
  if (uncommitted.length > 0) console.log(`Not committed: ${plain(uncommitted.join(', '))}`);
  if (merge) console.log(`Merge it with: ${plain(merge)}`);
}

function showTurns(turns: RunTurn[]): void {
  console.log('');
  printTable(
    ['turn', 'state', 'tools', 'USD', 'begun', 'log'],
    turns.map((turn, index) => [
      String(index + 1),
      turn.state,
      String(turn.toolCalls),
      turn.costUsd.toFixed(2),
      ago(turn.startedAt),
      turn.log,
    ]),
  );
}

function showOutput(of: string, output: string): void {
  const lines = output.trimEnd().split('\n').slice(-15);
  console.log(`\nThe end of the output ${plain(of)}:`);
  for (const line of lines) console.log(paint('dim', `  ${plain(line)}`));
}
