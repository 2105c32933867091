import { join } from 'node:path';
import type { HomePaths } from '../home/index.ts';
import { VERSION } from '../machine/index.ts';
import { hookFiles, manifestPath } from './hook-files.ts';
import { type Absent, bringUpToDate } from './owned/bring-up-to-date.ts';
import { readRecord } from './owned/record.ts';
import type { Step } from './steps.ts';

export type DeployOptions = {
  /** Where the scripts come from; default: the package's own. */
  source?: string;
  version?: string;
  dryRun?: boolean;
  /** What a script means that is gone. An upgrade to another version takes it as the person's wish. */
  absent?: Absent;
  reached?: (point: string) => void;
};

/** Copies the package's scripts to where the registered commands look. An edited one is left, and named. */
export function deployHooks(
  home: HomePaths,
  { source, version = VERSION, absent = 'restore', ...rest }: DeployOptions = {},
): Step[] {
  const recordFile = manifestPath(home);
  const record = readRecord(recordFile);
  const isUpgrade = record !== null && record.version !== version;
  return bringUpToDate({
    ...rest,
    files: hookFiles(home, source),
    recordFile,
    what: 'scripts',
    noun: 'hook script',
    version,
    absent: isUpgrade ? 'bury' : absent,
    backups: join(home.backups, 'hooks'),
  });
}
