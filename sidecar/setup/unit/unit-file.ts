import { lstatSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { delimiter, dirname, isAbsolute } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { systemCode } from '../../errors/index.ts';
import { type HomePaths, writeWhole } from '../../home/index.ts';
import { UNIT_MARK } from '../../machine/index.ts';
import { sha256 } from '../installs.ts';
import { isObject } from '../settings-text.ts';
import type { Step } from '../steps.ts';
import { supervisorFor, type UnitOptions } from './supervisor.ts';

/**
 * `absent`: never written; `deleted`: written, and the person took it away; `current`; `outdated`: as an
 * earlier version, or another Node, wrote it; `edited`: the person's, and left.
 */
export type UnitFileState = 'absent' | 'deleted' | 'current' | 'outdated' | 'edited';

export type UnitFile = { file: string; state: UnitFileState; planned: string };

type UnitRecord = {
  file: string;
  /** Of what we wrote there; while it is being replaced, of both. */
  sha256: string[];
  /** The PATH in it. */
  path: string;
};

/** What stands in the unit's place, and what belongs there. */
export function checkUnitFile(options: UnitOptions): UnitFile {
  const supervisor = supervisorFor(options);
  const record = readRecord(options.home);
  const planned = supervisor.render(factsOf(options, record));
  const { file } = supervisor;
  const present = textOf(file);
  return { file, planned, state: stateOf(present, planned, record?.file === file ? record : null) };
}

/** Writes the unit where it is absent or as we wrote it. Starts nothing. */
export function applyUnitFile(options: UnitOptions): Step {
  const { file, state, planned } = checkUnitFile(options);
  const step = { what: 'unit', file } as const;
  if (state === 'edited') {
    return {
      ...step,
      outcome: 'left',
      says: `${file} was edited by hand and is left; remove it to get ours.`,
    };
  }
  const { home } = options;
  const record = { file, path: pathFor(options, readRecord(home)) };
  // First: whenever a kill comes, what stands there is known as ours, and never taken for the person's edit.
  const before = state === 'outdated' ? [sha256(textOf(file) ?? '')] : [];
  writeRecord(home, { ...record, sha256: [sha256(planned), ...before] });
  if (state === 'current') return { ...step, outcome: 'unchanged', says: `The unit stands in ${file}.` };
  mkdirSync(dirname(file), { recursive: true });
  writeFileAtomic.sync(file, planned, { mode: 0o644 });
  writeRecord(home, { ...record, sha256: [sha256(planned)] });
  return { ...step, outcome: 'changed', says: `Wrote ${file}.` };
}

/** Removes the unit where it is as we wrote it. */
export function removeUnitFile(options: UnitOptions): Step {
  const { file, state } = checkUnitFile(options);
  const step = { what: 'unit', file } as const;
  if (state !== 'edited') rmSync(file, { force: true });
  rmSync(options.home.unit, { force: true });
  if (state === 'edited') {
    return { ...step, outcome: 'left', says: `${file} was edited by hand and is left.` };
  }
  if (state === 'absent') return { ...step, outcome: 'unchanged', says: 'There was no unit of ours.' };
  return { ...step, outcome: 'changed', says: `Removed ${file}.` };
}

export function hasUnit(home: HomePaths): boolean {
  return readRecord(home) !== null;
}

function factsOf(options: UnitOptions, record: UnitRecord | null) {
  const { home, launch } = options;
  return { ...launch, HOLDFAST_HOME: home.root, PATH: pathFor(options, record), [UNIT_MARK]: 'yes' };
}

/** Of the shell in which the unit was installed: an upgrade may be made by an editor that has a poorer one. */
function pathFor(
  { launch, env = process.env, anew = false }: UnitOptions,
  record: UnitRecord | null,
): string {
  return record && !anew ? record.path : pathOf(env, launch.node);
}

/** What a run of npm puts in front is gone tomorrow; node itself must be found by a `claude` that is a script. */
function pathOf(env: NodeJS.ProcessEnv, node: string): string {
  const folders = [...(env.PATH ?? '').split(delimiter), dirname(node), '/usr/local/bin', '/usr/bin', '/bin'];
  const lasting = folders.filter(
    (folder) => isAbsolute(folder) && !/[/\\](node_modules|_npx)[/\\]/.test(folder),
  );
  return [...new Set(lasting)].join(delimiter);
}

function stateOf(present: string | null, planned: string, record: UnitRecord | null): UnitFileState {
  if (present === null) return record ? 'deleted' : 'absent';
  if (present === planned) return 'current';
  return record?.sha256.includes(sha256(present)) ? 'outdated' : 'edited';
}

function textOf(file: string): string | null {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    if (systemCode(cause) !== 'ENOENT') throw cause;
    // A link to nowhere is a person's, and systemd's own way to mask a unit is a link too.
    return lstatSync(file, { throwIfNoEntry: false }) ? '' : null;
  }
}

function readRecord(home: HomePaths): UnitRecord | null {
  try {
    const value: unknown = JSON.parse(readFileSync(home.unit, 'utf8'));
    if (!isObject(value) || !Array.isArray(value.sha256)) return null;
    return { file: String(value.file), sha256: value.sha256.map(String), path: String(value.path) };
  } catch {
    return null; // None; or a damaged one, and then a unit that stands there counts as the person's.
  }
}

function writeRecord(home: HomePaths, record: UnitRecord): void {
  writeWhole(home.unit, `${JSON.stringify(record, null, 2)}\n`);
}
