import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { findClaude } from '../../sidecar/runs/find-program.ts';
import { git, repository } from '../kit/git.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { realRuns } from './real-runs.ts';
import { FAKE_CLAUDE, scene } from './runs-kit.ts';

describe('over real HTTP', () => {
  test('each refusal has its code, its status and a hint, and leaves nothing behind', async () => {
    const { start, post, traces, project, folder } = realRuns(['result']);
    const plain = join(folder, 'plain');
    const empty = join(folder, 'empty');
    mkdirSync(plain);
    git('/', 'init', '--quiet', empty);
    git(project, 'tag', 'of-a-tree', 'HEAD^{tree}');
    await start();
    const before = await traces();
    const ask = { objective: 'x', project };
    const refusals: [object, number, string][] = [
      [{ ...ask, project: join(folder, 'nowhere') }, 404, 'PROJECT_NOT_FOUND'],
      [{ ...ask, project: join(project, '.git', 'HEAD') }, 404, 'PROJECT_NOT_FOUND'],
      [{ ...ask, project: 'relative' }, 400, 'BAD_INPUT'],
      [{ ...ask, project: plain }, 400, 'NOT_A_GIT_REPOSITORY'],
      [{ ...ask, project: empty }, 400, 'NOT_A_GIT_REPOSITORY'],
      [{ ...ask, branch: 'main' }, 409, 'BRANCH_CHECKED_OUT_ELSEWHERE'],
      [{ ...ask, branch: 'nobody-knows' }, 400, 'BRANCH_NOT_FETCHED'],
      [{ ...ask, branch: 'of-a-tree' }, 400, 'BAD_INPUT'],
      ...['', '-x', 'a..b', 'a b', 'a~1', '@{-1}', 'HEAD', 'x.lock', '/x', 'x/', '.x', 'x.', 'a\u0000b'].map(
        (branch): [object, number, string] => [{ ...ask, branch }, 400, 'BAD_INPUT'],
      ),
      [{ ...ask, worktree: false, branch: 'other' }, 400, 'BAD_INPUT'],
      [{ ...ask, objective: ' \n' }, 400, 'BAD_INPUT'],
      [{ ...ask, objective: 'a\u0000b' }, 400, 'BAD_INPUT'],
      [{ project }, 400, 'BAD_INPUT'],
      [{ ...ask, maxTurns: -1 }, 400, 'BAD_INPUT'],
      [{ ...ask, maxTurns: 1.5 }, 400, 'BAD_INPUT'],
      [{ ...ask, maxUsd: '10' }, 400, 'BAD_INPUT'],
      [{ ...ask, permissionMode: 'yolo' }, 400, 'BAD_INPUT'],
      [{ ...ask, model: '--dangerously-skip-permissions' }, 400, 'BAD_INPUT'],
      [{ ...ask, until: '' }, 400, 'BAD_INPUT'],
      [{ ...ask, nonsense: 1 }, 400, 'BAD_INPUT'],
    ];
    for (const [body, status, code] of refusals) {
      const answer = await post('/runs', body);
      expect([answer.status, answer.body.error?.code], JSON.stringify(body)).toEqual([status, code]);
      expect(answer.body.error?.hint).toBeTruthy();
    }
    expect(await traces()).toEqual(before);
  });

  test('without the client on the path nothing is made', async () => {
    const nobody = realRuns(['result']);
    await nobody.start({ env: { PATH: '/usr/bin:/bin' } });
    const before = await nobody.traces();
    const answer = await nobody.post('/runs', { objective: 'x', project: nobody.project });
    expect([answer.status, answer.body.error?.code]).toEqual([400, 'AGENT_BINARY_NOT_FOUND']);
    expect(await nobody.traces()).toEqual(before);
  });

  test('ten at once for one branch: one run, and nine clear refusals', async () => {
    const { start, post, get, project } = realRuns(['pause 1; result']);
    git(project, 'branch', 'topic');
    await start();
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => post('/runs', { objective: 'x', project, branch: 'topic' })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)]);
    for (const { body } of answers.filter(({ status }) => status === 409))
      expect(body.error?.code).toBe('BRANCH_CHECKED_OUT_ELSEWHERE');
    expect((await get<{ runs: unknown[] }>('/runs')).runs).toHaveLength(1);
    expect(git(project, 'worktree', 'list').trim().split('\n')).toHaveLength(2);
  });

  test('a hundred at once with one external key: one run', async () => {
    const { start, post, get, project } = realRuns(['pause 1; result']);
    await start();
    const answers = await Promise.all(
      Array.from({ length: 100 }, () => post('/runs', { objective: 'x', project, externalKey: 'k' })),
    );
    const ids = new Set(answers.map(({ body }) => body.id));
    expect(ids.size).toBe(1);
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(99);
    const { runs } = await get<{ runs: { worktree: string }[] }>('/runs');
    expect(runs).toHaveLength(1);
  });

  test('eight at once, each on a branch of its own, in one repository', async () => {
    const { start, post, project } = realRuns(['result']);
    await start();
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => post('/runs', { objective: 'x', project })),
    );
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(git(project, 'worktree', 'list').trim().split('\n')).toHaveLength(9);
  });
});

