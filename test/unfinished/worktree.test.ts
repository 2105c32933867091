import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { changedFiles } from '../../sidecar/unfinished/changed-files.ts';
import { git, repository } from '../kit/git.ts';
import { openedStore } from '../kit/opened-store.ts';
import { sessionAtWork } from './scene.ts';

const dirty = (scene: ReturnType<typeof sessionAtWork>) => scene.strong('dirty-worktree');

describe('a dirty worktree', () => {
  test('is a sign where this session wrote what is not committed', async () => {
    const scene = sessionAtWork();
    const file = join(scene.project, 'src', 'deep', 'a.ts');
    mkdirSync(join(scene.project, 'src', 'deep'), { recursive: true });
    writeFileSync(file, 'a\n');
    expect(await dirty(scene)).toEqual([]);
    scene.used('Write', { file_path: file, content: 'a\n' });
    expect(await dirty(scene)).toEqual(['It changed files that are not committed: src/deep/a.ts.']);
    git(scene.project, 'add', '.');
    expect(await dirty(scene)).toHaveLength(1);
    git(scene.project, 'commit', '--quiet', '--message=done');
    expect(await dirty(scene)).toEqual([]);
  });

  test('of a person, or of another session, is none of this one', async () => {
    const scene = sessionAtWork();
    writeFileSync(join(scene.project, 'theirs.ts'), 'x\n');
    scene.used('Edit', { file_path: join(scene.project, 'mine.ts'), old_string: 'a', new_string: 'b' });
    scene.send('PostToolUse', {
      session_id: 's2',
      tool_name: 'Write',
      tool_input: { file_path: join(scene.project, 'theirs.ts'), content: 'x\n' },
      tool_response: {},
    });
    expect(await dirty(scene)).toEqual([]);
  });

  test('is one by a subagent and by a shell command too', async () => {
    const scene = sessionAtWork();
    writeFileSync(join(scene.project, 'one.ts'), 'x\n');
    writeFileSync(join(scene.project, 'two.ts'), 'x\n');
    scene.send('PostToolUse', {
      agent_id: 'a1',
      tool_name: 'Write',
      tool_input: { file_path: join(scene.project, 'one.ts'), content: 'x\n' },
      tool_response: {},
    });
    scene.used('Bash', { command: 'echo x > two.ts' }, { stdout: '' });
    expect(await dirty(scene)).toEqual(['It changed files that are not committed: one.ts, two.ts.']);
  });

  test('is not asked for where it is left out, nor where nothing was written', async () => {
    let asked = 0;
    const scene = sessionAtWork({
      changedFiles: async (directory) => {
        asked++;
        return [join(directory, 'a.ts')];
      },
    });
    await scene.unfinishedOf('s1');
    expect(asked).toBe(0);
    scene.used('Write', { file_path: join(scene.project, 'a.ts'), content: 'a\n' });
    expect((await scene.unfinishedOf('s1', { worktree: false })).strong.map(({ kind }) => kind)).toEqual([
      'turn-in-flight',
    ]);
    expect(asked).toBe(0);
    expect(await dirty(scene)).toHaveLength(1);
  });
});

describe('the files that are not committed', () => {
  test('are whole paths, renamed, deleted, odd names too; asking changes nothing', async () => {
    const { folder } = openedStore();
    const repo = repository(join(folder, 'r'));
    for (const name of ['gone', 'moved', 'kept']) writeFileSync(join(repo, name), name);
    git(repo, 'add', '.');
    git(repo, 'commit', '--quiet', '--message=files');
    rmSync(join(repo, 'gone'));
    git(repo, 'mv', 'moved', 'new name');
    writeFileSync(join(repo, 'a "b"\nc'), '');
    mkdirSync(join(repo, 'sub'));
    const index = statSync(join(repo, '.git', 'index')).mtimeMs;
    const found = await changedFiles()(join(repo, 'sub'));
    expect(found.map((file) => file.slice(repo.length + 1)).sort()).toEqual([
      'a "b"\nc',
      'gone',
      'moved',
      'new name',
    ]);
    expect(statSync(join(repo, '.git', 'index')).mtimeMs).toBe(index);
  });

  test('of no repository, of a folder that is gone, without git: none', async () => {
    const { folder } = openedStore();
    expect(await changedFiles()(folder)).toEqual([]);
    expect(await changedFiles()(join(folder, 'gone'))).toEqual([]);
    expect(await changedFiles({ git: join(folder, 'no-git') })(folder)).toEqual([]);
  });

  test('are not waited for by a sidecar that stops', async () => {
    const { folder } = openedStore();
    const hangs = join(folder, 'git');
    writeFileSync(hangs, '#!/bin/sh\nexec sleep 30\n');
    chmodSync(hangs, 0o755);
    const closing = new AbortController();
    const ask = changedFiles({ git: hangs, limitMs: 20_000, closing: closing.signal });
    const asked = Promise.all([1, 2, 3, 4, 5].map(() => ask(folder)));
    closing.abort();
    expect(await asked).toEqual([[], [], [], [], []]);
  });

  test('of a git that hangs: none, after the limit; the next one has its turn', async () => {
    const { folder } = openedStore();
    const hangs = join(folder, 'git');
    writeFileSync(hangs, '#!/bin/sh\nexec sleep 30\n');
    chmodSync(hangs, 0o755);
    const ask = changedFiles({ git: hangs, limitMs: 100 });
    const begun = performance.now();
    expect(await Promise.all([1, 2, 3, 4, 5].map(() => ask(folder)))).toEqual([[], [], [], [], []]);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });
});
