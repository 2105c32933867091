import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { bytesBefore, type InstallRecord, isAsWritten } from './installs.ts';
import { realTarget } from './settings-file.ts';

/**
 * Removes what a kill -9 in mid write left beside a file that we write: one with the name that
 * write-file-atomic gives, empty or with just the bytes that we were about to write.
 */
export function sweepTemporaries(file: string, record: InstallRecord): void {
  const target = realTarget(file);
  const before = bytesBefore(record);
  const prefix = `${basename(target)}.`;
  for (const name of namesIn(dirname(target))) {
    if (!name.startsWith(prefix) || !/^\d{1,10}$/.test(name.slice(prefix.length))) continue;
    const path = join(dirname(target), name);
    if (!lstatSync(path).isFile()) continue;
    const bytes = readFileSync(path);
    const isOurs = bytes.length === 0 || isAsWritten(record, bytes) || before?.equals(bytes);
    if (isOurs) rmSync(path, { force: true });
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return []; // No folder, no leftovers.
  }
}
