import { resolve } from 'node:path';
import { HoldfastError } from '../errors/index.ts';
import { callApi } from './api.ts';
import { confirmed } from './confirm.ts';
import type { Context } from './main.ts';
import { printJson } from './print.ts';

type Options = { project?: string; session?: string; yes?: boolean; json?: boolean };
type Forgotten = {
  sessions: number;
  events: number;
  commitments: number;
  claims: number;
  evidence: number;
  rejectedFiles: number;
};

export async function run({ project, session, yes = false, json = false }: Options, { home }: Context) {
  if (project === undefined && session === undefined) {
    throw new HoldfastError(
      'BAD_INPUT',
      'Say what to forget.',
      'holdfast forget --project DIR, or --session ID.',
    );
  }
  const what = project === undefined ? { sessionId: session } : { project: resolve(project) };
  const name = project === undefined ? `session ${session}` : resolve(project);
  if (!(await confirmed(`Forget everything that is stored about ${name}? It cannot be undone.`, yes)))
    return 1;
  const gone = await callApi<Forgotten>(home, '/forget', what);
  if (json) printJson(gone);
  else
    console.log(
      `Forgotten: ${gone.sessions} sessions, ${gone.events} events, ${gone.commitments} promises, ${gone.claims} claims, ${gone.evidence} tool calls, ${gone.rejectedFiles} rejected files.`,
    );
  return 0;
}
