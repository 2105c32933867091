import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { paint, plain, printJson } from './print.ts';

type Event = {
  seq: number;
  event: string;
  sessionId: string | null;
  tool: string | null;
  at: string;
  via: string;
  outcome: string;
  detail: string | null;
};
type Page = { events: Event[]; nextAfter: number | null };
type Options = { session?: string; after?: string; limit: string; follow?: boolean; json?: boolean };

const LOOK_EVERY_MS = 400;

export async function run(options: Options, { home }: Context): Promise<number> {
  const { follow = false, json = false } = options;
  const page = await eventsOf(home, options, options.after);
  if (!follow) {
    if (json) printJson(page);
    else if (page.events.length === 0) console.log('No event yet.');
    else for (const event of page.events) console.log(line(event));
    return 0;
  }
  let after = Number(options.after ?? 0);
  for (let events = page.events; ; events = await newEvents(home, options, after)) {
    for (const event of events) console.log(json ? JSON.stringify(event) : line(event));
    after = events.at(-1)?.seq ?? after;
    await sleep(LOOK_EVERY_MS);
  }
}

/** A sidecar that restarts meanwhile is waited for: the next look goes on where this one ended. */
async function newEvents(home: HomePaths, options: Options, after: number): Promise<Event[]> {
  try {
    return (await eventsOf(home, { ...options, limit: '1000' }, String(after))).events;
  } catch (error) {
    if (error instanceof HoldfastError && error.code === 'SIDECAR_NOT_RUNNING') return [];
    throw error;
  }
}

function eventsOf(home: HomePaths, { session, limit }: Options, after: string | undefined): Promise<Page> {
  const query = new URLSearchParams(after === undefined ? { last: limit } : { after, limit });
  if (session) query.set('sessionId', session);
  return callApi<Page>(home, `/events?${query}`);
}

function line({ seq, at, event, tool, sessionId, via, outcome, detail }: Event): string {
  const what = plain(tool ? `${event} ${tool}` : event).padEnd(30);
  const how = [via === 'spool' ? 'spooled' : '', outcome === 'applied' ? '' : outcome, detail ?? ''].filter(
    Boolean,
  );
  return (
    `${paint('dim', String(seq).padStart(6))}  ${at}  ${what} ${paint('dim', plain(sessionId ?? '–'))}` +
    (how.length > 0 ? `  ${paint('yellow', plain(how.join(', ')))}` : '')
  );
}
