import type { Deed } from './reading.ts';

/** What a deed takes back by being done: a rollback a deploy, a removed tag a release, a start a stop. */
export function undoneBy(deed: Deed): Deed[] {
  const { verb, outcome, on, kinds = [], named, undoes } = deed;
  if (outcome !== 'did' || undoes) return [];
  const back = (undone: Deed['verb'], sorts: readonly string[] = []): Deed => ({
    verb: undone,
    outcome,
    on,
    ...(sorts.length > 0 ? { kinds: [...sorts] } : {}),
    ...(named ? { named } : {}),
    undoes: true,
  });
  if (verb === 'start') return [back('stop', kinds)];
  if (verb === 'revert' && kinds.some((kind) => kind === 'deploy' || kind === 'deployment')) {
    // `vercel rollback` names nothing; `helm rollback blog` is no rollback of another release.
    const names = on.filter((word) => !/^(?:rollback|undo|releases|\d+)$/.test(word));
    return [{ ...back('deploy'), on: names, ...(names.length > 0 ? { named: true as const } : {}) }];
  }
  if (verb !== 'remove') return [];
  if (kinds.includes('tag') || kinds.includes('release'))
    return [back('release', kinds), back('create', kinds)];
  return kinds.includes('branch') || kinds.includes('worktree') ? [back('create', kinds)] : [];
}
