import type { HomePaths } from '../home/index.ts';
import { writeInstall } from './installs.ts';
import { lineDiff } from './line-diff.ts';
import type { InitPlan } from './plan-init.ts';
import { applyText } from './settings-file.ts';
import type { Scope } from './settings-path.ts';
import type { Step } from './steps.ts';
import { sweepTemporaries } from './sweep-temporaries.ts';

/** Keeps what stood in the settings file before. */
export function recordPlan({ file, record }: InitPlan, home: HomePaths): Step[] {
  if (!record) return [];
  writeInstall(home, file, record);
  return [{ what: 'record', file: home.installs, outcome: 'changed', says: 'Kept what stood there before.' }];
}

export function registerPlan(plan: InitPlan, scope: Scope | undefined): Step {
  const { file, text, planned, changed, record } = plan;
  if (changed) {
    if (record) sweepTemporaries(file, record);
    // The settings of a user can hold keys; those of a project are everybody's, by the umask.
    const newFileMode = scope === 'user' ? 0o600 : undefined;
    applyText(file, planned, text, { newFileMode });
  }
  return settingsStep(plan, false);
}

export function settingsStep(plan: InitPlan, dryRun: boolean): Step {
  const { file, text, planned, changed, removed, elsewhere, record } = plan;
  const step = (outcome: Step['outcome'], says: string): Step => ({ what: 'settings', file, outcome, says });
  const out = removed.length > 0 ? ` You took out ${removed.join(', ')}, which stays out.` : '';
  if (changed) {
    const says = `${dryRun ? 'Would register' : 'Registered'} the hooks in ${file}.${out}`;
    return { ...step('changed', says), diff: lineDiff(file, text, planned) };
  }
  if (elsewhere !== null)
    return step('unchanged', `The hooks are registered in ${elsewhere}, which holds here too.`);
  if (removed.length > 0 && record === null && !hasAny(plan)) {
    return step('left', `Our hooks were taken out of ${file}, and stay out.`);
  }
  return step(out === '' ? 'unchanged' : 'left', `The hooks are registered in ${file}.${out}`);
}

function hasAny({ text }: InitPlan): boolean {
  return text !== null && /\/hooks\/[a-z-]+\.sh/.test(text);
}
