import { readdirSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { hookFile, manifestPath } from './hook-files.ts';
import { shippedBytes } from './owned/known-bytes.ts';
import { readRecord } from './owned/record.ts';
import { takeAway } from './owned/take-away.ts';
import { attempt, reportOf, type Step, type StepsReport } from './steps.ts';

/** Removes the deployed scripts that are still as we wrote them; anything else in the folder is named. */
export function removeHooks(home: HomePaths): StepsReport {
  return reportOf(attempt({ what: 'scripts', file: home.hooks, run: () => remove(home) }));
}

function remove(home: HomePaths): Step[] {
  const record = readRecord(manifestPath(home));
  const isOurName = (name: string) =>
    record?.files[name] !== undefined || shippedBytes()[`hooks/${name}`] !== undefined;
  const left: Step[] = [];
  let removed = 0;
  const places = namesIn(home.hooks).map((name) => {
    const of = name.endsWith('.new') ? name.slice(0, -'.new'.length) : name;
    return isOurName(of) ? of : name;
  });
  for (const name of new Set(places)) {
    const file = join(home.hooks, name);
    if (file === manifestPath(home)) continue;
    if (!isOurName(name)) {
      left.push({ what: 'scripts', file, outcome: 'left', says: `${file} is not one of ours and is left.` });
      continue;
    }
    // No bytes to compare with: what is ours by the record or by the list of all that was shipped, goes.
    const taken = takeAway(hookFile(home, name, Buffer.alloc(0)), record, 'scripts');
    if (taken.removed) removed++;
    left.push(...taken.left);
  }
  // Last: a removal that was killed before this still knows what is ours.
  rmSync(manifestPath(home), { force: true });
  if (left.length === 0) removeIfEmpty(home.hooks);
  const plural = removed === 1 ? '' : 's';
  return [
    {
      what: 'scripts',
      file: home.hooks,
      outcome: removed > 0 ? 'changed' : 'unchanged',
      says: removed > 0 ? `Removed ${removed} hook script${plural}.` : 'There were no hook scripts of ours.',
    },
    ...left,
  ];
}

export function removeIfEmpty(folder: string): boolean {
  try {
    rmdirSync(folder);
    return true;
  } catch (cause) {
    if (['ENOENT', 'ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(systemCode(cause) ?? '')) return false;
    throw cause;
  }
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (cause) {
    if (systemCode(cause) === 'ENOENT') return [];
    throw cause;
  }
}
