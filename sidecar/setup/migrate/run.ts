import type { Upgrades } from '../../store/index.ts';
import { failedStep, type Step } from '../steps.ts';
import { linesOf, type MigrationLine, type MigrationReport, type MigrationStep, reportOf } from './step.ts';

export type RunOptions = {
  steps: readonly MigrationStep[];
  upgrades: Upgrades;
  version: string;
  /** A person asked: every step looks again. By itself an upgrade runs what has not succeeded yet. */
  byHand: boolean;
  /** A test looks at the disk as a kill at this point would leave it. */
  reached?: (point: string) => void;
};

/** Runs the steps in their order. One that fails stops no other, and is tried again by the next run. */
export async function runMigration(options: RunOptions): Promise<MigrationReport> {
  const { steps, upgrades, version, byHand, reached } = options;
  upgrades.begin(version);
  reached?.('begun');
  const { from, steps: before } = upgrades.of(version);
  const isDone = (name: string) => before.some(({ step, doneAt }) => step === name && doneAt !== null);
  const lines: MigrationLine[] = [];
  for (const step of steps) {
    if (!byHand && isDone(step.name)) continue;
    const done = linesOf(step.name, await attempt(step, step.apply));
    lines.push(...done);
    const problem = done.find(({ outcome }) => outcome === 'failed')?.problem;
    if (problem) upgrades.failed(version, step.name, problem);
    else upgrades.succeeded(version, step.name);
    reached?.(`${step.name} done`);
  }
  const report = reportOf({ version, from, dryRun: false }, lines);
  if (report.ok && upgrades.of(version).migratedAt === null) upgrades.migrated(version);
  reached?.('migrated');
  return report;
}

/** What the steps would do, shown before. */
export async function planMigration(
  steps: readonly MigrationStep[],
  facts: Pick<MigrationReport, 'version' | 'from'>,
): Promise<MigrationReport> {
  const lines: MigrationLine[] = [];
  for (const step of steps) lines.push(...linesOf(step.name, await attempt(step, step.check)));
  return reportOf({ ...facts, dryRun: true }, lines);
}

async function attempt({ name }: MigrationStep, run: MigrationStep['apply']): Promise<Step[]> {
  try {
    return await run();
  } catch (cause) {
    return [failedStep('record', name, cause)];
  }
}
