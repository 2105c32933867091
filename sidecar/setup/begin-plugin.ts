import { existsSync } from 'node:fs';
import { ensureHome, type HomePaths, writeWhole } from '../home/index.ts';
import { writeConfigDefaults } from './config-defaults.ts';
import { moveRenamedKeys } from './move-renamed-keys.ts';

/**
 * The plugin's first session sets what `init` sets; nobody who has the plugin alone ever runs that. Once: a
 * key that the person takes out again stays out. Returns whether a running sidecar must read its file anew.
 */
export function beginPlugin(home: HomePaths): boolean {
  if (existsSync(home.plugin)) return false;
  ensureHome(home);
  moveRenamedKeys(home, false);
  const { outcome } = writeConfigDefaults(home, false);
  writeWhole(home.plugin, `${new Date().toISOString()}\n`);
  return outcome === 'changed';
}
