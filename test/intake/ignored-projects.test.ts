import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ignoredProjects } from '../../sidecar/intake/ignored-projects.ts';
import { git, repository } from '../kit/git.ts';
import { ledger } from '../kit/ledger.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

function folders(...names: string[]): string {
  const root = temporaryFolder();
  for (const name of names) mkdirSync(join(root, name), { recursive: true });
  return root;
}

describe('a directory that is kept out', () => {
  const CASES: [string, string, string, boolean][] = [
    ['the directory itself', 'a/b', 'a/b', true],
    ['one below it', 'a/b', 'a/b/c/d', true],
    ['the one above it', 'a/b', 'a', false],
    ['a neighbour whose name goes on', 'a/b', 'a/bc', false],
    ['a neighbour whose name is shorter', 'a/bc', 'a/b', false],
    ['another one', 'a/b', 'x', false],
    ['one that does not exist, below it', 'a/b', 'a/b/gone', true],
    ['one that does not exist, elsewhere', 'a/b', 'gone', false],
    ['written with a slash at its end', 'a/b/', 'a/b/c', true],
  ];

  test.each(CASES)('%s: %s, of %s: %s', (_what, kept, cwd, expected) => {
    const root = folders('a/b/c/d', 'a/bc', 'x');
    expect(ignoredProjects([`${root}/${kept}`])({ session_id: 's', cwd: join(root, cwd) })).toBe(expected);
  });

  test('the root of the file system keeps everything out', () => {
    expect(ignoredProjects(['/'])({ session_id: 's', cwd: '/anything' })).toBe(true);
  });

  test('no list keeps nothing out, and an event without a directory is nobody’s', () => {
    expect(ignoredProjects([])({ session_id: 's', cwd: '/a' })).toBe(false);
    expect(ignoredProjects(['/a'])({ session_id: 's' })).toBe(false);
    expect(ignoredProjects(['/a'])({ session_id: 's', cwd: '' })).toBe(false);
  });

  test('by a link to it, and by its real path where the link is listed', () => {
    const root = folders('real/sub');
    symlinkSync(join(root, 'real'), join(root, 'link'));
    for (const listed of ['real', 'link']) {
      const isIgnored = ignoredProjects([join(root, listed)]);
      for (const cwd of ['real', 'link', 'real/sub', 'link/sub']) {
        expect(isIgnored({ session_id: cwd, cwd: join(root, cwd) })).toBe(true);
      }
    }
  });

  test('a folder inside a repository, reached over a link', () => {
    const root = folders();
    repository(join(root, 'repo'));
    mkdirSync(join(root, 'repo', 'private', 'deep'), { recursive: true });
    symlinkSync(join(root, 'repo'), join(root, 'link'));
    const isIgnored = ignoredProjects([join(root, 'repo', 'private')]);
    expect(isIgnored({ session_id: 's1', cwd: join(root, 'link', 'private', 'deep') })).toBe(true);
    expect(isIgnored({ session_id: 's2', cwd: join(root, 'link') })).toBe(false);
  });

  test('a linked worktree elsewhere belongs to its project', () => {
    const root = folders();
    const repo = repository(join(root, 'repo'));
    git(repo, 'worktree', 'add', '--quiet', join(root, 'elsewhere'));
    mkdirSync(join(root, 'elsewhere', 'sub'));
    const isIgnored = ignoredProjects([repo]);
    expect(isIgnored({ session_id: 's1', cwd: join(root, 'elsewhere', 'sub') })).toBe(true);
  });
});

describe('a session that began in one', () => {
  test('is kept out wherever its shell goes', () => {
    const isIgnored = ignoredProjects(['/private']);
    expect(isIgnored({ session_id: 's1', cwd: '/tmp' })).toBe(false);
    expect(isIgnored({ session_id: 's1', cwd: '/private/src' })).toBe(true);
    expect(isIgnored({ session_id: 's1', cwd: '/tmp' })).toBe(true);
    expect(isIgnored({ session_id: 's1' })).toBe(true);
    expect(isIgnored({ session_id: 's2', cwd: '/tmp' })).toBe(false);
  });

  test('ten thousand others later is still remembered, and then is the first to be forgotten', () => {
    const isIgnored = ignoredProjects(['/private']);
    for (let i = 0; i <= 10_000; i++) isIgnored({ session_id: `s${i}`, cwd: '/private' });
    expect(isIgnored({ session_id: 's0', cwd: '/tmp' })).toBe(false);
    expect(isIgnored({ session_id: 's1', cwd: '/tmp' })).toBe(true);
    expect(isIgnored({ session_id: 's10000', cwd: '/tmp' })).toBe(true);
  });

  test('leaves nothing in the ledger, its change log included', () => {
    const { take, store } = ledger({ isIgnored: ignoredProjects(['/private']) });
    take('SessionStart', { session_id: 's1', source: 'startup', cwd: '/private' });
    take('UserPromptSubmit', { session_id: 's1', prompt: 'p', cwd: '/tmp' });
    take('SessionEnd', { session_id: 's1', cwd: '/private' });
    for (const table of ['events', 'sessions', 'changes']) {
      expect(store.db.prepare(`SELECT count(*) FROM ${table}`).pluck().get()).toBe(0);
    }
  });
});
