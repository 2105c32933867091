import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname } from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { HoldfastError, messageOf, systemCode } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import type { Scope } from './settings-path.ts';
import { isObject } from './settings-text.ts';

/** What `init` did to one settings file, or to one CLAUDE.md. */
export type InstallRecord = {
  file: string;
  project: string;
  scope: Scope;
  /** The bytes without us, base64; null: there was no file. */
  before: string | null;
  /** Of the bytes that we wrote: while the file has them, nobody else changed it. */
  afterSha256: string;
  /** Of bytes that we wrote earlier over the same `before`, which the last write replaced. */
  replacedSha256: string | null;
  /** The folder of the file was made by us. */
  createdFolder: boolean;
  installedAt: string;
  /** Of a settings file: the events that we ever wrote into it. One that is gone was taken out by the person. */
  events?: readonly string[];
  /** Of a CLAUDE.md: our block in it. */
  block?: BlockRecord;
};

export type BlockRecord = {
  /** Of the words between the markers, as written last. */
  sha256: string;
  /** Of what they replaced: a kill before the write leaves those. */
  replaced?: string;
  /** What we put before the block, so that it comes out again. */
  lead: string;
  /** Of the words that were put beside an edited block. */
  offered?: string;
  /** The version that found the block deleted. */
  deleted?: string;
};

export function readInstalls(home: HomePaths): InstallRecord[] {
  let text: string;
  try {
    text = readFileSync(home.installs, 'utf8');
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return [];
    throw damaged(home.installs, messageOf(cause), cause);
  }
  let records: unknown;
  try {
    records = JSON.parse(text);
  } catch (cause) {
    throw damaged(home.installs, messageOf(cause), cause);
  }
  if (!Array.isArray(records) || !records.every(isRecord))
    throw damaged(home.installs, 'it holds something else');
  return records;
}

/** Replaces the record of a file; null takes it out. The last one out takes the list with it. */
export function writeInstall(home: HomePaths, file: string, record: InstallRecord | null): void {
  // Read again at once before writing: another project's init may have added its own meanwhile.
  const all = readInstalls(home);
  const isKnown = all.some((known) => known.file === file);
  const kept = all.flatMap((known) => (known.file === file ? (record ?? []) : known));
  const records = record && !isKnown ? [...kept, record] : kept;
  if (records.length === 0) {
    rmSync(home.installs, { force: true });
    return;
  }
  mkdirSync(dirname(home.installs), { recursive: true, mode: 0o700 });
  writeFileAtomic.sync(home.installs, `${JSON.stringify(records, null, 2)}\n`, { mode: 0o600 });
}

/** True where the content is exactly what we wrote. */
export function isAsWritten(record: InstallRecord, content: string | Buffer | null): boolean {
  if (content === null) return false;
  const hash = sha256(content);
  return hash === record.afterSha256 || hash === record.replacedSha256;
}

export function textBefore(record: InstallRecord): string | null {
  return bytesBefore(record)?.toString('utf8') ?? null;
}

export function bytesBefore({ before }: InstallRecord): Buffer | null {
  return before === null ? null : Buffer.from(before, 'base64');
}

export function encodeBefore(content: string | Buffer | null): string | null {
  return content === null
    ? null
    : (typeof content === 'string' ? Buffer.from(content, 'utf8') : content).toString('base64');
}

export function sha256(content: string | Buffer): string {
  return createHash('sha256').update(content).digest('hex');
}

function isRecord(value: unknown): value is InstallRecord {
  return (
    isObject(value) &&
    typeof value.file === 'string' &&
    typeof value.project === 'string' &&
    typeof value.afterSha256 === 'string' &&
    (value.before === null || typeof value.before === 'string')
  );
}

function damaged(file: string, what: string, cause?: unknown): HoldfastError {
  return new HoldfastError(
    'INSTALLS_DAMAGED',
    `${file}, which says what the settings files were before Holdfast, cannot be read: ${what}.`,
    'Move it away and try again: then just our own entries are taken out of each file.',
    { cause, details: { file } },
  );
}
