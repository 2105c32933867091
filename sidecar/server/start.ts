import { spawn } from 'node:child_process';
import { openSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../errors/index.ts';
import { ensureHome, type HomePaths } from '../home/index.ts';
import { compareVersions, HOOK_SOURCE, TURN_MARK, VERSION } from '../machine/index.ts';
import { whoServes } from './become-sidecar.ts';
import { leaveNote, type StartReport } from './foreground.ts';

/** Longer than a start waits for another one: its own sentence is better than ours. */
const PATIENCE_MS = 70_000;

export type StartOptions = { home: HomePaths; recover: boolean; launch: { node: string; cli: string } };

/** Starts a sidecar in the background. Returns when it answers, when another does, or with why not. */
export async function startSidecar({ home, recover, launch }: StartOptions): Promise<StartReport> {
  ensureHome(home);
  const other = await whoServes(home);
  if (other && compareVersions(other.health.version, VERSION) >= 0) {
    const { pid, version } = other.health;
    return { how: 'already', pid, port: other.port, version };
  }
  const stderr = openSync(join(home.logs, 'sidecar.stderr'), 'w', 0o600); // For a crash below JavaScript.
  const child = spawn(launch.node, [launch.cli, 'start', '--foreground', ...(recover ? ['--recover'] : [])], {
    detached: true, // A session and process group of its own: it outlives whoever started it.
    cwd: home.root,
    // A hook of a turn may have asked for this start; the sidecar does not end with that turn.
    env: { ...process.env, [TURN_MARK]: undefined, [HOOK_SOURCE]: undefined, HOLDFAST_HOME: home.root },
    stdio: ['ignore', 'ignore', stderr, 'ipc'],
  });
  try {
    return await new Promise<StartReport>((resolve, reject) => {
      child.once('message', (message) => resolve(message as StartReport));
      child.once('error', (cause) => reject(failed(`${launch.node} cannot be run: ${cause.message}`)));
      child.once('exit', (code, signal) =>
        reject(failed(`it ended with ${signal ?? code} before it served`)),
      );
      setTimeout(
        () => reject(failed(`it said nothing for ${PATIENCE_MS / 1000} seconds`)),
        PATIENCE_MS,
      ).unref();
    });
  } catch (error) {
    if (error instanceof HoldfastError) leaveNote(home, `${error.message} ${error.hint}`);
    throw error;
  } finally {
    if (child.connected) child.disconnect();
    child.unref();
  }

  function failed(why: string): HoldfastError {
    return new HoldfastError(
      'START_FAILED',
      `The sidecar did not start: ${why}.`,
      `Look into ${join(home.logs, 'sidecar.stderr')}, or run \`holdfast start --foreground\` to see it.`,
    );
  }
}
