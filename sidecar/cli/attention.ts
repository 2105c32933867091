import { HoldfastError } from '../errors/index.ts';
import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { ago, paint, plain, printJson } from './print.ts';

type Item = {
  id: string;
  guard: string;
  kind: string;
  status: string;
  openedAt: string;
  closedAt?: string;
  count: number;
  title: string;
  why: string;
  hint: string;
};
type Options = { action?: string; id?: string; json?: boolean };

export async function run({ action, id, json = false }: Options, { home }: Context): Promise<number> {
  if (action !== undefined) return acknowledge(action, id, json, home);
  const { items } = await callApi<{ items: Item[] }>(home, '/attention');
  if (json) printJson({ items });
  else print(items);
  return 0;
}

async function acknowledge(
  action: string,
  id: string | undefined,
  json: boolean,
  home: Context['home'],
): Promise<number> {
  if (action !== 'ack' || id === undefined) {
    const hint = 'Say `holdfast attention` for the list, or `holdfast attention ack ID`.';
    throw new HoldfastError('BAD_INPUT', `attention ${action}: it knows \`ack ID\` alone.`, hint);
  }
  const item = await callApi<Item>(home, `/attention/${encodeURIComponent(id)}/ack`, {});
  if (json) printJson(item);
  else console.log(`${item.status}: ${plain(item.title)}`);
  return 0;
}

function print(items: Item[]): void {
  const [over, live] = [
    items.filter(({ status }) => status === 'closed'),
    items.filter(({ status }) => status !== 'closed'),
  ];
  if (live.length === 0) console.log('Nothing asks for attention.');
  for (const item of live) show(item);
  if (over.length === 0) return;
  console.log(`${live.length === 0 ? '\n' : ''}${paint('bold', 'over')}`);
  for (const { title, openedAt, closedAt = null } of over.slice(0, SHOWN_OVER))
    console.log(`  ${plain(title)} ${paint('dim', `opened ${ago(openedAt)}, over ${ago(closedAt)}`)}`);
  if (over.length > SHOWN_OVER) console.log(paint('dim', `  and more: --json shows ${over.length}`));
}

const SHOWN_OVER = 5;

function show({ id, guard, kind, status, openedAt, count, title, why, hint }: Item): void {
  const colour = status === 'open' ? 'red' : 'dim';
  console.log(`${paint(colour, status)}  ${paint('bold', plain(title))}`);
  const lines: [string, string][] = [
    ['why', why],
    ['what to do', hint],
    ['seen', `${count} ${count === 1 ? 'time' : 'times'} since ${ago(openedAt)}; ${guard}, ${kind}`],
    ['id', id],
  ];
  for (const [name, text] of lines)
    if (text !== '') console.log(`  ${paint('dim', name.padEnd(10))}  ${plain(text)}`);
  console.log('');
}
