import { chmodSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { inTime } from '../../sidecar/runs/branch-of.ts';
import { git as ownGit } from '../../sidecar/runs/git.ts';
import { branchOf } from '../../sidecar/runs/index.ts';
import { readRepository } from '../../sidecar/runs/repository.ts';
import { git, repository } from '../kit/git.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

afterEach(() => vi.unstubAllEnvs());

test('a directory of a repository, below it, and before its first commit has its branch', async () => {
  const project = repository(temporaryFolder());
  mkdirSync(join(project, 'below'));
  expect([await branchOf(project), await branchOf(join(project, 'below'))]).toEqual(['main', 'main']);
  git(project, 'switch', '--quiet', '--create', 'a/b');
  expect(await branchOf(project)).toBe('a/b');
  const empty = temporaryFolder();
  git(empty, 'init', '--quiet', '--initial-branch=first');
  expect(await branchOf(empty)).toBe('first');
});

test('a linked worktree has its own', async () => {
  const project = repository(temporaryFolder());
  const linked = join(temporaryFolder(), 'linked');
  git(project, 'worktree', 'add', '--quiet', '-b', 'other', linked);
  expect([await branchOf(project), await branchOf(linked)]).toEqual(['main', 'other']);
});

test('a branch is the same whatever tag has its name', async () => {
  const project = repository(temporaryFolder());
  git(project, 'tag', 'main');
  expect(await branchOf(project)).toBe('main');
  expect((await readRepository(ownGit, project)).branch).toBe('main');
});

test('a detached one is told by its commit', async () => {
  const project = repository(temporaryFolder());
  git(project, 'checkout', '--quiet', '--detach');
  const commit = git(project, 'rev-parse', 'HEAD').trim();
  expect(await branchOf(project)).toBe(`@${commit}`);
});

test('there is none outside a repository, where nothing is, and without git', async () => {
  const folder = temporaryFolder();
  expect([await branchOf(folder), await branchOf(join(folder, 'nowhere'))]).toEqual([null, null]);
  const project = repository(folder);
  vi.stubEnv('PATH', '/nonexistent');
  expect(await branchOf(project)).toBeNull();
});

test('a hook of another repository that the sidecar was started in leads nobody there', async () => {
  const project = repository(temporaryFolder());
  const other = repository(temporaryFolder());
  git(other, 'switch', '--quiet', '--create', 'other');
  vi.stubEnv('GIT_DIR', join(other, '.git'));
  vi.stubEnv('GIT_WORK_TREE', other);
  expect(await branchOf(project)).toBe('main');
});

test('asking writes nothing and runs nothing that the repository names', async () => {
  const project = repository(temporaryFolder());
  const trap = join(project, 'trap');
  writeFileSync(trap, `#!/bin/sh\n: >'${project}/sprung'\n`);
  chmodSync(trap, 0o755);
  git(project, 'config', 'core.fsmonitor', trap);
  git(project, 'config', 'core.hooksPath', project);
  const inside = join(project, '.git');
  const before = [statSync(inside).mtimeMs, readdirSync(inside)];
  expect(await branchOf(project)).toBe('main');
  expect([statSync(inside).mtimeMs, readdirSync(inside)]).toEqual(before);
  expect(readdirSync(project)).not.toContain('sprung');
});

test('a git that does not answer says nothing, and does not say that there is no branch', async () => {
  const folder = temporaryFolder();
  const project = repository(join(folder, 'project'));
  writeFileSync(join(folder, 'git'), '#!/bin/sh\nsleep 60\n');
  chmodSync(join(folder, 'git'), 0o755);
  vi.stubEnv('PATH', `${folder}:${process.env.PATH}`);
  await expect(branchOf(project, inTime(ownGit, 50))).rejects.toMatchObject({
    code: 'REQUEST_TIMEOUT',
    message: expect.stringContaining(project),
  });
  rmSync(join(folder, 'git'));
  expect(await branchOf(project)).toBe('main');
});
