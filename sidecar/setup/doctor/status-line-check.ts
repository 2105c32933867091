import { accessSync, constants } from 'node:fs';
import { join } from 'node:path';
import type { HomePaths } from '../../home/index.ts';
import { STATUS_LINE_SCRIPT } from '../../registration/index.ts';
import { isOurStatusLine } from '../our-hooks.ts';
import { bad, type Check, good } from './check.ts';
import type { SettingsFile } from './registration-checks.ts';

/** It was asked for, or it was not: only one that is registered can be wrong. */
export function checkStatusLine(files: SettingsFile[], home: HomePaths): Check[] {
  const ours = files.find(({ settings }) => isOurStatusLine(settings.statusLine, home.root));
  if (!ours) return [];
  const script = join(home.hooks, STATUS_LINE_SCRIPT);
  try {
    accessSync(script, constants.X_OK);
  } catch {
    const hint = 'Run `holdfast init`, which deploys it again.';
    return [bad('statusLine', `${script} is gone or not executable`, hint)];
  }
  // The files come weakest first.
  const stronger = files
    .slice(files.indexOf(ours) + 1)
    .find(({ settings }) => settings.statusLine !== undefined);
  if (stronger && !isOurStatusLine(stronger.settings.statusLine, home.root)) {
    return [good('statusLine', `${ours.file}; hidden by that of ${stronger.file}`)];
  }
  return [good('statusLine', ours.file)];
}
