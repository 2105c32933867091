import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { holdfastScene } from './holdfast-scene.ts';
import { requireClient } from './run-client.ts';
import { projectTree } from './temporary.ts';

const TIME = { timeout: 60_000 };
const SCRIPT = [[{ tool: 'Bash', input: { command: 'echo one' } }], [{ text: 'All is well.' }]];

beforeAll(requireClient);

describe('init --user', () => {
  it.each([
    { where: 'below HOME', configFolder: null },
    { where: 'in CLAUDE_CONFIG_DIR', configFolder: 'claude-config' },
  ])('registers $where: a session in any directory is seen', TIME, async ({ configFolder }) => {
    const scene = holdfastScene({ defaultHome: true, configFolder });
    const elsewhere = join(scene.folder, 'elsewhere');
    mkdirSync(elsewhere);
    await scene.done('init', '--user');
    expect(projectTree(scene.project)).toEqual({ 'README.md': '# A project\n' });
    const folder = configFolder === null ? join(scene.home, '.claude') : join(scene.folder, configFolder);
    expect(readFileSync(join(folder, 'settings.json'), 'utf8')).toContain('/hooks/session-start.sh');

    const inProject = await scene.session(SCRIPT, { cwd: scene.project });
    const outside = await scene.session(SCRIPT, { cwd: elsewhere });

    expect(await scene.rows()).toMatchObject([
      { id: outside.sessionId, state: 'ended', project: elsewhere, counts: { events: 6 } },
      { id: inProject.sessionId, state: 'ended', project: scene.project, counts: { events: 6 } },
    ]);
    expect(await scene.doctor()).toMatchObject({ ok: true, code: 0 });

    await scene.done('uninstall', '--user');
    expect(existsSync(join(folder, 'settings.json'))).toBe(false);
    expect(existsSync(scene.paths.hooks)).toBe(false);
  });
});
