import { whoServes } from '../server/index.ts';
import {
  hasUnit,
  purgeHome,
  removeHooks,
  removeUnit,
  type UninstallReport,
  uninstall,
} from '../setup/index.ts';
import { bringDown } from './bring-up.ts';
import { confirmed } from './confirm.ts';
import type { Context } from './main.ts';
import { plain } from './print.ts';
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
  if (report.plugins.length === 0) await endSidecar(context);
  const scripts = removeHooks(home);
  printSteps(scripts.steps);
  if (!scripts.ok) return 1;
  if (report.plugins.length > 0) {
    tellOfPlugins(report.plugins);
    return purge ? 1 : 0;
  }
  if (purge) printSteps(purgeHome(home));
  else console.log(`· What was recorded stays in ${home.root}; \`holdfast uninstall --purge\` deletes it.`);
  return 0;
}

/** The service first: it would start again what ends. */
async function endSidecar(context: Context): Promise<void> {
  const before = await whoServes(context.home);
  if (hasUnit(context.home)) printSteps([removeUnit(context)]);
  const stop = await bringDown(context);
  const pid = stop.how === 'not-running' ? before?.health.pid : stop.pid;
  if (pid !== undefined) console.log(`✓ Stopped the sidecar (process ${pid}).`);
}

/** Its scripts lie in the client's cache; what they talk to is the sidecar, which it would start again. */
function tellOfPlugins(plugins: UninstallReport['plugins']): void {
  const ids = [...new Set(plugins.map(({ id }) => id))];
  for (const id of ids) {
    const places = plugins.filter((plugin) => plugin.id === id).map(({ project }) => project);
    const where = places.includes(null) ? '' : ` in ${places.join(', ')}`;
    console.log(
      plain(
        `! The plugin ${id} is on${where}: the sidecar, its service and the data stay. ` +
          `Run \`claude plugin uninstall ${id}\`, then uninstall again.`,
      ),
    );
  }
}
