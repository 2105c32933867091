import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { projectOf } from '../../sidecar/sessions/index.ts';
import { git, repository } from '../kit/git.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

function made(folder: string): string {
  mkdirSync(folder, { recursive: true });
  return folder;
}

describe('in git, the project is the root of the main worktree', () => {
  test('from its root, from below, and over a link', () => {
    const root = temporaryFolder();
    const repo = repository(join(root, 'repo'));
    made(join(repo, 'deep', 'er'));
    symlinkSync(join(repo, 'deep'), join(root, 'link'));
    for (const folder of [
      repo,
      join(repo, 'deep'),
      join(repo, 'deep/er'),
      join(root, 'link'),
      join(root, 'link/er'),
    ]) {
      expect(projectOf(folder)).toBe(repo);
    }
  });

  test('from a linked worktree elsewhere, and from below it', () => {
    const root = temporaryFolder();
    const repo = repository(join(root, 'repo'));
    git(repo, 'worktree', 'add', '--quiet', join(root, 'linked'));
    expect(projectOf(join(root, 'linked'))).toBe(repo);
    expect(projectOf(made(join(root, 'linked', 'sub')))).toBe(repo);
  });

  test('from a worktree whose files name each other relatively', () => {
    const root = temporaryFolder();
    const repo = repository(join(root, 'repo'));
    git(repo, 'worktree', 'add', '--quiet', join(root, 'linked'));
    const mark = join(root, 'linked', '.git');
    rmSync(mark);
    symlinkSync(join(root, 'linked'), join(root, 'over'));
    writeFileSync(mark, 'gitdir: ../repo/.git/worktrees/linked\n');
    expect(projectOf(join(root, 'linked'))).toBe(repo);
    expect(projectOf(join(root, 'over'))).toBe(repo);
  });

  test('of a submodule it is the submodule', () => {
    const root = temporaryFolder();
    const [outer, inner] = [repository(join(root, 'outer')), repository(join(root, 'inner'))];
    git(outer, 'submodule', '--quiet', 'add', inner, 'module');
    expect(projectOf(made(join(outer, 'module', 'sub')))).toBe(join(outer, 'module'));
  });

  test('of a repository inside another it is the inner one', () => {
    const root = temporaryFolder();
    const outer = repository(join(root, 'outer'));
    const inner = repository(join(outer, 'inner'));
    expect(projectOf(made(join(inner, 'sub')))).toBe(inner);
    expect(projectOf(outer)).toBe(outer);
  });

  test('of a worktree of a bare repository it is that repository, and not the folder it lies in', () => {
    const root = temporaryFolder();
    const bare = join(root, 'srv', 'repo.git');
    const other = join(root, 'srv', 'other.git');
    for (const [place, name] of [
      [bare, 'one'],
      [other, 'two'],
    ] as const) {
      git('/', 'clone', '--quiet', '--bare', repository(join(root, name)), place);
      git(place, 'worktree', 'add', '--quiet', join(root, `${name}-linked`));
    }
    expect(projectOf(join(root, 'one-linked'))).toBe(bare);
    expect(projectOf(join(root, 'two-linked'))).toBe(other);
  });

  test('of worktrees around a hidden bare repository it is the folder that holds them', () => {
    const root = temporaryFolder();
    const holder = made(join(root, 'holder'));
    git('/', 'clone', '--quiet', '--bare', repository(join(root, 'origin')), join(holder, '.bare'));
    writeFileSync(join(holder, '.git'), 'gitdir: ./.bare\n');
    git(holder, 'worktree', 'add', '--quiet', join(holder, 'feature'));
    expect(projectOf(join(holder, 'feature'))).toBe(holder);
    expect(projectOf(holder)).toBe(holder);
  });

  test('of a folder that was deleted it is still the repository that it lay in', () => {
    const repo = repository(join(temporaryFolder(), 'repo'));
    expect(projectOf(join(repo, 'gone', 'deeper'))).toBe(repo);
  });
});

describe('outside git, the project is the directory', () => {
  test('by its real path', () => {
    const root = temporaryFolder();
    const real = made(join(root, 'real'));
    symlinkSync(real, join(root, 'link'));
    expect(projectOf(real)).toBe(real);
    expect(projectOf(join(root, 'link'))).toBe(real);
  });

  test('by its name where it is gone, tidied', () => {
    const root = temporaryFolder();
    expect(projectOf(join(root, 'gone'))).toBe(join(root, 'gone'));
    expect(projectOf(`${root}/gone/../gone/`)).toBe(join(root, 'gone'));
  });

  test('by its real path where it is gone and a link led to it', () => {
    const root = temporaryFolder();
    symlinkSync(made(join(root, 'real')), join(root, 'link'));
    expect(projectOf(join(root, 'link', 'gone'))).toBe(join(root, 'real', 'gone'));
  });

  test('of a bare repository it is the repository', () => {
    const root = temporaryFolder();
    const bare = join(root, 'repo.git');
    git('/', 'init', '--quiet', '--bare', bare);
    expect(projectOf(bare)).toBe(bare);
  });

  test('of a mark that leads nowhere it is the folder with the mark', () => {
    const folder = made(join(temporaryFolder(), 'torn'));
    writeFileSync(join(folder, '.git'), 'gitdir: /nowhere/.git/worktrees/torn\n');
    expect(projectOf(folder)).toBe(folder);
  });

  test('by its name where it is longer than any path, at no great cost', () => {
    const endless = '/x'.repeat(1_000_000);
    expect(projectOf(`${endless}/`)).toBe(endless);
  });

  test('of the root it is the root', () => {
    expect(projectOf('/')).toBe('/');
  });
});
