import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { workOf } from '../../sidecar/runs/work-of.ts';
import { purgeHome } from '../../sidecar/setup/index.ts';
import { git } from '../kit/git.ts';
import { scene } from './runs-kit.ts';

test('worktrees go when they hold nothing of their own, and never with uncommitted work', async () => {
  const { begin, reach, runs, project, one } = scene([
    'result',
    'result',
    'result',
    'result',
    'result',
    'hang',
  ]);
  const ended = async () => reach((await begin()).id, 'completed');
  const [clean, dirty, ahead, lost, byHand] = [
    await ended(),
    await ended(),
    await ended(),
    await ended(),
    await ended(),
  ];
  const live = await begin();
  await reach(live.id, 'running');
  writeFileSync(join(dirty.directory, 'mine'), 'x');
  git(ahead.directory, 'commit', '--quiet', '--allow-empty', '--message=work');
  git(lost.directory, 'switch', '--quiet', '--detach');
  git(lost.directory, 'commit', '--quiet', '--allow-empty', '--message=on no branch');
  rmSync(byHand.directory, { recursive: true });

  const plan = await runs.clean({ dryRun: true });
  expect(plan.every(({ removed }) => !removed)).toBe(true);
  expect(existsSync(clean.directory)).toBe(true);

  const steps = new Map((await runs.clean({ dryRun: false })).map((step) => [step.id, step]));
  expect(steps.get(clean.id)).toMatchObject({ removed: true, branchDeleted: true });
  expect(steps.get(dirty.id)).toMatchObject({ removed: false, why: 'uncommitted: mine' });
  expect(steps.get(ahead.id)).toMatchObject({ removed: true, branchDeleted: false });
  expect(steps.get(lost.id)).toMatchObject({ removed: false, why: 'its last commit is on no branch' });
  expect(steps.get(byHand.id)).toMatchObject({ removed: true });
  expect(steps.get(live.id)).toMatchObject({ removed: false, why: 'the run is running' });
  expect(existsSync(clean.directory)).toBe(false);
  expect(existsSync(join(dirty.directory, 'mine'))).toBe(true);
  expect(existsSync(lost.directory)).toBe(true);
  expect(git(project, 'log', '-1', '--format=%s', ahead.branch ?? '').trim()).toBe('work');
  expect(one(clean.id).cleanedAt).not.toBeNull();
  const again = await runs.clean({ dryRun: false });
  expect(again.map(({ id }) => id).sort()).toEqual([dirty.id, lost.id, live.id].sort());
});

test('a home that is purged keeps what runs worked on', async () => {
  const { begin, reach, home } = scene(['touch made; result']);
  const run = await reach((await begin()).id, 'completed');
  expect(purgeHome(home)).toMatchObject([{ outcome: 'left', says: expect.stringContaining('worktrees') }]);
  expect(existsSync(join(run.directory, 'made'))).toBe(true);
});

test('what a run left in git is shown, with the command that merges it', async () => {
  const { begin, reach, runs, project } = scene(['result']);
  const run = await reach((await begin()).id, 'completed');
  const { git: askGit } = runs.rooms;
  expect(await workOf(askGit, run)).toEqual({ commits: [], uncommitted: [], merge: null });
  writeFileSync(join(run.directory, 'new'), 'x');
  git(run.directory, 'commit', '--quiet', '--allow-empty', '--message=Mend the parser');
  expect(await workOf(askGit, run)).toEqual({
    commits: [{ hash: expect.stringMatching(/^[0-9a-f]+$/), subject: 'Mend the parser' }],
    uncommitted: ['new'],
    merge: `git -C ${project} merge ${run.branch}`,
  });
});