describe('the branch', () => {
  test('that is local is checked out', async () => {
    const { begin, project } = scene(['result']);
    git(project, 'branch', 'topic');
    const run = await begin({ branch: 'topic' });
    expect(run).toMatchObject({ branch: 'topic', newBranch: false });
    expect(git(run.directory, 'branch', '--show-current').trim()).toBe('topic');
  });

  test('that only the remote has is made from it, and follows it', async () => {
    const { begin, project, folder } = scene(['result']);
    const remote = repository(join(folder, 'remote'));
    git(remote, 'checkout', '--quiet', '-b', 'theirs');
    git(remote, 'commit', '--quiet', '--allow-empty', '--message=theirs');
    git(project, 'remote', 'add', 'origin', remote);
    git(project, 'fetch', '--quiet', 'origin');
    const run = await begin({ branch: 'theirs' });
    expect(run).toMatchObject({ branch: 'theirs', newBranch: true, startPoint: 'origin/theirs' });
    expect(git(run.directory, 'rev-parse', '--abbrev-ref', '@{upstream}').trim()).toBe('origin/theirs');
    expect(git(run.directory, 'log', '-1', '--format=%s').trim()).toBe('theirs');
  });

  test('is a new one where a tag was named', async () => {
    const { begin, project } = scene(['result']);
    const first = git(project, 'rev-parse', 'HEAD').trim();
    git(project, 'tag', '--annotate', '--message=x', 'v1');
    git(project, 'commit', '--quiet', '--allow-empty', '--message=second');
    const run = await begin({ branch: 'v1' });
    expect(run).toMatchObject({ branch: `holdfast/${run.id}`, baseCommit: first });
    expect(git(run.directory, 'rev-parse', 'HEAD').trim()).toBe(first);
  });

  test('has another name where a branch `holdfast` is in the way', async () => {
    const { begin, project } = scene(['result']);
    git(project, 'branch', 'holdfast');
    const run = await begin();
    expect(run.branch).toBe(`holdfast-${run.id}`);
  });

  test('of a bare repository works too', async () => {
    const { begin, project, folder } = scene(['result']);
    const bare = join(folder, 'bare.git');
    git('/', 'clone', '--quiet', '--bare', project, bare);
    const run = await begin({ project: bare });
    expect(git(run.directory, 'branch', '--show-current').trim()).toBe(run.branch);
  });
});

describe('the place', () => {
  test('of a run in a folder of a repository is that folder of the worktree', async () => {
    const { begin, project } = scene(['result']);
    mkdirSync(join(project, 'packages', 'a'), { recursive: true });
    mkdirSync(join(project, 'untracked'));
    writeFileSync(join(project, 'packages', 'a', 'file'), 'x');
    git(project, 'add', '.');
    git(project, 'commit', '--quiet', '--message=a');
    const inside = await begin({ project: join(project, 'packages', 'a') });
    expect(inside.directory).toBe(join(inside.worktree ?? '', 'packages', 'a'));
    const outside = await begin({ project: join(project, 'untracked') });
    expect(outside.directory).toBe(outside.worktree);
  });

  test('of a run in place is the directory itself, also outside of git', async () => {
    const { begin, reach, folder } = scene(['touch made; result']);
    const plain = join(folder, 'plain');
    mkdirSync(plain);
    const run = await begin({ project: plain, worktree: false });
    expect(run).toMatchObject({ directory: plain, worktree: null, branch: null, project: plain });
    await reach(run.id, 'completed');
  });

  test('says what the project has that the worktree will lack', async () => {
    const { runs, project } = scene(['result']);
    writeFileSync(join(project, 'new file'), 'x');
    const { warnings } = await runs.create({ objective: 'x', project });
    expect(warnings).toEqual(['1 uncommitted change of the project will not be in the worktree: new file']);
  });

  test('without space is refused', async () => {
    const { begin } = scene(['result'], { freeBytes: () => 1024 * 1024 });
    await expect(begin()).rejects.toMatchObject({ code: 'DISK_SPACE_LOW', status: 507 });
  });

  test('where no folder can be is refused', async () => {
    const { begin } = scene(['result'], { limits: { worktrees: '/dev/null/worktrees' } });
    await expect(begin()).rejects.toMatchObject({ code: 'STORAGE_UNWRITABLE' });
  });
});

test('hooks of the repository do not run when a worktree is made', async () => {
  const { begin, project } = scene(['result']);
  mkdirSync(join(project, '.git', 'hooks'), { recursive: true });
  writeFileSync(join(project, '.git', 'hooks', 'post-checkout'), '#!/bin/sh\nsleep 600\n', { mode: 0o755 });
  await begin();
});

describe('the client', () => {
  test('is an absolute path, whatever the PATH holds', () => {
    const folder = temporaryFolder();
    const old = process.cwd();
    onTestFinished(() => process.chdir(old));
    process.chdir(folder);
    writeFileSync(join(folder, 'claude'), '#!/bin/sh\n', { mode: 0o755 });
    mkdirSync(join(folder, 'sub', 'claude'), { recursive: true });
    expect(() => findClaude(null, `:.:sub:${join(folder, 'sub')}`)).toThrow(/no `claude` on the PATH/);
    expect(findClaude(null, `/nowhere:${folder}`)).toBe(join(folder, 'claude'));
    writeFileSync(join(folder, 'plain'), 'x', { mode: 0o644 });
    expect(() => findClaude(join(folder, 'plain'), folder)).toThrow(/no file that can be executed/);
    expect(findClaude(FAKE_CLAUDE, '')).toBe(FAKE_CLAUDE);
  });
});
