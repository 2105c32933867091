import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, delimiter, dirname, isAbsolute, join, sep } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { type HomePaths, writeWhole } from '../../home/index.ts';
import { UNIT_MARK } from '../../machine/index.ts';
import { sha256 } from '../installs.ts';
import { backUp } from '../owned/bring-up-to-date.ts';
import { judge, type OwnedFile } from '../owned/judge.ts';
import type { OwnedRecord } from '../owned/record.ts';
import { takeAway } from '../owned/take-away.ts';
import { removeIfEmpty } from '../remove-hooks.ts';
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
  /** Of what was put beside an edited one. */
  offered?: string;
  /** The PATH in it. */
  path: string;
  /** The topmost folder that was made for it. */
  made?: string | undefined;
};

const UNIT_MODE = 0o644;

/** What stands in the unit's place, and what belongs there. Throws FILE_UNREADABLE. */
export function checkUnitFile(options: UnitOptions): UnitFile {
  const { owned, planned, judged, known } = look(options);
  const { file } = owned;
  switch (judged.state) {
    case 'absent':
      return { file, planned, state: known ? 'deleted' : 'absent' };
    case 'ours':
      return { file, planned, state: 'outdated' };
    case 'edited':
      return { file, planned, state: 'edited' };
    case 'unreadable':
      throw judged.error;
    default: // Who may read it is the person's.
      return { file, planned, state: 'current' };
  }
}

/** Writes the unit where it is absent or as we wrote it; beside an edited one what is new. Starts nothing. */
export function applyUnitFile(options: UnitOptions): Step {
  const { file, state, planned } = checkUnitFile(options);
  const step = { what: 'unit', file } as const;
  if (state === 'edited') {
    const beside = offerBeside(options)
      ? ` What this version ships is beside it as ${basename(file)}.new.`
      : '';
    const says = `${file} was edited by hand and is left; remove it to get ours.${beside}`;
    return { ...step, outcome: 'left', says };
  }
  const { home } = options;
  const { made } = recordAt(home, file) ?? {};
  const record = { file, path: pathFor(options, readRecord(home)), made };
  const present = state === 'outdated' ? readFileSync(file) : null;
  // First: whenever a kill comes, what stands there is known as ours, and never taken for the person's edit.
  writeRecord(home, { ...record, sha256: [sha256(planned), ...(present ? [sha256(present)] : [])] });
  if (state === 'current') return { ...step, outcome: 'unchanged', says: `The unit stands in ${file}.` };
  if (present) backUp(join(home.backups, 'service'), basename(file), present);
  const madeNow = mkdirSync(dirname(file), { recursive: true });
  writeFileAtomic.sync(file, planned, { mode: UNIT_MODE });
  writeRecord(home, { ...record, sha256: [sha256(planned)], made: madeNow ?? made });
  return { ...step, outcome: 'changed', says: `Wrote ${file}.` };
}

/** Removes the unit where it is as we wrote it, and the folders that were made for it. */
export function removeUnitFile(options: UnitOptions): Step {
  const { owned, known, ownedRecord } = look(options);
  const { file } = owned;
  const { removed, left } = takeAway(owned, ownedRecord, 'unit');
  for (let folder = dirname(file); isInside(folder, known?.made) && removeIfEmpty(folder); ) {
    folder = dirname(folder);
  }
  rmSync(options.home.unit, { force: true });
  const step = { what: 'unit', file } as const;
  if (left.length > 0) {
    return { ...step, outcome: 'left', says: left.map(({ says }) => says).join(' ') };
  }
  if (!removed) return { ...step, outcome: 'unchanged', says: 'There was no unit of ours.' };
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

/** The file by the same rules as every other that we write into a person's folder. */
function look(options: UnitOptions) {
  const supervisor = supervisorFor(options);
  const { file } = supervisor;
  const planned = supervisor.render(factsOf(options, readRecord(options.home)));
  const name = basename(file);
  const content = Buffer.from(planned);
  const back = 'holdfast service install';
  const owned: OwnedFile = { name, file, content, mode: UNIT_MODE, shippedAs: RENDERED, back };
  const known = recordAt(options.home, file);
  const ownedRecord = known && asOwned(known, name);
  return { owned, planned, known, ownedRecord, judged: judge(owned, ownedRecord) };
}

/** Its bytes are of this machine: only the record of the home knows them. */
const RENDERED = '';

function asOwned({ sha256: [last = '', before], offered }: UnitRecord, name: string): OwnedRecord {
  return {
    version: '',
    files: { [name]: last },
    ...(before ? { replaced: { [name]: before } } : {}),
    ...(offered ? { offered: { [name]: offered } } : {}),
  };
}

/** Once for each text: what the person deleted does not come back. */
function offerBeside(options: UnitOptions): boolean {
  const { owned, planned, known, ownedRecord } = look(options);
  const hash = sha256(planned);
  if (!known || known.sha256.includes(hash) || known.offered === hash) return false;
  const file = `${owned.file}.new`;
  const { state } = judge({ ...owned, file }, ownedRecord);
  if (state !== 'absent' && state !== 'ours') return false;
  writeFileAtomic.sync(file, planned, { mode: UNIT_MODE });
  writeRecord(options.home, { ...known, offered: hash });
  return true;
}

function isInside(folder: string, made: string | undefined): boolean {
  return made !== undefined && (folder === made || folder.startsWith(made + sep));
}

function recordAt(home: HomePaths, file: string): UnitRecord | null {
  const record = readRecord(home);
  return record?.file === file ? record : null;
}

function readRecord(home: HomePaths): UnitRecord | null {
  try {
    const value: unknown = JSON.parse(readFileSync(home.unit, 'utf8'));
    if (!isObject(value) || !Array.isArray(value.sha256)) return null;
    return {
      file: String(value.file),
      sha256: value.sha256.map(String),
      path: String(value.path),
      ...(typeof value.offered === 'string' ? { offered: value.offered } : {}),
      ...(typeof value.made === 'string' ? { made: value.made } : {}),
    };
  } catch {
    return null; // None; or a damaged one, and then a unit that stands there counts as the person's.
  }
}

function writeRecord(home: HomePaths, record: UnitRecord): void {
  writeWhole(home.unit, `${JSON.stringify(record, null, 2)}\n`);
}
