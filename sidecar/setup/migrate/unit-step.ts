import type { HomePaths } from '../../home/index.ts';
import type { Step } from '../steps.ts';
import { applyUnitFile, checkUnitFile, hasUnit, type UnitFileState } from '../unit/index.ts';
import type { MigrationStep } from './step.ts';

/** The unit of the service manager, where a person has installed one. It is rewritten, and never started here. */
export function unitStep(options: {
  home: HomePaths;
  launch: { node: string; cli: string } | null;
  env?: NodeJS.ProcessEnv;
}): MigrationStep {
  const { home, launch, env } = options;
  const run = (dryRun: boolean): Step[] => {
    if (launch === null || !hasUnit(home)) return [];
    const unit = { home, launch, env };
    const { file, state } = checkUnitFile(unit);
    if (state === 'deleted') {
      const says = `${file} was deleted, and stays deleted. To have it back: holdfast service install`;
      return [{ what: 'unit', file, outcome: 'left', says }];
    }
    return [dryRun ? wouldStep(file, state) : applyUnitFile(unit)];
  };
  return { name: 'service', check: () => run(true), apply: () => run(false) };
}

function wouldStep(file: string, state: UnitFileState): Step {
  if (state === 'edited') {
    const says = `${file} was edited by hand and is left; remove it to get ours.`;
    return { what: 'unit', file, outcome: 'left', says };
  }
  const isCurrent = state === 'current';
  const says = isCurrent ? `The unit stands in ${file}.` : `Would write ${file}.`;
  return { what: 'unit', file, outcome: isCurrent ? 'unchanged' : 'changed', says };
}
