import { existsSync, rmSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { ensureHome, type HomePaths } from '../home/index.ts';
import { compareVersions, VERSION } from '../machine/index.ts';
import { type StartReport, startSidecar, stopSidecar, whoServes } from '../server/index.ts';
import type { Context } from './main.ts';

const PATIENCE_MS = 30_000;
const LOOK_EVERY_MS = 100;

/**
 * Starts the sidecar in the background: where a person has installed the service, as that service, so that
 * it is watched over and `stop` finds it where it is.
 */
export async function bringUp(context: Context, { recover = false } = {}): Promise<StartReport> {
  const { home, launch } = context;
  // One that mends the ledger is a person's own, with an option that the unit does not have.
  const unit = recover ? null : await unitOf(context);
  if (!unit) return startSidecar({ home, recover, launch });
  ensureHome(home);
  const other = await whoServes(home);
  if (other && compareVersions(other.health.version, VERSION) >= 0) {
    const { pid, version } = other.health;
    return { how: 'already', pid, port: other.port, version };
  }
  if (other) await bringDown(context);
  rmSync(home.hold, { force: true }); // A unit that is held down ends at once.
  rmSync(home.notRunning, { force: true });
  unit.start();
  const started = await served(home);
  // Where the unit fails, a start of our own either serves or says why it cannot, with its code.
  return started ?? startSidecar({ home, recover, launch });

  async function served(of: HomePaths): Promise<StartReport | null> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const serving = await whoServes(of);
      if (serving) {
        const tookOverFrom = other?.health.version ?? null;
        return {
          how: 'serving',
          pid: serving.health.pid,
          port: serving.port,
          tookOverFrom,
          movedAside: null,
          upgradesFrom: tookOverFrom,
        };
      }
      if (existsSync(of.notRunning) || !unit?.state().active || Date.now() > deadline) return null;
      await sleep(LOOK_EVERY_MS);
    }
  }
}

/** Ends the sidecar, and whoever would start it again because it ended. */
export async function bringDown(context: Context, { hold = false } = {}) {
  const unit = await unitOf(context);
  return stopSidecar({ home: context.home, hold, askFirst: () => unit?.stop() });
}

/** Most people have none: then nothing of it is loaded. */
async function unitOf(context: Context) {
  if (!existsSync(context.home.unit)) return null;
  const { unitToStart } = await import('../setup/index.ts');
  return unitToStart(context);
}
