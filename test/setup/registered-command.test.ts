import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { HOOK_ENTRIES, hookGroup } from '../../sidecar/setup/index.ts';
import { makeWorld } from './world.ts';

const SHELLS = ['/bin/sh', '/bin/bash', '/bin/dash', '/bin/zsh'].filter((shell) => existsSync(shell));
const SILENT = { status: 0, stdout: '', stderr: '' };

/** SHLVL: a bash without it takes itself for a remote shell, since its stdin is a socket, and reads ~/.bashrc. */
function runAll(shell: string, env: NodeJS.ProcessEnv) {
  return HOOK_ENTRIES.map((entry) => {
    const [hook] = hookGroup(entry).hooks;
    const options = {
      env: { PATH: process.env.PATH, SHLVL: '1', ...env },
      input: '{}',
      encoding: 'utf8',
    } as const;
    const { status, stdout, stderr } = spawnSync(shell, ['-c', hook?.command ?? 'false'], options);
    return { status, stdout, stderr };
  });
}

describe.each(SHELLS)('the registered command in %s', (shell) => {
  test('is silent and exits 0 for a teammate without Holdfast', () => {
    const { env, root } = makeWorld();
    const homes = [
      env,
      {},
      { ...env, HOLDFAST_HOME: '' },
      { ...env, HOLDFAST_HOME: join(root, 'not there') },
    ];
    for (const home of homes) for (const ended of runAll(shell, home)) expect(ended).toEqual(SILENT);
  });

  test('is silent and exits 0 where the script cannot run or fails', () => {
    const { init, home, env } = makeWorld();
    init();
    for (const { script } of HOOK_ENTRIES) {
      writeFileSync(join(home.hooks, script), '#!/bin/sh\necho oops >&2\nexit 3\n');
    }
    for (const ended of runAll(shell, env)) expect(ended).toEqual(SILENT);
  });

  test('runs the deployed script, from any home', () => {
    const { env, root } = makeWorld();
    const folder = join(root, 'a home', 'with $pace', 'hooks');
    mkdirSync(folder, { recursive: true });
    for (const { script } of HOOK_ENTRIES) {
      writeFileSync(join(folder, script), `#!/bin/sh\necho ${script}\n`, { mode: 0o755 });
    }
    const outputs = runAll(shell, { ...env, HOLDFAST_HOME: join(folder, '..') }).map(({ stdout }) =>
      stdout.trim(),
    );
    expect(outputs).toEqual(HOOK_ENTRIES.map(({ script }) => script));
  });
});
