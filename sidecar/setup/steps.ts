import { HoldfastError, messageOf } from '../errors/index.ts';

/**
 * What became of one step. `changed`: done; `unchanged`: there was nothing to do; `left`: it is the person's
 * and was not touched; `failed`: see `error`; `skipped`: not tried, since an earlier step failed.
 */
export type StepOutcome = 'changed' | 'unchanged' | 'left' | 'failed' | 'skipped';

export type Step = {
  what: 'database' | 'scripts' | 'settings' | 'record' | 'claude-md' | 'config' | 'unit';
  file: string;
  outcome: StepOutcome;
  /** One sentence for the person. */
  says: string;
  /** What changes in the file, line by line. */
  diff?: string;
  error?: HoldfastError;
};

export type StepsReport = {
  /** No step failed. */
  ok: boolean;
  changed: boolean;
  steps: Step[];
};

export type PlannedStep = Pick<Step, 'what' | 'file'> & { run: () => Step | Step[] };

/** Runs steps that build on one another: after one that failed, the others are told as skipped. */
export function runSteps(planned: readonly PlannedStep[]): Step[] {
  const steps: Step[] = [];
  for (const { what, file, run } of planned) {
    const failed = steps.find((step) => step.outcome === 'failed');
    if (failed)
      steps.push({ what, file, outcome: 'skipped', says: `Not done, since ${failed.what} failed.` });
    else steps.push(...attempt({ what, file, run }));
  }
  return steps;
}

/** A step never throws: what it threw is its result. */
export function attempt({ what, file, run }: PlannedStep): Step[] {
  try {
    return [run()].flat();
  } catch (cause) {
    return [failedStep(what, file, cause)];
  }
}

export function failedStep(what: Step['what'], file: string, cause: unknown): Step {
  const error = asHoldfastError(cause);
  return { what, file, outcome: 'failed', says: error.message, error };
}

export function reportOf(steps: Step[]): StepsReport {
  return {
    ok: steps.every(({ outcome }) => outcome !== 'failed' && outcome !== 'skipped'),
    changed: steps.some(({ outcome }) => outcome === 'changed'),
    steps,
  };
}

function asHoldfastError(cause: unknown): HoldfastError {
  if (cause instanceof HoldfastError) return cause;
  return new HoldfastError('INTERNAL', messageOf(cause), 'Try again; report it if it stays.', { cause });
}
