import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { sha256 } from '../installs.ts';
import { lineDiff } from '../line-diff.ts';
import type { Step } from '../steps.ts';
import { type Judged, judge, type OwnedFile } from './judge.ts';
import { type OwnedRecord, readRecord, writeRecord } from './record.ts';

/**
 * What a file means that we wrote once and that is gone. `restore`: an accident, for which somebody runs
 * `init`. `bury`: the person's wish, from now on. `leave`: nobody asked; it is neither.
 */
export type Absent = 'restore' | 'bury' | 'leave';

export type BringOptions = {
  files: readonly OwnedFile[];
  /** Where the record of these files lies. */
  recordFile: string;
  what: Step['what'];
  /** Of these files in a sentence: `hook script`. */
  noun: string;
  version: string;
  absent: Absent;
  /** The folder for what is replaced. */
  backups: string;
  dryRun?: boolean;
  /** A test looks at the disk as a kill at this point would leave it. */
  reached?: (point: string) => void;
};

type Planned = { owned: OwnedFile; judged: Judged; does: Deed };
type Deed = 'nothing' | 'write' | 'replace' | 'chmod' | 'stays-away' | 'bury' | 'gone' | 'left' | 'failed';

/** Ours and outdated: backed up and replaced. Edited: left, with ours beside it. Deleted: stays deleted. */
export function bringUpToDate(options: BringOptions): Step[] {
  const { files, recordFile, dryRun = false, backups, reached } = options;
  const record = readRecord(recordFile);
  const planned = files.map((owned) => plan(owned, record, options.absent));
  const offers = planned.filter((one) => isOffered(one, record));
  const next = nextRecord(record, planned, offers, options.version);
  const changes = planned.filter(({ does }) => does === 'write' || does === 'replace' || does === 'chmod');
  const isSame = JSON.stringify(next) === JSON.stringify(record);

  if (!dryRun && (!isSame || changes.length > 0)) {
    mkdirSync(dirname(recordFile), { recursive: true, mode: 0o700 });
    const replaced = changes.filter(({ does }) => does === 'replace');
    if (replaced.length > 0) {
      // First a record that knows the old bytes and the new ones: whenever a kill comes, a half-copied
      // folder is recognised as ours and finished by the next run, and never taken for a person's edit.
      writeRecord(recordFile, {
        ...(record ?? { version: options.version, files: {} }),
        replaced: Object.fromEntries(
          replaced.map(({ owned, judged }) => [owned.name, hashOf(judged)] as const),
        ),
      });
      reached?.('recorded');
    }
    for (const { owned, judged, does } of changes) {
      if (does === 'replace' && judged.present) backUp(backups, owned.name, judged.present);
      if (does === 'chmod') chmodSync(owned.file, owned.mode);
      else {
        mkdirSync(dirname(owned.file), { recursive: true, mode: 0o700 });
        writeFileAtomic.sync(owned.file, owned.content, { mode: owned.mode });
      }
      reached?.('wrote');
    }
    for (const { owned } of offers) {
      if (mayWriteBeside(owned, record)) {
        writeFileAtomic.sync(`${owned.file}.new`, owned.content, { mode: owned.mode });
      }
      reached?.('offered');
    }
    writeRecord(recordFile, next);
  }
  return [summary(changes, next, record, options), ...planned.flatMap((one) => told(one, offers, options))];
}

function plan(owned: OwnedFile, record: OwnedRecord | null, absent: Absent): Planned {
  const judged = judge(owned, record);
  const doing = (does: Deed): Planned => ({ owned, judged, does });
  switch (judged.state) {
    case 'current':
      return doing('nothing');
    case 'mode':
      return doing('chmod');
    case 'ours':
      return doing('replace');
    case 'edited':
      return doing('left');
    case 'unreadable':
      return doing('failed');
    case 'absent':
      if (record?.deleted?.[owned.name] !== undefined) return doing('stays-away');
      if (record?.files[owned.name] === undefined || absent === 'restore') return doing('write');
      return doing(absent === 'bury' ? 'bury' : 'gone');
  }
}

/** Beside an edited file lies what this version ships, unless that is what it was edited from. */
function isOffered({ owned, does }: Planned, record: OwnedRecord | null): boolean {
  if (does !== 'left') return false;
  const hash = sha256(owned.content);
  return record?.files[owned.name] !== hash && record?.offered?.[owned.name] !== hash;
}

