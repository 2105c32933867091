import { projectOf } from '../sessions/index.ts';
import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { ago, paint, printJson, printTable, short } from './print.ts';

type Commitment = {
  id: string;
  topicId: string;
  verb: string;
  object: string;
  status: string;
  trigger: string | null;
  quote: string | null;
  openedAt: string;
  statedCount: number;
  keptBy: string | null;
  evidence: { summary: string } | null;
  attempts: { summary: string }[];
};

type Options = { all?: boolean; status?: string; project?: string; limit: string; json?: boolean };

export async function run(options: Options, { home }: Context): Promise<number> {
  const { all = false, project, limit, json = false } = options;
  const status = options.status ?? (all ? undefined : 'open');
  const topicId = all && project === undefined ? undefined : projectOf(project ?? process.cwd());
  const query = new URLSearchParams({ limit, ...(status && { status }), ...(topicId && { topicId }) });
  const page = await callApi<{ commitments: Commitment[]; nextCursor: string | null }>(
    home,
    `/commitments?${query}`,
  );
  if (json) printJson(page);
  else if (page.commitments.length === 0) console.log(nothing(status, topicId));
  else {
    printTable(
      ['status', 'promise', 'said', 'sentence', 'what came of it', ...(topicId ? [] : ['project']), 'id'],
      page.commitments.map((one) => [
        one.status,
        one.object === '' ? one.verb : `${one.verb} ${short(one.object, 40)}`,
        `${ago(one.openedAt)}${one.statedCount > 1 ? `, ${one.statedCount} times` : ''}`,
        short(one.quote ?? '–', 60),
        short(outcome(one), 50),
        ...(topicId ? [] : [one.topicId]),
        one.id,
      ]),
    );
    if (page.nextCursor) console.log(paint('dim', 'There are more: --limit takes up to 200.'));
  }
  return 0;
}

function outcome({ evidence, keptBy, attempts, trigger }: Commitment): string {
  if (evidence) return evidence.summary;
  if (keptBy) return `by the ${keptBy}'s word`;
  if (attempts[0]) return `failed: ${attempts[0].summary}`;
  return trigger ? `waits: ${trigger}` : '–';
}

function nothing(status: string | undefined, topicId: string | undefined): string {
  const what = status === undefined ? 'No promise yet' : `No ${status} promise`;
  const hint = status === 'open' ? ' `holdfast commitments --all` shows the closed ones too.' : '';
  return `${what}${topicId ? ` in ${topicId}` : ''}.${hint}`;
}
