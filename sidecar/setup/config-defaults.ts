import { CONFIG_KEYS, type ConfigKey, type HomePaths, readConfig } from '../home/index.ts';
import { hasKey, readConfigText, writeConfigText } from './config-file.ts';
import { setAtPath } from './json-path.ts';
import type { Step } from './steps.ts';
import { offeredSwitches, rememberSwitches } from './switches.ts';

/**
 * What is off until a person asks for Holdfast is switched on by `init`: written into config.json where the
 * person has set nothing, so that every value that is in force can be read there.
 */
export function writeConfigDefaults(
  home: HomePaths,
  dryRun: boolean,
  /** An upgrade sets what is new in it alone: what the person took out since `init` stays out. */
  { onlyNew = false }: { onlyNew?: boolean } = {},
): Step {
  const { config: file } = home;
  const offered = onlyNew ? offeredSwitches(home) : [];
  readConfig(file); // A file that start would refuse is refused here too, before anything is written.
  const { text, value } = readConfigText(file);
  const missing = CONFIG_KEYS.filter(
    (entry: ConfigKey) => 'afterInit' in entry && !hasKey(value, entry.key) && !offered.includes(entry.key),
  ) as ConfigKey[];
  if (missing.length === 0) {
    if (!dryRun) rememberSwitches(home);
    return { what: 'config', file, outcome: 'unchanged', says: `The switches are set in ${file}.` };
  }
  if (!dryRun) {
    const planned = missing.reduce(
      (so, { key, afterInit }) => setAtPath(so, key.split('.'), afterInit),
      text,
    );
    writeConfigText(file, planned);
  }
  if (!dryRun) rememberSwitches(home);
  const names = missing.map(({ key }) => key.replace('messaging.', '').replace('.enabled', '')).join(', ');
  const says = `${dryRun ? 'Would switch' : 'Switched'} on in ${file}: ${names}.`;
  return { what: 'config', file, outcome: 'changed', says };
}
