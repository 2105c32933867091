import { hasUnit, type UnitOptions, unitStatus } from '../unit/index.ts';
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
  return [good('service', `${file}, ${active ? 'running' : 'not running'}`)];
}
