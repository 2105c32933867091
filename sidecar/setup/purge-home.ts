import { existsSync, readdirSync, rmdirSync, rmSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { HomePaths } from '../home/index.ts';
import type { Step } from './steps.ts';

/**
 * Deletes what Holdfast made in its home, name by name, and the folder if nothing else is in it: a home
 * that was set to a folder with other things in it loses none of them. What runs worked on is the person's:
 * `holdfast runs clean` removes the worktrees that hold nothing of their own, and the others stay.
 */
export function purgeHome(home: HomePaths): Step[] {
  const { root, hooks, worktrees, ...ours } = home;
  if (isEmptyFolder(worktrees)) rmdirSync(worktrees);
  const database = basename(home.database);
  for (const name of readdirSync(root)) {
    const isOurs = Object.values(ours).includes(join(root, name)) || name.startsWith(`${database}-`);
    if (isOurs || name === `${database}.new`) rmSync(join(root, name), { recursive: true, force: true });
  }
  const left = readdirSync(root);
  if (left.length === 0) {
    rmdirSync(root);
    return [{ what: 'scripts', file: root, outcome: 'changed', says: `Deleted ${root}.` }];
  }
  const says = `Deleted what Holdfast recorded in ${root}; ${left.join(', ')} stays, which is not ours, was edited, or holds the work of runs.`;
  return [{ what: 'scripts', file: root, outcome: 'left', says }];
}

function isEmptyFolder(folder: string): boolean {
  return existsSync(folder) && readdirSync(folder).length === 0;
}
