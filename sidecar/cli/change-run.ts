import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { plain, printJson } from './print.ts';
import type { Run } from './run-shape.ts';
import { stateOf } from './show-run.ts';

/** What the verbs on one run share: all but the word and its body. */
export async function changeRun(
  { id, json = false }: { id: string; json?: boolean },
  how: { verb: 'say' | 'kill' | 'restore' | 'rollback'; body?: object; says?: (run: Run) => string },
  { home }: Context,
): Promise<number> {
  const path = `/runs/${encodeURIComponent(id)}/${how.verb}`;
  const run = await callApi<Run>(home, path, how.body ?? {});
  if (json) printJson(run);
  else console.log(how.says ? how.says(run) : `Run ${plain(run.id)}: ${stateOf(run)}`);
  return 0;
}
