import { exitCodeOf } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { HOOK_SOURCE, VERSION } from '../machine/index.ts';
import { runSidecar, type StartReport } from '../server/index.ts';
import type { MigrationReport } from '../setup/index.ts';
import { callApi } from './api.ts';
import type { Context } from './main.ts';
import { plain } from './print.ts';
import { printError } from './report-failure.ts';

type Options = { foreground?: boolean; recover?: boolean };

export async function run({ foreground = false, recover = false }: Options, context: Context) {
  const { home, launch } = context;
  if (!foreground) {
    if (process.env[HOOK_SOURCE] === 'plugin') await prepareForPlugin(context);
    const { bringUp } = await import('./bring-up.ts');
    const start = await bringUp(context, { recover });
    const code = tell(start);
    if (start.how === 'serving' && start.upgradesFrom !== null) await tellOfUpgrade(home);
    return code;
  }
  let code = 0;
  await runSidecar({ home, recover, launch }, (report) => {
    code = tell(report);
    if (!process.connected) return;
    process.send?.(report, () => process.disconnect());
  });
  return code;
}

/** One line: `holdfast migrate` says it all. */
async function tellOfUpgrade(home: HomePaths): Promise<void> {
  const { atStart } = await callApi<{ atStart: MigrationReport | null }>(home, '/migrate');
  const { summaryOf } = await import('../setup/index.ts'); // Not loaded by a start that upgrades nothing.
  if (atStart) console.log(`${plain(summaryOf(atStart))} \`holdfast migrate\` says what, and why.`);
}

/** A hook of the plugin starts the sidecar, and also asks here where its first session finds one that runs. */
async function prepareForPlugin(context: Context): Promise<void> {
  const { beginPlugin } = await import('../setup/index.ts');
  let isChanged = false;
  try {
    isChanged = beginPlugin(context.home);
  } catch {
    return; // A bad config.json, or no disk: the start itself fails for that reason, and says so.
  }
  if (!isChanged) return;
  const { bringDown } = await import('./bring-up.ts');
  await bringDown(context);
}

function tell(report: StartReport): number {
  if (report.how === 'failed') {
    printError(report);
    return exitCodeOf(report);
  }
  if (report.how === 'already') {
    console.log(`Already running: process ${report.pid} on port ${report.port}, version ${report.version}.`);
    return 0;
  }
  if (report.movedAside)
    console.log(`The damaged ledger was moved to ${report.movedAside}; a new one begins.`);
  if (report.tookOverFrom)
    console.log(`Took over from version ${report.tookOverFrom}, which has finished and left.`);
  console.log(`Running: process ${report.pid} on port ${report.port}, version ${VERSION}.`);
  return 0;
}
