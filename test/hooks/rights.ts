import { spawnSync } from 'node:child_process';
import { chmodSync, chownSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { HomePaths } from '../../sidecar/home/index.ts';
import type { Ended } from '../kit/run-program.ts';
import { runProgram } from '../kit/run-program.ts';
import { bodyOf, changedScripts, STOP } from './run-hook.ts';

export const IS_ROOT = process.getuid?.() === 0;
const NOBODY = 65534;

/** What opens new namespaces here, and null where nothing may: then the tests that need them say so. */
export const UNSHARE = [[], ['--user', '--map-root-user']].find((rights) => {
  const args = [...rights, '--mount', 'mount', '-t', 'tmpfs', 'holdfast-try', tmpdir()];
  return spawnSync('unshare', args, { stdio: 'ignore' }).status === 0;
});
export const NO_UNSHARE = 'not run: this system lets nobody open a mount namespace (unshare)';

/** Gives a home to whom `runStopAsNobody` runs as. Root alone must: it reads and writes everything. */
export function giveToNobody(home: HomePaths, folder: string): void {
  chmodSync(folder, 0o755);
  if (!IS_ROOT) return;
  for (const entry of ['.', ...readdirSync(home.root, { recursive: true })]) {
    chownSync(join(home.root, String(entry)), NOBODY, NOBODY);
  }
}

/** From a copy, since the repository may lie where nobody may look. */
export function runStopAsNobody(home: HomePaths, folder: string): Promise<Ended> {
  const script = join(changedScripts(join(folder, 'scripts')), STOP.script);
  const options = { env: { PATH: process.env.PATH, HOLDFAST_HOME: home.root }, input: bodyOf(STOP) };
  if (!IS_ROOT) return runProgram(script, options);
  const args = [`--reuid=${NOBODY}`, `--regid=${NOBODY}`, '--clear-groups', script];
  return runProgram('setpriv', { args, ...options });
}
