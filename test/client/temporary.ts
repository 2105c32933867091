import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';

export interface TemporaryPlace {
  /** Holds the other two, and is the place for settings, pid files and the like. */
  folder: string;
  /** An empty HOME. */
  home: string;
  /** A git repository with one commit, which holds README.md. */
  project: string;
  remove(): void;
}

export function temporaryPlace(): TemporaryPlace {
  // The real path: on macOS /var is a link, and the client reports where it really is.
  const folder = mkdtempSync(join(realpathSync(tmpdir()), 'holdfast-client-'));
  const home = join(folder, 'home');
  const project = join(folder, 'project');
  mkdirSync(home);
  mkdirSync(project);
  initialiseRepository(project, home);

  function remove(): void {
    // Again if not empty: a client that was just killed may have had a write under way.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }

  return { folder, home, project, remove };
}

/** Every file and folder of a project with its bytes, but for git's own. */
export function projectTree(project: string): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const entry of readdirSync(project, { recursive: true, withFileTypes: true })) {
    const path = relative(project, join(entry.parentPath, entry.name));
    if (path === '.git' || path.startsWith('.git/')) continue;
    tree[path] = entry.isFile() ? readFileSync(join(project, path), 'latin1') : 'not a file';
  }
  return tree;
}

function initialiseRepository(project: string, home: string): void {
  const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  const git = (...args: string[]) => execFileSync('git', args, { cwd: project, env, stdio: 'pipe' });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Test');
  git('config', 'user.email', 'test@example.invalid');
  writeFileSync(join(project, 'README.md'), '# A project\n');
  git('add', '.');
  git('commit', '--quiet', '--message', 'Start');
}
