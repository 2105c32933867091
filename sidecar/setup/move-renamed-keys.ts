import { type HomePaths, RENAMED_KEYS, type RenamedKey, resolveConfig } from '../home/index.ts';
import { hasKey, readConfigText, valueAt, writeConfigText } from './config-file.ts';
import { removeAtPath, setAtPath } from './json-path.ts';
import type { Step } from './steps.ts';

/** A value that stands under a name of an earlier version goes to its new name. No step: there was none. */
export function moveRenamedKeys(
  { config: file }: HomePaths,
  dryRun: boolean,
  renamed: readonly RenamedKey[] = RENAMED_KEYS,
): Step[] {
  const { text, value } = readConfigText(file);
  const present = renamed.filter(({ from }) => hasKey(value, from));
  if (present.length === 0) return [];
  resolveConfig(value, file, renamed); // A file that start would refuse is the person's to mend first.
  const planned = present.reduce((so, { from, to }) => {
    const moved = hasKey(value, to) ? so : setAtPath(so, to.split('.'), valueAt(value, from));
    return removeAtPath(moved, from.split('.'));
  }, text);
  if (!dryRun) writeConfigText(file, planned);
  return present.map(({ from, to }) => ({
    what: 'config',
    file,
    outcome: 'changed',
    says: hasKey(value, to)
      ? `${from} in ${file} is called ${to} now, which is set too: ${dryRun ? 'would drop' : 'dropped'} the old one.`
      : `${from} in ${file} is called ${to} now: ${dryRun ? 'would move' : 'moved'} its value.`,
  }));
}
