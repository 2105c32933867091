import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { ago, paint, plain, printJson, printTable } from './print.ts';
import { type Plan, showPlan } from './show-plan.ts';

type Sign = { kind: string; strength: 'strong' | 'weak'; text: string };
type Session = {
  id: string;
  state: string;
  reason: string | null;
  why: string;
  alive: boolean | null;
  project: string | null;
  cwd: string | null;
  model: string | null;
  pid: number | null;
  startedAt: string;
  lastEventAt: string | null;
  lastTool: string | null;
  counts: { events: number; prompts: number; toolCalls: number };
  autonomous: boolean;
  unfinished: Sign[];
  plan: Plan | null;
  reaped: { at: string; stateBefore: string; reasonBefore: string | null; unfinished: Sign[] } | null;
};

type Options = { id?: string; state?: string; limit: string; json?: boolean };

export async function run({ id, json = false, ...options }: Options, { home }: Context): Promise<number> {
  if (id !== undefined) {
    const session = await callApi<Session>(home, `/sessions/${encodeURIComponent(id)}`);
    if (json) printJson(session);
    else show(session);
    return 0;
  }
  const { state, limit } = options;
  const query = new URLSearchParams({ limit, ...(state ? { state } : {}) });
  const page = await callApi<{ sessions: Session[] }>(home, `/sessions?${query}`);
  if (json) printJson(page);
  else if (page.sessions.length === 0) {
    console.log(
      'No session yet. After `holdfast init` in a project, the next Claude Code session there is the first.',
    );
  } else {
    printTable(
      [
        'session',
        'state',
        'project',
        'prompts',
        'tools',
        'last tool',
        'last event',
        'why',
        'undone',
        'autonomous',
      ],
      page.sessions.map((session) => [
        session.id,
        session.reason ? `${session.state} (${session.reason})` : session.state,
        session.project ?? '–',
        String(session.counts.prompts),
        String(session.counts.toolCalls),
        session.lastTool ?? '–',
        ago(session.lastEventAt),
        session.why,
        undone(session),
        session.autonomous ? 'yes' : '–',
      ]),
    );
  }
  return 0;
}

/** In a list only that there is something; `holdfast sessions ID` tells what. */
function undone({ unfinished, plan }: Session): string {
  const strong = [...new Set(unfinished.filter(isStrong).map(({ kind }) => kind.replaceAll('-', ' ')))];
  const done = plan ? `plan ${plan.counts.completed}/${plan.counts.total}` : null;
  return [...strong, ...(done ? [done] : [])].join(', ') || '–';
}

function show(session: Session): void {
  const { counts, reaped } = session;
  const lines: [string, string][] = [
    ['state', `${session.state}${session.reason ? ` (${session.reason})` : ''}`],
    ['why', session.why],
    ['project', session.project ?? '–'],
    ...(session.cwd !== session.project ? [['directory', session.cwd ?? '–'] as [string, string]] : []),
    ['model', session.model ?? '–'],
    ['process', session.pid === null ? 'unknown' : `${session.pid}${running(session.alive)}`],
    ['began', ago(session.startedAt)],
    ['last event', ago(session.lastEventAt)],
    ['autonomous', session.autonomous ? 'yes: when it dies in mid-work, it may be revived' : 'no'],
    ['so far', `${counts.prompts} prompts, ${counts.toolCalls} tool calls, ${counts.events} events`],
  ];
  console.log(paint('bold', plain(session.id)));
  for (const [name, text] of lines) console.log(`  ${paint('dim', name.padEnd(10))}  ${plain(text)}`);
  if (reaped) {
    const stalled = reaped.reasonBefore ? ` (${reaped.reasonBefore})` : '';
    const then = `${ago(reaped.at)} it was found gone; it was ${reaped.stateBefore}${stalled}, and had undone`;
    showSigns(then, reaped.unfinished);
  }
  if (!reaped || texts(reaped.unfinished) !== texts(session.unfinished))
    showSigns('undone now', session.unfinished);
  showPlan(session.plan);
}

function running(alive: boolean | null): string {
  if (alive === null) return '';
  return alive ? ', runs' : ', gone';
}

function showSigns(title: string, signs: Sign[]): void {
  const strong = signs.filter(isStrong);
  console.log(`\n${title}:${strong.length === 0 ? ' nothing' : ''}`);
  for (const { text } of strong) console.log(`  ${plain(text)}`);
}

function texts(signs: Sign[]): string {
  return JSON.stringify(signs.filter(isStrong).map(({ text }) => text));
}

function isStrong({ strength }: Sign): boolean {
  return strength === 'strong';
}
