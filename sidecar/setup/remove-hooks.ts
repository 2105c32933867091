import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { systemCode } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { isUnedited, manifestPath, readManifest, removeManifest } from './hook-manifest.ts';
import { attempt, reportOf, type Step, type StepsReport } from './steps.ts';

/** Removes the deployed scripts that are still as we wrote them; anything else in the folder is named. */
export function removeHooks(home: HomePaths): StepsReport {
  return reportOf(attempt({ what: 'scripts', file: home.hooks, run: () => remove(home) }));
}

function remove(home: HomePaths): Step[] {
  const manifest = readManifest(home);
  const names = namesIn(home.hooks).filter((name) => join(home.hooks, name) !== manifestPath(home));
  const left: Step[] = [];
  let removed = 0;
  for (const name of names) {
    const file = join(home.hooks, name);
    if (manifest?.files[name] !== undefined && isUnedited(manifest, name, readFileSync(file))) {
      rmSync(file);
      removed++;
    } else {
      const why = manifest?.files[name] === undefined ? 'is not one of ours' : 'was edited by hand';
      left.push({ what: 'scripts', file, outcome: 'left', says: `${file} ${why} and is left.` });
    }
  }
  // Last: a removal that was killed before this still knows what is ours.
  removeManifest(home);
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
