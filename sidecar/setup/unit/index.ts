import { HoldfastError } from '../../errors/index.ts';
import type { Step } from '../steps.ts';
import { type Supervisor, supervisorFor, type UnitOptions, type UnitState } from './supervisor.ts';
import { applyUnitFile, checkUnitFile, hasUnit, removeUnitFile, type UnitFileState } from './unit-file.ts';

export type { Run, UnitOptions } from './supervisor.ts';
export {
  applyUnitFile,
  checkUnitFile,
  hasUnit,
  removeUnitFile,
  type UnitFile,
  type UnitFileState,
} from './unit-file.ts';

export type UnitStatus = UnitState & {
  supervisor: Supervisor['name'];
  file: string;
  fileState: UnitFileState;
  /** Why the supervisor cannot be asked; null where it can. */
  problem: string | null;
};

/** Writes the unit, and has it start at each login. What it starts is not waited for, and not begun here. */
export function installUnit(options: UnitOptions): Step {
  const supervisor = requireSupervisor(options);
  const step = applyUnitFile({ ...options, anew: true });
  supervisor.enable();
  return step;
}

/** Of an upgrade: the file alone. What runs goes on, and may be who does this. */
export function renewUnit(options: UnitOptions): Step {
  const step = applyUnitFile(options);
  if (step.outcome === 'changed') supervisorFor(options).reread();
  return step;
}

/** Ends what the unit runs, and takes it away. Where the supervisor cannot be asked the file goes all the same. */
export function removeUnit(options: UnitOptions): Step {
  const supervisor = supervisorFor(options);
  const isThere = supervisor.problem() === null;
  if (isThere) supervisor.disable();
  const step = removeUnitFile(options);
  if (isThere) supervisor.reread();
  return step;
}

export function unitStatus(options: UnitOptions): UnitStatus {
  const supervisor = supervisorFor(options);
  const { file, state: fileState } = checkUnitFile(options);
  const problem = supervisor.problem();
  const state = problem === null ? supervisor.state() : { enabled: false, active: false, pid: null };
  return { supervisor: supervisor.name, file, fileState, problem, ...state };
}

/** Null: there is no unit, or nobody who could start it here. Then a sidecar is started as without one. */
export function unitToStart(options: UnitOptions): Supervisor | null {
  if (!hasUnit(options.home)) return null;
  const supervisor = supervisorFor(options);
  return supervisor.problem() === null ? supervisor : null;
}

function requireSupervisor(options: UnitOptions): Supervisor {
  const { platform = process.platform } = options;
  if (platform === 'win32') {
    throw new HoldfastError(
      'PLATFORM_UNSUPPORTED',
      'Windows has no service for Holdfast yet.',
      'Not yet: use WSL.',
    );
  }
  const supervisor = supervisorFor(options);
  const problem = supervisor.problem();
  if (problem === null) return supervisor;
  throw new HoldfastError(
    'UNIT_UNSUPPORTED',
    `There is no ${supervisor.name} of this user that could be asked (${problem}). Nothing was written.`,
    'Without a service, each Claude Code session starts the sidecar where none runs.',
  );
}
