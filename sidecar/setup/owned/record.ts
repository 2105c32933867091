import { readFileSync } from 'node:fs';
import writeFileAtomic from 'write-file-atomic';
import { isObject } from '../settings-text.ts';

type ByName = Record<string, string>;

/** What we put into other people's folders, by file name: the one way to tell what they did with it since. */
export type OwnedRecord = {
  /** The version that went through all of the files last. */
  version: string;
  /** sha256 of what was written last. */
  files: ByName;
  /** While an upgrade copies: what each file held before. A kill in between leaves either of the two. */
  replaced?: ByName;
  /** sha256 of what was put beside an edited file as NAME.new. Once is enough: the person may delete that. */
  offered?: ByName;
  /** The version that found the file deleted by the person. It stays deleted. */
  deleted?: ByName;
};

/** Null where there is none, or a damaged one: then only bytes that were shipped count as ours. */
export function readRecord(file: string): OwnedRecord | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (!isObject(value) || !isObject(value.files)) return null;
    return {
      version: String(value.version),
      files: stringsOf(value.files),
      ...(isObject(value.replaced) ? { replaced: stringsOf(value.replaced) } : {}),
      ...(isObject(value.offered) ? { offered: stringsOf(value.offered) } : {}),
      ...(isObject(value.deleted) ? { deleted: stringsOf(value.deleted) } : {}),
    };
  } catch {
    return null;
  }
}

export function writeRecord(file: string, record: OwnedRecord): void {
  const { version, files, ...rest } = record;
  const filled = Object.entries(rest).filter(([, entries]) => Object.keys(entries).length > 0);
  const text = JSON.stringify({ version, files, ...Object.fromEntries(filled) }, null, 2);
  writeFileAtomic.sync(file, `${text}\n`, { mode: 0o600 });
}

function stringsOf(value: Record<string, unknown>): ByName {
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
