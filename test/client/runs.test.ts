import { beforeAll, describe, expect, it } from 'vitest';
import { until } from '../kit/until.ts';
import { holdfastScene } from './holdfast-scene.ts';
import { begin, get, prepared, reach } from './real-run.ts';
import { requireClient } from './run-client.ts';
import { waitingTool } from './waiting-tools.ts';

const TIME = { timeout: 90_000 };

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
