import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { CONFIG_KEYS, type HomePaths } from '../home/index.ts';

/** What every `init` set before there was a list of it. */
const FIRST_SWITCHES = ['messaging.actionClaim.enabled', 'messaging.completionClaim.enabled'];

export function readSwitches(home: HomePaths): string[] | null {
  try {
    const list: unknown = JSON.parse(readFileSync(home.switches, 'utf8'));
    return Array.isArray(list) ? list.filter((key): key is string => typeof key === 'string') : null;
  } catch {
    return null; // None yet, or a damaged one: then the first ones count as set.
  }
}

export function offeredSwitches(home: HomePaths): readonly string[] {
  return readSwitches(home) ?? FIRST_SWITCHES;
}

/** After the config itself: a kill in between sets them once more, where they are set already. */
export function rememberSwitches(home: HomePaths): void {
  const keys = CONFIG_KEYS.filter((entry) => 'afterInit' in entry).map(({ key }) => key);
  const all = [...new Set([...offeredSwitches(home), ...keys])];
  const text = `${JSON.stringify(all)}\n`;
  if (readSwitches(home)?.join() === all.join()) return;
  mkdirSync(dirname(home.switches), { recursive: true, mode: 0o700 });
  writeFileAtomic.sync(home.switches, text, { mode: 0o600 });
}