function mayWriteBeside(owned: OwnedFile, record: OwnedRecord | null): boolean {
  const beside = judge({ ...owned, file: `${owned.file}.new` }, record);
  return beside.state === 'absent' || beside.state === 'ours';
}

function nextRecord(
  record: OwnedRecord | null,
  planned: Planned[],
  offers: Planned[],
  version: string,
): OwnedRecord {
  const files = { ...record?.files };
  const offered = { ...record?.offered };
  const deleted = { ...record?.deleted };
  for (const { owned, does } of planned) {
    const { name, content } = owned;
    if (does === 'bury') deleted[name] = version;
    if (does === 'nothing' || does === 'write' || does === 'replace' || does === 'chmod') {
      files[name] = sha256(content);
      delete offered[name];
      delete deleted[name]; // The person put it back, or asked for it.
    }
  }
  for (const { owned } of offers) offered[owned.name] = sha256(owned.content);
  const isFilled = (entries: Record<string, string>) => Object.keys(entries).length > 0;
  return {
    version,
    files,
    ...(isFilled(offered) ? { offered } : {}),
    ...(isFilled(deleted) ? { deleted } : {}),
  };
}

/** Named by its bytes: a run that is repeated after a kill keeps one copy. */
export function backUp(backups: string, name: string, bytes: Buffer): void {
  const file = join(backups, `${name}.${sha256(bytes).slice(0, 12)}`);
  if (existsSync(file)) return;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  writeFileAtomic.sync(file, bytes, { mode: 0o600 });
}

function summary(
  changes: Planned[],
  next: OwnedRecord,
  record: OwnedRecord | null,
  { what, noun, recordFile, backups, dryRun = false }: BringOptions,
): Step {
  const step = (outcome: Step['outcome'], says: string): Step => ({
    what,
    file: dirname(recordFile),
    outcome,
    says,
  });
  if (changes.length === 0) {
    if (JSON.stringify(next) === JSON.stringify(record))
      return step('unchanged', `The ${noun}s are in place.`);
    const says = `${dryRun ? 'Would bring' : 'Brought'} the list of the ${noun}s up to date.`;
    return step('changed', says);
  }
  const count = `${changes.length} ${noun}${changes.length === 1 ? '' : 's'}`;
  const replaced = changes.filter(({ does }) => does === 'replace').map(({ owned }) => owned.name);
  const kept = replaced.length > 0 ? ` What ${replaced.join(', ')} held before is in ${backups}.` : '';
  const diff = changes
    .map(({ owned, judged }) =>
      lineDiff(owned.file, judged.present?.toString('utf8') ?? null, owned.content.toString('utf8')),
    )
    .join('');
  return { ...step('changed', dryRun ? `Would write ${count}.` : `Wrote ${count}.${kept}`), diff };
}

function told({ owned, judged, does }: Planned, offers: Planned[], options: BringOptions): Step[] {
  const { what, dryRun = false } = options;
  const { file, name } = owned;
  const left = (says: string): Step[] => [{ what, file, outcome: 'left', says }];
  if (judged.state === 'unreadable') {
    return [{ what, file, outcome: 'failed', says: judged.error.message, error: judged.error }];
  }
  if (judged.state === 'edited') {
    const isNew = offers.some((offer) => offer.owned === owned);
    const beside = dryRun ? 'would be put beside it' : 'is beside it';
    const ours = isNew ? ` What this version ships ${beside} as ${name}.new.` : '';
    return left(`${file} ${judged.why} and is left as it is; remove it to get ours.${ours}`);
  }
  if (does === 'bury' || does === 'stays-away') {
    const stays =
      dryRun && does === 'bury' ? 'is gone, and would stay deleted' : 'was deleted, and stays deleted';
    return left(`${file} ${stays}. To have it back: ${owned.back}`);
  }
  if (does === 'gone') {
    return left(
      `${file} is gone. \`holdfast init\` puts it back, \`holdfast migrate\` takes it as your wish.`,
    );
  }
  return [];
}

function hashOf({ present }: Judged): string {
  return sha256(present ?? Buffer.alloc(0));
}
