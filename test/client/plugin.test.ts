import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { HOOK_ENTRIES } from '../../sidecar/registration/index.ts';
import { AFTER_INIT } from '../kit/after-init.ts';
import { CLI } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { until } from '../kit/until.ts';
import { holdfastScene, type Scene } from './holdfast-scene.ts';
import { CLIENT, clientEnvironment, requireClient } from './run-client.ts';

const TIME = { timeout: 90_000 };
const SCRIPT = [[{ tool: 'Bash', input: { command: 'echo one' } }], [{ text: "I'll push the fix now." }]];
const HEARD = ['SessionStart', 'UserPromptSubmit', 'PreToolUse', 'PostToolUse', 'Stop', 'SessionEnd'];

beforeAll(requireClient);

type Row = { event: string; source: string; outcome: string; via: string };

/** The client's own verbs, with a throwaway HOME. Nobody listens on port 9: they need no API. */
async function plugin(home: string, ...args: string[]): Promise<string> {
  const env = clientEnvironment({ home, apiUrl: 'http://127.0.0.1:9' });
  const { code, stdout, stderr } = await runProgram(CLIENT, { args: ['plugin', ...args], env, cwd: home });
  expect({ args, code, stderr }).toEqual({ args, code: 0, stderr: '' });
  return stdout;
}

async function installPlugin({ home }: Scene): Promise<string> {
  await plugin(home, 'marketplace', 'add', PACKAGE_ROOT);
  await plugin(home, 'install', 'holdfast@holdfast');
  const [installed] = JSON.parse(await plugin(home, 'list', '--json')) as { installPath: string }[];
  return installed?.installPath ?? '';
}

/** As `npm install -g` leaves it: a program on the PATH, and no home yet. */
function installHoldfast({ folder }: Scene): { PATH: string } {
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  writeFileSync(join(programs, 'holdfast'), `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`, {
    mode: 0o755,
  });
  return { PATH: `${programs}:${process.env.PATH}` };
}

const rowsOf = async (scene: Scene, sessionId: string): Promise<Row[]> =>
  (await scene.events(sessionId)) as unknown as Row[];

const treeOf = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort();

describe('the plugin', () => {
  it('passes the strict validation of the client, as does the marketplace', TIME, async () => {
    const { home } = holdfastScene();
    for (const folder of [PACKAGE_ROOT, join(PACKAGE_ROOT, 'templates', 'plugin')]) {
      expect(await plugin(home, 'validate', '--strict', folder)).toContain('Validation passed');
    }
  });

  it(
    'from a local marketplace: its first session starts the sidecar, and its events arrive',
    TIME,
    async () => {
      const scene = holdfastScene({ defaultHome: true });
      const env = installHoldfast(scene);
      const cache = await installPlugin(scene);
      const before = treeOf(cache);
      expect(before.filter((name) => name.endsWith('.sh'))).toHaveLength(HOOK_ENTRIES.length + 2);

      await scene.session(SCRIPT, { env });
      await until('the sidecar to serve', async () => (await scene.status()).running);
      expect(JSON.parse(readFileSync(scene.paths.config, 'utf8'))).toEqual(AFTER_INIT);

      const { sessionId } = await scene.session(SCRIPT, { env });
      const rows = await rowsOf(scene, sessionId);
      expect(rows.map(({ event }) => event)).toEqual(HEARD);
      expect(new Set(rows.map(({ source, outcome }) => `${source} ${outcome}`))).toEqual(
        new Set(['plugin applied']),
      );
      expect(await scene.done('commitments', '--all')).toContain("I'll push the fix now.");
      expect(treeOf(cache)).toEqual(before);

      const { checks, ok } = await scene.doctor();
      expect(checks.filter((check) => !check.ok)).toEqual([]);
      expect(ok).toBe(true);
      expect(checks.filter(({ name }) => name.startsWith('live.plugin.'))).toHaveLength(9);
    },
  );

  it('beside the settings entries: each event counts once, and doctor names both places', TIME, async () => {
    const scene = holdfastScene({ defaultHome: true });
    await installPlugin(scene);
    await scene.done('init');

    const { sessionId } = await scene.session(SCRIPT);
    await until(
      'both of the last event',
      async () => (await rowsOf(scene, sessionId)).length === 2 * HEARD.length,
    );
    const rows = await rowsOf(scene, sessionId);
    for (const event of HEARD) {
      const both = rows.filter((row) => row.event === event);
      expect(both.map(({ source }) => source).sort(), event).toEqual(['plugin', 'settings']);
      expect(
        both.map(({ outcome }) => outcome),
        event,
      ).toEqual(['applied', 'duplicate']);
    }
    expect(await scene.row(sessionId)).toMatchObject({
      state: 'ended',
      counts: { prompts: 1, toolCalls: 1 },
    });
    const promises = JSON.parse(await scene.done('commitments', '--all', '--json')).commitments;
    expect(promises).toMatchObject([{ quote: "I'll push the fix now.", statedCount: 1 }]);

    const { ok, checks } = await scene.doctor();
    expect(ok).toBe(false);
    expect(checks.filter((check) => !check.ok)).toMatchObject([
      {
        name: 'registered.twice',
        detail: expect.stringMatching(/holdfast@holdfast and in .*\/project\/\.claude\/settings\.json/),
        hint: expect.stringContaining('claude plugin uninstall holdfast@holdfast'),
      },
    ]);
  });

  it('without Holdfast: the session works, and is told how to install it', TIME, async () => {
    const scene = holdfastScene({ defaultHome: true });
    await installPlugin(scene);
    const { end } = await scene.session(SCRIPT);
    expect(end).toMatchObject({ code: 0 });
    expect(JSON.stringify(end.events)).toContain('Run: npm install -g holdfast && holdfast start');
    expect(readdirSync(scene.home)).not.toContain('.holdfast');
  });
});
