import { attempt, type Step } from '../steps.ts';
import { checkUnitFile, hasUnit, renewUnit, type UnitFile, type UnitOptions } from '../unit/index.ts';
import { supervisorFor } from '../unit/supervisor.ts';
import type { MigrationStep } from './step.ts';

/** The unit of the service manager, where a person has installed one. It is rewritten, and never started here. */
export function unitStep(
  options: Omit<UnitOptions, 'launch' | 'anew'> & {
    launch: { node: string; cli: string } | null;
    reached?: (point: string) => void;
  },
): MigrationStep {
  const { launch, reached, ...rest } = options;
  const run = (dryRun: boolean): Step[] => {
    if (launch === null || !hasUnit(rest.home)) return [];
    const unit = { ...rest, launch };
    return attempt({
      what: 'unit',
      file: supervisorFor(unit).file,
      run: () => {
        const found = checkUnitFile(unit);
        if (dryRun || found.state === 'deleted' || found.state === 'absent') return wouldStep(found);
        const step = renewUnit(unit);
        reached?.('service wrote');
        return step;
      },
    });
  };
  return { name: 'service', check: () => run(true), apply: () => run(false) };
}

function wouldStep({ file, state }: UnitFile): Step {
  const step = (outcome: Step['outcome'], says: string): Step => ({ what: 'unit', file, outcome, says });
  switch (state) {
    case 'deleted':
      return step(
        'left',
        `${file} was deleted, and stays deleted. To have it back: holdfast service install`,
      );
    case 'absent': // The person's XDG_CONFIG_HOME is another than that of who runs this.
      return step('left', 'The unit was installed in another place: `holdfast service install` renews it.');
    case 'edited':
      return step('left', `${file} was edited by hand and is left; remove it to get ours.`);
    case 'current':
      return step('unchanged', `The unit stands in ${file}.`);
    case 'outdated':
      return step('changed', `Would write ${file}.`);
  }
}
