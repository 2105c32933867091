import { readFileSync } from 'node:fs';
import { lineDiff } from '../line-diff.ts';
import { checkUnitFile, hasUnit, type UnitOptions, unitStatus } from '../unit/index.ts';
import { bad, type Check, good } from './check.ts';

/** Only where a person has installed the service. */
export function checkUnit(options: UnitOptions): Check[] {
  if (!hasUnit(options.home)) return [];
  const { file, fileState, problem, enabled, active, supervisor } = unitStatus(options);
  const again = 'Run `holdfast service install` again, or `holdfast service remove`.';
  if (fileState === 'deleted') return [bad('service', `${file} is gone`, again)];
  if (fileState === 'outdated') return [bad('service', `${file} names another Node or place`, again)];
  // A shell without a session, as over some ssh or in a container: it can be well all the same.
  if (problem !== null)
    return [good('service', `${file}; ${supervisor} cannot be asked from here: ${problem}`)];
  if (!enabled) return [bad('service', `${file} does not start at login`, again)];
  const now = active ? 'running' : 'not running';
  if (fileState !== 'edited') return [good('service', `${file}, ${now}`)];
  return [{ ...good('service', `${file}, edited by hand, ${now}`), diff: editOf(file, options) }];
}

function editOf(file: string, options: UnitOptions): string {
  try {
    return lineDiff(file, checkUnitFile(options).planned, readFileSync(file, 'utf8'));
  } catch {
    return ''; // A folder, or a link to nowhere: there is no text to compare.
  }
}
