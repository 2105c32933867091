import type { HomePaths } from '../../home/index.ts';
import { HOOK_ENTRIES } from '../../registration/index.ts';
import { findPlugins } from '../find-plugin.ts';
import { isTombstoned } from '../hook-files.ts';
import { checkBlocks } from './block-checks.ts';
import { attemptCheck, type Check } from './check.ts';
import { checkHome, checkSidecar, checkSpool, type WhoServes } from './home-checks.ts';
import { proveHooks } from './live-proof.ts';
import { checkMachine } from './machine-checks.ts';
import { checkScripts } from './owned-checks.ts';
import { registeredBy } from './plugin-checks.ts';
import { checkRegistration, findRegistered, readSettingsFiles } from './registration-checks.ts';
import { checkStatusLine } from './status-line-check.ts';
import { checkUnit } from './unit-check.ts';

export type { Check } from './check.ts';

export type Diagnosis = { ok: boolean; checks: Check[] };

/** Looks at everything that must be right, and proves each registered hook with a sample event. */
export async function diagnose({
  home,
  project,
  whoServes,
  launch,
  env = process.env,
}: {
  home: HomePaths;
  project: string;
  whoServes: WhoServes;
  launch: { node: string; cli: string };
  env?: NodeJS.ProcessEnv;
}): Promise<Diagnosis> {
  const checks: Check[] = [];
  const look = async (name: string, of: () => Check[] | Promise<Check[]>) => {
    checks.push(...(await attemptCheck(name, of)));
  };
  await look('machine', () => checkMachine(home));
  await look('home', () => checkHome(home));
  await look('sidecar', () => checkSidecar(home, whoServes));
  await look('service', () => checkUnit({ home, launch, env }));
  await look('registration', async () => {
    const { files, checks: unreadable } = readSettingsFiles(project, env);
    const registered = findRegistered(files, home);
    const plugins = findPlugins(files, project, env);
    const found = [
      ...unreadable,
      ...checkRegistration(files, registered, plugins, home),
      ...checkStatusLine(files, home),
    ];
    // What the person deleted and what `migrate` took as their wish proves nothing.
    const scriptOf = (event: string) => HOOK_ENTRIES.find((entry) => entry.event === event)?.script ?? '';
    const kept = registered.filter(({ event }) => !isTombstoned(home, scriptOf(event)));
    const all = [...kept, ...plugins.flatMap(registeredBy)];
    return [...found, ...(await proveHooks(all, { home, project, env }))];
  });
  await look('scripts', () => checkScripts(home));
  await look('claudeMd', () => checkBlocks(home, project, env));
  await look('spool', () => checkSpool(home));
  return { ok: checks.every(({ ok }) => ok), checks };
}
