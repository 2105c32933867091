import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdfastScene, type Scene } from './holdfast-scene.ts';
import { hookRuns } from './hook-runs.ts';
import { isAlive } from './process-tree.ts';
import { requireClient } from './run-client.ts';
import { projectTree } from './temporary.ts';

const TIME = { timeout: 60_000 };
const SCRIPT = [[{ tool: 'Bash', input: { command: 'echo one' } }], [{ text: 'All is well.' }]];

beforeAll(requireClient);

describe('uninstall', () => {
  it.each([
    { where: 'a project without settings', settings: null },
    {
      where: 'a project with settings of its own',
      settings: '{\n\t"includeCoAuthoredBy": false,\n\n\t"hooks": {}}',
    },
  ])('leaves $where as it was, byte for byte, and nothing runs', TIME, async ({ settings }) => {
    const scene = holdfastScene();
    if (settings !== null) commitSettings(scene, settings);
    const before = projectTree(scene.project);
    await scene.done('init');
    expect(projectTree(scene.project)).not.toEqual(before);
    const { sessionId } = await scene.session(SCRIPT);
    const seen = await scene.events(sessionId);
    const { pid } = await scene.status();

    await scene.done('uninstall');

    expect(projectTree(scene.project)).toEqual(before);
    expect(git(scene, 'status', '--porcelain', '--ignored')).toBe('');
    expect(existsSync(scene.paths.hooks)).toBe(false);
    expect(isAlive(Number(pid))).toBe(false);
    expect(await scene.status()).toMatchObject({ running: false, held: false });

    const after = await scene.session(SCRIPT);
    expect(hookRuns(after.end)).toEqual([]);
    expect(after.quietHooks).toEqual([]);
    expect(await scene.processes(0)).toEqual([]);
    expect(await scene.status()).toMatchObject({ running: false, spool: { waiting: 0 } });
    // What was recorded stays, and nothing was added.
    await scene.done('start');
    expect((await scene.rows()).map(({ id }) => id)).toEqual([sessionId]);
    expect(await scene.events(sessionId)).toEqual(seen);
  });
});

function commitSettings(scene: Scene, settings: string): void {
  mkdirSync(join(scene.project, '.claude'));
  writeFileSync(join(scene.project, '.claude', 'settings.json'), settings);
  git(scene, 'add', '.');
  git(scene, 'commit', '--quiet', '--message', 'Settings of the team');
}

function git({ project, home }: Scene, ...args: string[]): string {
  const env = { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
  return execFileSync('git', args, { cwd: project, env, encoding: 'utf8' });
}
