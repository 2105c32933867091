import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { callApi } from '../kit/real-sidecar.ts';
import { until } from '../kit/until.ts';
import { holdfastScene, type Scene } from './holdfast-scene.ts';
import { type MessagesApi, type Turn as Said, startMessagesApi } from './messages-api.ts';
import { CLIENT, clientEnvironment, requireClient } from './run-client.ts';
import { waitingTool } from './waiting-tools.ts';

const TIME = { timeout: 90_000 };

type Run = { id: string; state: string; reason: string | null; sessionId: string; turns: number };

beforeAll(requireClient);

describe('a run of the real client, in a project that never saw init', () => {
  it(
    'with --until that needs two turns keeps its promise in the second, and is completed',
    TIME,
    async () => {
      const scene = holdfastScene();
      const api = await prepared(scene, [
        [{ tool: 'Bash', input: { command: 'echo looking' } }],
        [{ text: "I'll commit the fix now." }],
        [{ tool: 'Bash', input: { command: 'touch done && git add done && git commit -m fix' } }],
        [{ text: 'It is committed.' }],
      ]);
      const { id } = await begin(scene, '--until', 'test -e done');
      const run = await reach(scene, id, 'completed');

      expect(run.turns).toBe(2);
      // Each turn tells its own cost, also in a session that was resumed: the sum counts none of it twice.
      const { turns } = await get<{ turns: { costUsd: number }[] }>(scene, `/runs/${id}/turns`);
      expect(turns[0]?.costUsd).toBeGreaterThan(0);
      expect(turns[1]?.costUsd).toBeCloseTo(turns[0]?.costUsd ?? 0, 8);
      const asked = JSON.stringify(api.requests.at(-1)?.messages);
      expect(asked).toContain('promised: commit fix');
      expect(asked).toContain('must succeed: test -e done (ended with 1)');
      const { commitments } = await get<{ commitments: object[] }>(
        scene,
        `/commitments?sessionId=${run.sessionId}`,
      );
      expect(commitments).toMatchObject([{ verb: 'commit', status: 'kept', keptBy: 'evidence' }]);
      const shown = await scene.done('runs', id);
      expect(shown).toMatch(/Commits:\n {2}[0-9a-f]+ fix\nMerge it with: git -C .* merge holdfast\//);
      expect((await scene.done('runs', 'clean')).includes('removed')).toBe(true);
    },
  );

  it(
    'whose client is killed in mid-turn is crashed, its session reaped, and restore goes on in it',
    TIME,
    async () => {
      const scene = holdfastScene();
      const tool = waitingTool(scene.folder);
      await prepared(scene, [[tool.block], [{ text: 'I went on.' }]]);
      const { id } = await begin(scene);
      await tool.runs();
      const { turns } = await get<{ turns: { pid: number }[] }>(scene, `/runs/${id}/turns`);
      process.kill(turns[0]?.pid ?? 0, 'SIGKILL');

      const crashed = await reach(scene, id, 'failed', 20_000);
      expect(crashed.reason).toBe('crashed');
      await until(
        'the session to be reaped',
        async () => (await scene.row(crashed.sessionId)).state === 'reaped',
        20_000,
      );
      await scene.done('restore', id);
      const run = await reach(scene, id, 'completed');
      expect(run).toMatchObject({ sessionId: crashed.sessionId, turns: 2 });
    },
  );

  it('that is told something goes on in the same session', TIME, async () => {
    const scene = holdfastScene();
    const api = await prepared(scene, [[{ text: 'One.' }], [{ text: 'Two.' }]]);
    const { id } = await begin(scene);
    const { sessionId } = await reach(scene, id, 'completed');
    await scene.done('say', id, 'And now the docs.');
    const run = await reach(scene, id, 'completed');
    expect(run).toMatchObject({ sessionId, turns: 2 });
    expect(JSON.stringify(api.requests.at(-1)?.messages)).toContain('And now the docs.');
  });
});

/** A sidecar whose client talks to a script: what the client needs stands in a program around it. */
async function prepared(scene: Scene, script: Said[]): Promise<MessagesApi> {
  const api = await startMessagesApi(script);
  onTestFinished(api.close);
  const claudePath = join(scene.folder, 'claude');
  const { PATH: _, HOME: __, ...environment } = clientEnvironment({ home: scene.home, apiUrl: api.url });
  const exported = Object.entries(environment).map(([name, value]) => `export ${name}='${value}'`);
  writeFileSync(claudePath, `#!/bin/sh\n${exported.join('\n')}\nexec '${CLIENT}' "$@"\n`, { mode: 0o755 });
  scene.configure({
    server: { port: 0 },
    messaging: { actionClaim: { enabled: true } },
    monitoring: { sessionWatchdog: { intervalSeconds: 1 } },
    runs: { claudePath, permissionMode: 'bypassPermissions' },
  });
  await scene.done('start');
  return api;
}

async function begin(scene: Scene, ...args: string[]): Promise<Run> {
  return JSON.parse(await scene.done('run', 'Make it work.', ...args, '--json'));
}

function reach(scene: Scene, id: string, state: string, limitMs = 60_000): Promise<Run> {
  return until(
    `the run to be ${state}`,
    async () => {
      const run = await get<Run>(scene, `/runs/${id}`);
      return run.state === state && run;
    },
    limitMs,
  );
}

async function get<T>(scene: Scene, path: string): Promise<T> {
  return (await callApi<T>(scene.paths, path)).body;
}
