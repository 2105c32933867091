import { lstatSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type InstallRecord, isAsWritten, sha256, textBefore } from './installs.ts';
import { realTarget } from './settings-file.ts';

/**
 * Removes what a kill -9 in mid write left beside the settings file: a file with the name that
 * write-file-atomic gives, empty or with just the bytes that we were about to write.
 */
export function sweepTemporaries(file: string, record: InstallRecord): void {
  const target = realTarget(file);
  const before = textBefore(record);
  const prefix = `${basename(target)}.`;
  for (const name of namesIn(dirname(target))) {
    if (!name.startsWith(prefix) || !/^\d{1,10}$/.test(name.slice(prefix.length))) continue;
    const path = join(dirname(target), name);
    if (!lstatSync(path).isFile()) continue;
    const text = readFileSync(path, 'utf8');
    const isOurs =
      text === '' || isAsWritten(record, text) || (before !== null && sha256(text) === sha256(before));
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
