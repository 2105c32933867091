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
import { dirname, join, relative } from 'node:path';
import { onTestFinished } from 'vitest';
import { type HomePaths, homePaths } from '../../sidecar/home/index.ts';
import { HOOK_ENTRIES, type InitOptions, init, uninstall } from '../../sidecar/setup/index.ts';

export type World = {
  root: string;
  home: HomePaths;
  project: string;
  env: NodeJS.ProcessEnv;
  /** Nine small scripts and a library, in place of the package's. */
  source: string;
  settings: string;
  init: (options?: Partial<InitOptions>) => ReturnType<typeof init>;
  uninstall: (options?: { user?: boolean; reached?: () => void }) => ReturnType<typeof uninstall>;
};

/** A throwaway machine: a home directory, a project and scripts to deploy. */
export function makeWorld(): World {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-setup-')));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  const project = join(root, 'project');
  const person = join(root, 'person');
  const source = join(root, 'package', 'hooks');
  for (const folder of [project, person, source]) mkdirSync(folder, { recursive: true });
  writeScripts(source, 'first');
  const home = homePaths(join(person, '.holdfast'));
  const env = { HOME: person };
  return {
    root,
    home,
    project,
    env,
    source,
    settings: join(project, '.claude', 'settings.json'),
    init: (options = {}) => init({ home, project, env, scripts: { source, version: '1.0.0' }, ...options }),
    uninstall: (options = {}) => uninstall({ home, project, env, ...options }),
  };
}

export function writeScripts(source: string, word: string): void {
  for (const { script } of HOOK_ENTRIES) {
    writeFileSync(join(source, script), `#!/usr/bin/env bash\n# ${word}\nexit 0\n`);
  }
  writeFileSync(join(source, 'lib.sh'), `# ${word}\n`);
}

export function writeSettings(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}

/** Every file below a folder with its bytes: two of these are equal where nothing at all was changed. */
export function treeOf(folder: string): Record<string, string> {
  const tree: Record<string, string> = {};
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    tree[relative(folder, path)] = entry.isFile() ? readFileSync(path, 'latin1') : 'not a file';
  }
  return tree;
}
