import { existsSync, readFileSync, statSync } from 'node:fs';
import { countSpool, type HomePaths } from '../home/index.ts';
import { whoServes } from '../server/index.ts';
import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { ago, paint, plain, printJson } from './print.ts';
import { QUEUE_PATH, type Queue } from './queue-shape.ts';

export async function run({ json = false }: { json?: boolean }, { home }: Context): Promise<number> {
  const serving = await whoServes(home);
  const status = {
    running: serving !== null,
    pid: serving?.health.pid ?? null,
    port: serving?.port ?? null,
    version: serving?.health.version ?? null,
    startedAt: serving?.health.startedAt ?? null,
    home: home.root,
    spool: countSpool(home),
    database: {
      file: home.database,
      bytes: statSync(home.database, { throwIfNoEntry: false })?.size ?? null,
    },
    held: existsSync(home.hold),
    lastFailure: serving ? null : lastFailure(home),
    attention: serving ? await openNotices(home) : null,
    queue: serving ? await queueOf(home) : null,
  };
  if (json) printJson(status);
  else print(status);
  return status.running ? 0 : 1;
}

type Notice = { id: string; guard: string; kind: string; title: string };

/** Null: the sidecar that serves does not tell, an older one or one that is just leaving. */
async function openNotices(home: HomePaths): Promise<Notice[] | null> {
  type Item = Notice & { status: string };
  const answer = await callApi<{ items: Item[] }>(home, '/attention').catch(() => null);
  const open = answer?.items.filter(({ status }) => status === 'open');
  return open?.map(({ id, guard, kind, title }) => ({ id, guard, kind, title })) ?? null;
}

function lastFailure(home: HomePaths): string | null {
  try {
    return readFileSync(home.notRunning, 'utf8').trim();
  } catch {
    return null; // The usual case: the last start did not fail.
  }
}

type QueueFacts = Pick<Queue, 'enabled' | 'disabledReason' | 'dryRun' | 'paused'> & { waiting: number };

async function queueOf(home: HomePaths): Promise<QueueFacts | null> {
  try {
    const { enabled, disabledReason, dryRun, paused, entries } = await callApi<Queue>(home, QUEUE_PATH);
    return { enabled, disabledReason, dryRun, paused, waiting: entries.filter(({ open }) => open).length };
  } catch {
    return null; // Whether the sidecar runs is told all the same; `holdfast queue` says what is the matter.
  }
}

type Status = {
  running: boolean;
  pid: number | null;
  port: number | null;
  version: string | null;
  startedAt: string | null;
  home: string;
  spool: { waiting: number; rejected: number; overflow: boolean };
  database: { bytes: number | null };
  held: boolean;
  lastFailure: string | null;
  attention: Notice[] | null;
  queue: QueueFacts | null;
};

function print({
  running,
  pid,
  port,
  version,
  startedAt,
  home,
  spool,
  database,
  held,
  lastFailure,
  attention,
  queue,
}: Status): void {
  const lines: [string, string][] = running
    ? [
        ['sidecar', `${paint('green', 'running')}, version ${version}, process ${pid}, port ${port}`],
        ['started', `${startedAt} (${ago(startedAt)})`],
      ]
    : [
        [
          'sidecar',
          `${paint('red', 'not running')}${held ? ', held down' : ''}: start it with \`holdfast start\``,
        ],
      ];
  if (lastFailure) lines.push(['last start', lastFailure]);
  lines.push(['home', home]);
  lines.push(['ledger', database.bytes === null ? 'none yet' : `${(database.bytes / 1e6).toFixed(1)} MB`]);
  const rejected = spool.rejected > 0 ? `, ${spool.rejected} rejected (see spool/rejected)` : '';
  lines.push(['spool', `${spool.waiting} waiting${rejected}`]);
  if (spool.overflow)
    lines.push(['overflow', paint('red', 'the spool was full and events were dropped; see holdfast doctor')]);
  if (attention?.length === 0) lines.push(['attention', 'nothing asks for it']);
  for (const { title } of attention ?? [])
    lines.push(['attention', `${paint('red', plain(title))} (holdfast attention)`]);
  const waits = queue && queueLine(queue);
  if (waits) lines.push(['queue', waits]);
  for (const [name, value] of lines) console.log(`${name.padEnd(11)}${value}`);
}

/** Null: nothing waits, and it is on. */
function queueLine({ enabled, disabledReason, dryRun, paused, waiting }: QueueFacts): string | null {
  if (enabled && waiting === 0) return null;
  const off = enabled ? [] : [paint('red', `off (${plain(disabledReason ?? '')})`)];
  const how = [...off, ...(paused ? ['paused'] : []), ...(dryRun ? ['dry run'] : [])];
  return [`${waiting} waiting`, ...how].join(', ').concat('; see `holdfast queue`');
}
