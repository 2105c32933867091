import type { HoldfastError } from '../../errors/index.ts';
import type { Step } from '../steps.ts';

/**
 * One part of an upgrade. It may be killed anywhere and run again: what it did counts only once it returned
 * without a failed part, and what it finds done it leaves.
 */
export type MigrationStep = {
  name: string;
  /** What would change. Writes nothing. */
  check: () => Step[] | Promise<Step[]>;
  apply: () => Step[] | Promise<Step[]>;
};

/** What became of one file in one step. */
export type MigrationLine = {
  step: string;
  file: string;
  outcome: Step['outcome'];
  says: string;
  diff?: string;
  problem?: { code: string; message: string; hint: string };
};

export type MigrationReport = {
  version: string;
  /** The version that went through this home before; null where none is known. */
  from: string | null;
  dryRun: boolean;
  /** No step failed: this version counts as migrated. */
  ok: boolean;
  changed: boolean;
  steps: MigrationLine[];
};

export function linesOf(step: string, parts: readonly Step[]): MigrationLine[] {
  return parts.map(({ file, outcome, says, diff, error }) => ({
    step,
    file,
    outcome,
    says,
    ...(diff ? { diff } : {}),
    ...(error ? { problem: problemOf(error) } : {}),
  }));
}

export function reportOf(
  facts: Pick<MigrationReport, 'version' | 'from' | 'dryRun'>,
  steps: MigrationLine[],
): MigrationReport {
  return {
    ...facts,
    ok: steps.every(({ outcome }) => outcome !== 'failed'),
    changed: steps.some(({ outcome }) => outcome === 'changed'),
    steps,
  };
}

function problemOf({ code, message, hint }: HoldfastError): { code: string; message: string; hint: string } {
  return { code, message, hint };
}
