export { HOOK_ENTRIES, type HookEntry, type HookGroup, hookGroup } from '../registration/index.ts';
export { beginPlugin } from './begin-plugin.ts';
export { writeConfigDefaults } from './config-defaults.ts';
export { type DeployOptions, deployHooks } from './deploy-hooks.ts';
export { type Check, type Diagnosis, diagnose } from './doctor/index.ts';
export { isTombstoned } from './hook-files.ts';
export { type InitOptions, type InitReport, init } from './init.ts';
export { type InstallRecord, readInstalls } from './installs.ts';
export { type Migrations, summaryOf } from './migrate/open.ts';
export { planMigration } from './migrate/run.ts';
export type { MigrationLine, MigrationReport, MigrationStep } from './migrate/step.ts';
export { migrationSteps, type StepsOptions } from './migrate/steps.ts';
export { notesBetween, type UpgradeNote } from './migrate/upgrade-notes.ts';
export { moveRenamedKeys } from './move-renamed-keys.ts';
export { isOurCommand, type OurHook, ourHooks } from './our-hooks.ts';
export { type PlanOptions, planRegistration } from './plan-registration.ts';
export { planRemoval, type RemovalOptions } from './plan-removal.ts';
export { purgeHome } from './purge-home.ts';
export {
  type HookFault,
  type RegisteredHooks,
  type RegisteredPlace,
  registeredHooks,
  switchedOff,
} from './registered-hooks.ts';
export { removeHooks } from './remove-hooks.ts';
export { type ConfigSet, setConfig } from './set-config.ts';
export { applyText, readSettings } from './settings-file.ts';
export { type Scope, settingsPath } from './settings-path.ts';
export type { Step, StepOutcome, StepsReport } from './steps.ts';
export { type UninstallOptions, type UninstallReport, uninstall } from './uninstall.ts';
export {
  applyUnitFile,
  checkUnitFile,
  hasUnit,
  installUnit,
  removeUnit,
  removeUnitFile,
  type UnitFileState,
  type UnitOptions,
  type UnitStatus,
  unitStatus,
  unitToStart,
} from './unit/index.ts';
