import { existsSync, readdirSync } from 'node:fs';
import type { HomePaths } from '../../home/index.ts';
import { VERSION } from '../../machine/index.ts';
import { type Store, type Upgrade, upgradesOf } from '../../store/index.ts';
import type { Notices } from './notices.ts';
import type { MigrationReport, MigrationStep } from './step.ts';

export type Migrations = {
  /** Runs what this version has not been through. Nothing at all where it has: a plain start changes no file. */
  atStart: () => Promise<MigrationReport | null>;
  /** Every step looks again, and what is gone is taken as the person's wish. */
  byHand: () => Promise<MigrationReport>;
  /** Where the home stands, once a run that is under way has ended. */
  state: () => Promise<MigrationState>;
  /** The step that failed last, and what a person can do; null where this version has been through all. */
  fault: () => { reason: string; hint: string } | null;
  /** What an upgrade of this start did, in one line and once: a session tells the person. Null: nothing new. */
  tell: () => string | null;
  /** No step is under way any more. */
  settled: () => Promise<void>;
};

export type MigrationState = Upgrade & {
  schema: number;
  /** What the upgrade of this start did; null where there was none. */
  atStart: MigrationReport | null;
};

export type MigrationsOptions = {
  store: Store;
  home: HomePaths;
  version?: string;
  /** How the sidecar is started, as `launch` in the home says it. */
  launch?: { node: string; cli: string } | null;
  notices?: Notices;
  more?: readonly MigrationStep[];
  warn: (what: string, facts: Record<string, unknown>) => void;
};

/** The upgrades of one home, one at a time. Their code is loaded when something is to be done. */
export function openMigrations(options: MigrationsOptions): Migrations {
  const { store, home, version = VERSION, launch, notices, more, warn } = options;
  const upgrades = upgradesOf(store);
  let last: Promise<unknown> = Promise.resolve();
  let atStart: MigrationReport | null = null;
  let untold: string | null = null;

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  }

  async function run(byHand: boolean): Promise<MigrationReport> {
    const [{ migrationSteps }, { runMigration }] = await Promise.all([
      import('./steps.ts'),
      import('./run.ts'),
    ]);
    const { steps: past } = upgrades.of(version);
    const isTold = past.some(({ step, doneAt }) => step === 'database' && doneAt !== null);
    const { last, applied } = upgrades.schema(version);
    const schema = { last, applied: isTold ? [] : applied };
    const steps = migrationSteps({ home, version, byHand, schema, launch, notices, more });
    const report = await runMigration({ steps, upgrades, version, byHand });
    for (const { step, says, outcome } of report.steps) {
      if (outcome === 'failed')
        warn('a step of the upgrade failed; the next start tries it again', { step, says });
    }
    return report;
  }

  return {
    atStart: () =>
      inTurn(async () => {
        const { from, migratedAt } = upgrades.of(version);
        if (migratedAt !== null) return null;
        if (from === null && isUntouched(home)) {
          upgrades.begin(version);
          upgrades.migrated(version);
          return null;
        }
        atStart = await run(false);
        untold = atStart.from === null ? null : summaryOf(atStart);
        return atStart;
      }),
    byHand: () =>
      inTurn(async () => {
        const before = atStart;
        atStart = null;
        untold = null; // Whoever asked is told all of it.
        return withWhatWasDone(before, await run(true));
      }),
    state: () =>
      inTurn(async () => ({ ...upgrades.of(version), schema: upgrades.schema(version).last, atStart })),
    fault: () => {
      const failed = upgrades.of(version).steps.find(({ problem }) => problem !== null);
      if (!failed?.problem) return null;
      const { message, hint } = failed.problem;
      return { reason: `The upgrade to ${version} stopped at ${failed.step}: ${message}`, hint };
    },
    tell: () => {
      const summary = untold;
      untold = null;
      return summary;
    },
    settled: () => inTurn(async () => {}),
  };
}

/** Nothing of ours is in any file: there is nothing that an upgrade could change. */
function isUntouched(home: HomePaths): boolean {
  const scripts = existsSync(home.hooks) ? readdirSync(home.hooks) : [];
  return scripts.length === 0 && ![home.installs, home.switches, home.unit].some((file) => existsSync(file));
}

/** What the start did a moment ago is news to whoever asks now: the files are told once, with what was done. */
function withWhatWasDone(before: MigrationReport | null, report: MigrationReport): MigrationReport {
  const done = before?.steps.filter(({ outcome }) => outcome === 'changed') ?? [];
  const isTold = (file: string) => done.some((line) => line.file === file);
  const now = report.steps.filter(({ outcome, file }) => outcome !== 'unchanged' || !isTold(file));
  const order = report.steps.map(({ step }) => step);
  const steps = [...done, ...now].sort((a, b) => order.indexOf(a.step) - order.indexOf(b.step));
  return { ...report, steps, changed: report.changed || done.length > 0 };
}

/** For a log and for a person who starts it: one line. */
export function summaryOf({ version, from, steps }: MigrationReport): string {
  const count = (outcome: string) => steps.filter((line) => line.outcome === outcome).length;
  const parts = [
    `${count('changed')} changed`,
    `${count('left')} left as you have them`,
    ...(count('failed') > 0 ? [`${count('failed')} failed`] : []),
  ];
  return `Upgraded from ${from ?? 'an earlier version'} to ${version}: ${parts.join(', ')}.`;
}
