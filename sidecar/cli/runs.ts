import { resolve } from 'node:path';
import { projectOf } from '../sessions/index.ts';
import { callApi } from './api.ts';
import { cleanRuns } from './clean-runs.ts';
import { followRun } from './follow-run.ts';
import type { Context } from './main.ts';
import { ago, paint, printJson, printTable, short } from './print.ts';
import type { Run } from './run-shape.ts';
import { readRun, showRun, spent } from './show-run.ts';

type Options = {
  id?: string;
  state?: string;
  project?: string;
  limit: string;
  follow?: boolean;
  dryRun?: boolean;
  json?: boolean;
};

export async function run(options: Options, context: Context): Promise<number> {
  const { id, follow = false, json = false, dryRun = false } = options;
  const { home } = context;
  if (id === 'clean') return cleanRuns({ dryRun, json }, context);
  if (id === undefined) return list(options, context);
  if (follow && !json) await followRun(home, id);
  const { turnRows, ...run } = await readRun(home, id);
  if (json) printJson(run);
  else showRun({ ...run, turnRows });
  return 0;
}

async function list({ state, project, limit, json = false }: Options, { home }: Context): Promise<number> {
  const query = new URLSearchParams({
    limit,
    ...(state && { state }),
    ...(project && { project: projectOf(resolve(project)) }),
  });
  const page = await callApi<{ runs: Run[]; nextCursor: string | null }>(home, `/runs?${query}`);
  if (json) printJson(page);
  else if (page.runs.length === 0) {
    console.log('No run yet. `holdfast run "make the tests pass" --until "npm test"` begins one.');
  } else {
    printTable(
      ['run', 'state', 'objective', 'turns', 'cost', 'open', 'begun', 'branch'],
      page.runs.map((one) => [
        one.id,
        one.reason === null ? one.state : `${one.state}: ${one.reason}`,
        short(one.objective, 50),
        String(one.turns),
        spent(one),
        String(one.open.length),
        ago(one.createdAt),
        one.branch ?? '–',
      ]),
    );
    if (page.nextCursor) console.log(paint('dim', 'There are more: --limit takes up to 200.'));
  }
  return 0;
}
