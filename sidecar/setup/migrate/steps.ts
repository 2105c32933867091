import { existsSync } from 'node:fs';
import { dirname } from 'node:path';
import type { HomePaths } from '../../home/index.ts';
import { readMigrations } from '../../store/index.ts';
import { shippedWords } from '../claude-md/block.ts';
import { bringClaudeMd } from '../claude-md/bring.ts';
import { writeConfigDefaults } from '../config-defaults.ts';
import { deployHooks } from '../deploy-hooks.ts';
import { manifestPath } from '../hook-files.ts';
import { type InstallRecord, readInstalls } from '../installs.ts';
import { moveRenamedKeys } from '../move-renamed-keys.ts';
import { planInit } from '../plan-init.ts';
import { recordPlan, registerPlan, settingsStep } from '../register.ts';
import { attempt, type Step } from '../steps.ts';
import { readSwitches } from '../switches.ts';
import type { Notices } from './notices.ts';
import { tellOfBlocks, tellOfScripts } from './notices.ts';
import type { MigrationStep } from './step.ts';
import { unitStep } from './unit-step.ts';

export type StepsOptions = {
  home: HomePaths;
  version: string;
  /** A person asked: what is gone is gone by their wish. */
  byHand: boolean;
  env?: NodeJS.ProcessEnv;
  /** The schema of the ledger, and what of it this version applied; null where nobody can look. */
  schema: { last: number; applied: number[] } | null;
  /** Where the scripts come from; default: the package. */
  source?: string;
  /** What stands in the block of CLAUDE.md; default: the package's. */
  words?: string;
  notices?: Notices;
  /** What starts the sidecar; null where nobody knows. */
  launch?: { node: string; cli: string } | null;
  /** More steps, after these. */
  more?: readonly MigrationStep[];
  reached?: (point: string) => void;
};

/** Everything that an upgrade goes through, in order. Each step stands alone. */
export function migrationSteps(options: StepsOptions): MigrationStep[] {
  const { home, launch = null, env, reached } = options;
  return [
    { name: 'database', check: () => [ledger(options)], apply: () => [ledger(options)] },
    both('scripts', (dryRun) => scripts(options, dryRun)),
    both('settings', (dryRun) => settings(options, dryRun)),
    both('claude-md', (dryRun) => claudeMd(options, dryRun)),
    both('config', (dryRun) => config(options, dryRun)),
    unitStep({ home, launch, env, reached }),
    ...(options.more ?? []),
  ];
}

function both(name: string, run: (dryRun: boolean) => Step[]): MigrationStep {
  return { name, check: () => run(true), apply: () => run(false) };
}

/** The ledger is brought to its schema when it is opened, before anything else: this tells of it. */
function ledger({ home, schema }: StepsOptions): Step {
  const step = (outcome: Step['outcome'], says: string): Step => {
    return { what: 'database', file: home.database, outcome, says };
  };
  if (schema === null) return step('unchanged', 'The ledger is brought up to date when it is opened.');
  const newest = readMigrations().at(-1)?.number ?? 0;
  if (schema.last < newest) {
    return step('changed', `Would bring the ledger from schema ${schema.last} to ${newest}.`);
  }
  const [first] = schema.applied;
  if (first === undefined || first === 1) return step('unchanged', `The ledger has schema ${schema.last}.`);
  return step('changed', `Brought the ledger from schema ${first - 1} to ${schema.last}.`);
}

function scripts(options: StepsOptions, dryRun: boolean): Step[] {
  const { home, version, byHand, source, notices, reached } = options;
  if (!existsSync(manifestPath(home))) {
    return [
      { what: 'scripts', file: home.hooks, outcome: 'unchanged', says: 'No hook scripts are deployed.' },
    ];
  }
  const absent = byHand ? 'bury' : 'leave';
  const point = reached && ((what: string) => reached(`scripts ${what}`));
  const steps = deployHooks(home, { source, version, absent, dryRun, reached: point });
  if (!dryRun && notices) tellOfScripts(home, steps, notices);
  return steps;
}

function settings(options: StepsOptions, dryRun: boolean): Step[] {
  const { home, env, reached } = options;
  const records = byWidth(readInstalls(home).filter(({ block }) => !block));
  return records.flatMap(({ file, project, scope }) =>
    attempt({
      what: 'settings',
      file,
      run: () => {
        if (!existsSync(dirname(file))) return gone('settings', file);
        const plan = planInit({ home, project, scope, env, file, isUpgrade: true });
        if (dryRun) return settingsStep(plan, true);
        recordPlan(plan, home);
        reached?.('settings recorded');
        const step = registerPlan(plan, scope);
        reached?.('settings wrote');
        return step;
      },
    }),
  );
}

function claudeMd(options: StepsOptions, dryRun: boolean): Step[] {
  const { home, env, version, reached, words = shippedWords() } = options;
  const absent = options.byHand ? 'bury' : 'leave';
  const point = reached && ((what: string) => reached(`claude-md ${what}`));
  const blocks = byWidth(readInstalls(home).filter(({ block }) => block));
  const steps = blocks.flatMap(({ file, project, scope }) =>
    attempt({
      what: 'claude-md',
      file,
      run: () => {
        if (!existsSync(dirname(file))) return gone('claude-md', file);
        const place = { home, project, scope, file, env };
        return bringClaudeMd({ ...place, words, version, absent, dryRun, reached: point });
      },
    }),
  );
  if (!dryRun && options.notices) tellOfBlocks(steps, options.notices);
  return steps;
}

/** Only where `init` or a plugin has switched something on. */
function config({ home, reached }: StepsOptions, dryRun: boolean): Step[] {
  const isSetUp = readSwitches(home) !== null || readInstalls(home).length > 0;
  if (!isSetUp) {
    const says = 'No switch was ever set here.';
    return [{ what: 'config', file: home.config, outcome: 'unchanged', says }];
  }
  const steps = [...moveRenamedKeys(home, dryRun), writeConfigDefaults(home, dryRun, { onlyNew: true })];
  reached?.('config wrote');
  return steps;
}

/** The user's first: what it has needs no second entry in a project. */
function byWidth(records: InstallRecord[]): InstallRecord[] {
  const order = ['user', 'project', 'local'];
  return records.sort((a, b) => order.indexOf(a.scope) - order.indexOf(b.scope));
}

function gone(what: Step['what'], file: string): Step {
  return { what, file, outcome: 'unchanged', says: `${dirname(file)} is gone.` };
}
