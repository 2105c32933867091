import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { ago, printJson, printTable } from './print.ts';

type Session = {
  id: string;
  state: string;
  reason: string | null;
  project: string | null;
  model: string | null;
  pid: number | null;
  lastEventAt: string | null;
  lastTool: string | null;
  counts: { events: number; prompts: number; toolCalls: number };
};

type Options = { state?: string; limit: string; json?: boolean };

export async function run({ state, limit, json = false }: Options, { home }: Context): Promise<number> {
  const query = new URLSearchParams({ limit, ...(state ? { state } : {}) });
  const page = await callApi<{ sessions: Session[] }>(home, `/sessions?${query}`);
  if (json) printJson(page);
  else if (page.sessions.length === 0) {
    console.log(
      'No session yet. After `holdfast init` in a project, the next Claude Code session there is the first.',
    );
  } else {
    printTable(
      ['session', 'state', 'project', 'prompts', 'tools', 'last tool', 'last event'],
      page.sessions.map((session) => [
        session.id,
        session.reason ? `${session.state} (${session.reason})` : session.state,
        session.project ?? '–',
        String(session.counts.prompts),
        String(session.counts.toolCalls),
        session.lastTool ?? '–',
        ago(session.lastEventAt),
      ]),
    );
  }
  return 0;
}
