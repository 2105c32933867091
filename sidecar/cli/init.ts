import { join } from 'node:path';
import { init, type Scope, settingsPath } from '../setup/index.ts';
import { bringDown, bringUp } from './bring-up.ts';
import { confirmed } from './confirm.ts';
import type { Context } from './main.ts';
import { paint } from './print.ts';
import { printSteps } from './print-steps.ts';
import { printError } from './report-failure.ts';

type Options = {
  user?: boolean;
  local?: boolean;
  statusLine?: boolean;
  dryRun?: boolean;
  yes?: boolean;
};

export async function run(options: Options, context: Context) {
  const { user, local, statusLine = false, dryRun = false, yes = false } = options;
  const { home, launch } = context;
  const scope: Scope = user ? 'user' : local ? 'local' : 'project';
  const place = { home, project: process.cwd(), scope };
  if (!dryRun && !(await mayGoOn(settingsPath(place), launch.cli, yes))) return 1;

  const report = init({ ...place, statusLine, dryRun });
  if (dryRun && report.diff) console.log(report.diff);
  printSteps(report.steps);
  if (!report.ok) return 1;
  if (dryRun) {
    console.log('Nothing was written: this was a dry run.');
    return 0;
  }
  // The file is read at the start alone.
  if (report.steps.some(({ what, outcome }) => what === 'config' && outcome === 'changed')) {
    await bringDown(context);
  }
  const start = await bringUp(context);
  if (start.how === 'failed') {
    printError(start);
    return 1;
  }
  const already = start.how === 'already' ? 'already ' : '';
  console.log(
    `${paint('green', '✓')} The sidecar is ${already}running: process ${start.pid} on port ${start.port}.`,
  );
  if (home.root !== join(process.env.HOME ?? '', '.holdfast')) {
    console.log(`! Claude Code must see HOLDFAST_HOME=${home.root} too: export it where you start claude.`);
  }
  console.log(
    '\nWork as always. `holdfast commitments` shows what was promised, `holdfast claims` what was said to be',
  );
  console.log('done and whether it was, `holdfast sessions` who works.');
  console.log('`holdfast doctor` proves each hook, and `holdfast uninstall` takes everything out again.');
  return 0;
}

async function mayGoOn(file: string, cli: string, yes: boolean): Promise<boolean> {
  if (/[/\\]_npx[/\\]/.test(cli)) {
    console.log(
      'This is a copy in the cache of npx, which npm may delete; sessions could not start it then.',
    );
    console.log('Better: `npm install -g holdfast`, and then `holdfast init`.');
    if (!(await confirmed('Go on with the cached copy all the same?', yes))) return false;
  }
  return confirmed(`Register Holdfast's hooks in ${file}?`, yes);
}
