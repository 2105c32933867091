import { purgeHome, removeHooks, uninstall } from '../setup/index.ts';
import { bringDown } from './bring-up.ts';
import { confirmed } from './confirm.ts';
import type { Context } from './main.ts';
import { printSteps } from './print-steps.ts';

type Options = { user?: boolean; purge?: boolean; yes?: boolean };

export async function run({ user = false, purge = false, yes = false }: Options, context: Context) {
  const { home } = context;
  const data = purge ? `, and delete ${home.root} with everything that was recorded` : '';
  if (!(await confirmed(`Take Holdfast's hooks out of ${process.cwd()}${data}?`, yes))) return 1;

  const report = uninstall({ home, project: process.cwd(), user });
  printSteps(report.steps);
  if (!report.ok) return 1;
  if (report.othersUse > 0) {
    const others =
      report.othersUse === 1 ? 'Another settings file uses' : `${report.othersUse} other settings files use`;
    console.log(
      `! ${others} the hooks: the scripts, the sidecar and the data stay. Run uninstall there too.`,
    );
    return purge ? 1 : 0;
  }
  const stop = await bringDown(context);
  if (stop.how !== 'not-running') console.log(`✓ Stopped the sidecar (process ${stop.pid}).`);
  const scripts = removeHooks(home);
  printSteps(scripts.steps);
  if (!scripts.ok) return 1;
  if (purge) printSteps(purgeHome(home));
  else console.log(`· What was recorded stays in ${home.root}; \`holdfast uninstall --purge\` deletes it.`);
  return 0;
}
