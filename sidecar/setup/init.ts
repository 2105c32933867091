import { HoldfastError } from '../errors/index.ts';
import { ensureHome, type HomePaths } from '../home/index.ts';
import { writeConfigDefaults } from './config-defaults.ts';
import { type DeployOptions, deployHooks } from './deploy-hooks.ts';
import { writeInstall } from './installs.ts';
import { lineDiff } from './line-diff.ts';
import { moveRenamedKeys } from './move-renamed-keys.ts';
import { type InitPlan, type PlanInitOptions, planInit } from './plan-init.ts';
import { applyText } from './settings-file.ts';
import {
  attempt,
  failedStep,
  type PlannedStep,
  reportOf,
  runSteps,
  type Step,
  type StepsReport,
} from './steps.ts';
import { sweepTemporaries } from './sweep-temporaries.ts';

export type InitOptions = PlanInitOptions & {
  /** Writes nothing; the report says what would be done, and `diff` shows it. */
  dryRun?: boolean;
  platform?: NodeJS.Platform;
  scripts?: Pick<DeployOptions, 'source' | 'version'>;
  /** A test looks at the disk as a kill at this point would leave it. */
  reached?: (point: 'deployed' | 'recorded' | 'registered') => void;
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
  const diff = lineDiff(plan.file, plan.text, plan.planned);
  if (!dryRun) return report(runSteps(stepsOf(plan, options)), diff);
  const deploy = () => deployHooks(home, { ...options.scripts, dryRun });
  const scripts = attempt({ what: 'scripts', file: home.hooks, run: deploy });
  const config = attempt({ what: 'config', file: home.config, run: () => configSteps(home, true) });
  return report([...scripts, ...config, settingsStep(plan, dryRun), ...statusLineStep(plan)], diff);
}

function stepsOf(plan: InitPlan, options: InitOptions): PlannedStep[] {
  const { record } = plan;
  const { home, scope, scripts, reached } = options;
  const deploy = () => {
    ensureHome(home);
    const steps = deployHooks(home, scripts);
    reached?.('deployed');
    return steps;
  };
  const remember = (): Step[] => {
    if (!record) return [];
    writeInstall(home, plan.file, record);
    reached?.('recorded');
    return [
      { what: 'record', file: home.installs, outcome: 'changed', says: 'Kept what stood there before.' },
    ];
  };
  const register = () => {
    if (plan.changed) {
      if (record) sweepTemporaries(plan.file, record);
      // The settings of a user can hold keys; those of a project are everybody's, by the umask.
      const newFileMode = scope === 'user' ? 0o600 : undefined;
      applyText(plan.file, plan.planned, plan.text, { newFileMode });
      reached?.('registered');
    }
    return [settingsStep(plan, false), ...statusLineStep(plan)];
  };
  return [
    { what: 'scripts', file: home.hooks, run: deploy },
    { what: 'config', file: home.config, run: () => configSteps(home, false) },
    { what: 'record', file: home.installs, run: remember },
    { what: 'settings', file: plan.file, run: register },
  ];
}

function configSteps(home: HomePaths, dryRun: boolean): Step[] {
  return [...moveRenamedKeys(home, dryRun), writeConfigDefaults(home, dryRun)];
}

function settingsStep({ file, changed }: InitPlan, dryRun: boolean): Step {
  const says = changed
    ? `${dryRun ? 'Would register' : 'Registered'} the hooks in ${file}.`
    : `The hooks are registered in ${file}.`;
  return { what: 'settings', file, outcome: changed ? 'changed' : 'unchanged', says };
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
