import { HoldfastError } from '../errors/index.ts';
import { ensureHome, type HomePaths } from '../home/index.ts';
import { VERSION } from '../machine/index.ts';
import { shippedWords } from './claude-md/block.ts';
import { bringClaudeMd } from './claude-md/bring.ts';
import { writeConfigDefaults } from './config-defaults.ts';
import { type DeployOptions, deployHooks } from './deploy-hooks.ts';
import { moveRenamedKeys } from './move-renamed-keys.ts';
import { type InitPlan, type PlanInitOptions, planInit } from './plan-init.ts';
import { recordPlan, registerPlan, settingsStep } from './register.ts';
import {
  attempt,
  failedStep,
  type PlannedStep,
  reportOf,
  runSteps,
  type Step,
  type StepsReport,
} from './steps.ts';

export type InitOptions = PlanInitOptions & {
  /** Writes nothing; the report says what would be done, and `diff` shows it. */
  dryRun?: boolean;
  platform?: NodeJS.Platform;
  scripts?: Pick<DeployOptions, 'source' | 'version'>;
  /** What stands in the block of CLAUDE.md. */
  words?: string;
  /** A test looks at the disk as a kill at this point would leave it. */
  reached?: (point: 'deployed' | 'recorded' | 'registered' | 'said') => void;
};

export type InitReport = StepsReport & { dryRun: boolean; diff: string };

/**
 * Deploys the scripts and registers them in one settings file. What is planned is planned before the first
 * write, so that a file which is refused leaves everything as it was.
 *
 * A kill -9 may come anywhere. The scripts go first: a registered command without its script is silently
 * off. The record goes before the settings file: `uninstall` trusts the record only where the file's bytes
 * hash to what the record says we wrote. A record without the write is thus harmless (the file hashes to
 * something else, and holds nothing of ours to take out), while a write without its record could never be
 * taken back exactly. When an upgrade replaces our own bytes, the record knows both hashes, for the same
 * reason. A second `init` finds whatever is missing and finishes it.
 */
export function init(options: InitOptions): InitReport {
  const { home, project, dryRun = false, platform } = options;
  const report = (steps: Step[], diff = ''): InitReport => ({ ...reportOf(steps), dryRun, diff });
  let plan: InitPlan;
  try {
    refuseWindows(platform);
    plan = planInit(options);
  } catch (cause) {
    return report([failedStep('settings', project, cause)]);
  }
  if (!dryRun) return report(runSteps(stepsOf(plan, options)), settingsStep(plan, false).diff);
  const deploy = () => deployHooks(home, { ...options.scripts, dryRun });
  const steps = [
    ...attempt({ what: 'scripts', file: home.hooks, run: deploy }),
    ...attempt({ what: 'config', file: home.config, run: () => configSteps(home, true) }),
    settingsStep(plan, dryRun),
    ...statusLineStep(plan),
    ...attempt({ what: 'claude-md', file: project, run: () => speak(plan, options) }),
  ];
  const shown = steps.filter(({ what }) => what === 'settings' || what === 'claude-md');
  return report(steps, shown.map(({ diff = '' }) => diff).join(''));
}

function stepsOf(plan: InitPlan, options: InitOptions): PlannedStep[] {
  const { home, project, scope, scripts, reached } = options;
  const deploy = () => {
    ensureHome(home);
    const steps = deployHooks(home, scripts);
    reached?.('deployed');
    return steps;
  };
  const remember = () => {
    const steps = recordPlan(plan, home);
    if (steps.length > 0) reached?.('recorded');
    return steps;
  };
  const register = () => {
    const step = registerPlan(plan, scope);
    if (plan.changed) reached?.('registered');
    return [step, ...statusLineStep(plan)];
  };
  return [
    { what: 'scripts', file: home.hooks, run: deploy },
    { what: 'config', file: home.config, run: () => configSteps(home, false) },
    { what: 'record', file: home.installs, run: remember },
    { what: 'settings', file: plan.file, run: register },
    { what: 'claude-md', file: project, run: () => speak(plan, options) },
  ];
}

function configSteps(home: HomePaths, dryRun: boolean): Step[] {
  return [...moveRenamedKeys(home, dryRun), writeConfigDefaults(home, dryRun)];
}

/** The words that an agent needs. A block that the person deleted comes back only where `init` begins anew. */
function speak({ isFresh }: InitPlan, options: InitOptions): Step {
  const { home, project, scope = 'project', env, clock, dryRun, reached } = options;
  const words = options.words ?? shippedWords();
  const version = options.scripts?.version ?? VERSION;
  const absent = isFresh ? 'restore' : 'bury';
  const step = bringClaudeMd({ home, project, scope, env, clock, words, version, absent, dryRun });
  if (!dryRun) reached?.('said');
  return step;
}

function statusLineStep({ statusLine }: InitPlan): Step[] {
  if (statusLine === null || statusLine.ours) return [];
  const { file } = statusLine;
  const says = `${file} has a status line of its own, which stays; ours is not entered.`;
  return [{ what: 'settings', file, outcome: 'left', says }];
}

function refuseWindows(platform: NodeJS.Platform = process.platform): void {
  if (platform !== 'win32') return;
  throw new HoldfastError(
    'PLATFORM_UNSUPPORTED',
    'Holdfast does not run on Windows itself yet. Nothing was changed.',
    'Not yet: use WSL.',
  );
}
