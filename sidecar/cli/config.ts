import { statSync } from 'node:fs';
import { type ConfigRow, explainConfig, type HomePaths, requireConfigKey } from '../home/index.ts';
import { whoServes } from '../server/index.ts';
import { setConfig } from '../setup/index.ts';
import { bringDown, bringUp } from './bring-up.ts';
import { confirmed } from './confirm.ts';
import type { Context } from './main.ts';
import { paint, plain, printJson, printTable } from './print.ts';
import { printError } from './report-failure.ts';

type Options = {
  act: 'get' | 'set' | 'list';
  key?: string;
  value?: string;
  json?: boolean;
  yes?: boolean;
};

export async function run(options: Options, context: Context): Promise<number> {
  const { act, key = '', value = '', json = false, yes = false } = options;
  if (act === 'list') return list(context.home, json);
  if (act === 'get') return get(context.home, key, json);
  return set(key, value, yes, context);
}

function list(home: HomePaths, json: boolean): number {
  const rows = explainConfig(home.config);
  if (json) printJson(rows);
  else printTable(['key', 'value', 'from', 'may be'], rows.map(tableRow));
  return 0;
}

function tableRow({ key, value, default: byDefault, source }: ConfigRow): string[] {
  const from = source === 'file' ? `config.json (default ${JSON.stringify(byDefault)})` : 'default';
  return [key, JSON.stringify(value), from, requireConfigKey(key).expected];
}

function get(home: HomePaths, key: string, json: boolean): number {
  requireConfigKey(key);
  const row = explainConfig(home.config).find((known) => known.key === key) as ConfigRow;
  if (json) printJson(row);
  else console.log(shown(row.value));
  return 0;
}

/** A text as it is, for a script; everything else as JSON. */
function shown(value: unknown): string {
  return plain(typeof value === 'string' ? value : JSON.stringify(value));
}

async function set(key: string, typed: string, yes: boolean, context: Context): Promise<number> {
  const { home } = context;
  const { value, changed } = setConfig(home, key, typed);
  const says = `${key} is ${plain(JSON.stringify(value))}`;
  console.log(changed ? `${paint('green', '✓')} ${says} in ${home.config}.` : `· ${says} there already.`);
  return bringIntoForce(context, yes);
}

/** The file is read at the start alone: whoever started before it was written is started again. */
async function bringIntoForce(context: Context, yes: boolean): Promise<number> {
  const { home } = context;
  const before = await whoServes(home);
  if (!before) {
    console.log('· No sidecar runs: it is in force from the next start.');
    return 0;
  }
  if (Date.parse(before.health.startedAt) > statSync(home.config).mtimeMs) return 0;
  const { pid, instance } = before.health;
  if (!(await confirmed(`Restart the sidecar (process ${pid}), so that it is in force?`, yes))) {
    console.log('! The running sidecar goes on as before: it is in force from the next start.');
    return 0;
  }
  await bringDown(context);
  const start = await bringUp(context);
  if (start.how === 'failed') {
    printError(start);
    return 1;
  }
  const after = await whoServes(home);
  if (!after || after.health.instance === instance) {
    printError({
      message: 'The sidecar was not restarted.',
      hint: 'Run `holdfast stop` and `holdfast start`.',
    });
    return 1;
  }
  console.log(
    `${paint('green', '✓')} The sidecar was restarted: process ${after.health.pid} in place of ${pid}.`,
  );
  return 0;
}
