import { beforeAll, describe, expect, it } from 'vitest';
import { callApi } from '../kit/real-sidecar.ts';
import { until } from '../kit/until.ts';
import { holdfastScene, type Scene } from './holdfast-scene.ts';
import type { Turn } from './messages-api.ts';
import { isAlive } from './process-tree.ts';
import { begin, get, prepared, type Run, reach } from './real-run.ts';
import { requireClient } from './run-client.ts';
import { sleepingTool } from './waiting-tools.ts';

const TIME = { timeout: 120_000 };
const RATE_LIMIT: Turn = { error: { status: 429, type: 'rate_limit_error', message: 'Slow down.' } };

type Entry = {
  id: string;
  sessionId: string;
  state: string;
  gate: string | null;
  why: string;
  unfinished: { kind: string; strength: string }[];
  history: { what: string }[];
};
type Queue = { enabled: boolean; dryRun: boolean; entries: Entry[]; tombstones: { revivals: number }[] };

beforeAll(requireClient);

describe('a run whose client and whose sidecar are both killed in mid-tool', () => {
  it('comes back in the same session, finishes its plan and keeps its promise', TIME, async () => {
    const scene = holdfastScene();
    const { api, run } = await killedInMidTool(scene, { dryRun: false, tickSeconds: 1, calmTicks: 1 });
    await scene.done('start');
    await revived(scene, run.sessionId);
    const after = await reach(scene, run.id, 'completed');

    expect(after.sessionId).toBe(run.sessionId);
    const { turns } = await get<{ turns: { sessionId: string; state: string }[] }>(
      scene,
      `/runs/${run.id}/turns`,
    );
    expect(turns.map(({ state }) => state)).toEqual(['clean', 'crashed', 'clean']);
    expect(new Set(turns.map(({ sessionId }) => sessionId))).toEqual(new Set([run.sessionId]));
    const { commitments } = await get<{ commitments: object[] }>(
      scene,
      `/commitments?sessionId=${run.sessionId}`,
    );
    expect(commitments).toMatchObject([{ verb: 'commit', status: 'kept', keptBy: 'evidence' }]);
    const { plan } = await scene.row(run.sessionId);
    expect(plan?.items).toMatchObject([{ subject: 'Mend it', status: 'completed' }]);

    const asked = JSON.stringify(api.requests.at(-3)?.messages);
    expect(asked).toContain('This session was ended in the middle of its work at ');
    expect(asked).toContain('promised: commit fix');
    const { entries, tombstones } = await queue(scene);
    expect(entries).toMatchObject([{ state: 'respawned', sessionId: run.sessionId }]);
    expect(entries[0]?.unfinished.map(({ kind }) => kind)).toContain('open-promise');
    expect(tombstones).toMatchObject([{ revivals: 1 }]);
  });

  it('in a dry run starts nothing, and says would-resume once', TIME, async () => {
    const scene = holdfastScene();
    const { api, run } = await killedInMidTool(scene, { tickSeconds: 1, calmTicks: 1 });
    await scene.done('start');
    const [entry] = await until('the dry run to come to it', async () => {
      const { entries } = await drained(scene);
      return entries.some(({ history }) => history.some(({ what }) => what === 'would-resume')) && entries;
    });
    await drained(scene);
    expect(entry).toMatchObject({ state: 'queued', sessionId: run.sessionId });
    const { entries } = await queue(scene);
    expect(entries[0]?.history.map(({ what }) => what)).toEqual(['queued', 'would-resume']);
    expect(await get<Run>(scene, `/runs/${run.id}`)).toMatchObject({
      state: 'failed',
      reason: 'crashed',
      turns: 2,
    });
    expect(api.requests).toHaveLength(4);
  });
});

describe('a session that a person marked', () => {
  it(
    'and that was killed in mid-tool goes on in the same session and directory, and not with every right that it had',
    TIME,
    async () => {
      const scene = holdfastScene();
      const sleeper = sleepingTool(scene.folder);
      const api = await prepared(scene, [[{ text: 'I went on.' }]], {
        monitoring: { resumeQueue: { dryRun: false, tickSeconds: 1, calmTicks: 1 } },
        runs: { permissionMode: 'acceptEdits' },
      });
      await scene.done('init');
      const first = await scene.begin([[sleeper.block]], { prompt: 'Sleep.' });
      const sleep = await sleeper.runs();
      const [row] = await scene.rows();
      const id = row?.id ?? '';
      await post(scene, `/sessions/${id}/autonomous`, { autonomous: true });
      first.child.kill('SIGKILL');
      await first.ended;
      process.kill(sleep, 'SIGKILL');
      await revived(scene, id);
      await until('the turn to end', async () => (await scene.row(id)).state === 'ended');

      expect(await scene.row(id)).toMatchObject({
        cwd: row?.cwd,
        autonomous: true,
        permissionMode: 'acceptEdits',
      });
      expect(JSON.stringify(api.requests.at(-1)?.messages)).toContain('Bash was running');
      const { entries } = await queue(scene);
      expect(entries).toMatchObject([
        { state: 'respawned', sessionId: id, why: 'Its process was gone without a word.' },
      ]);
    },
  );

  it('and that an error of the API ended is collected, though it said that it ended', TIME, async () => {
    const scene = holdfastScene();
    scene.configure({ server: { port: 0 } });
    await scene.done('init');
    const { sessionId } = await scene.session([RATE_LIMIT], { env: { CLAUDE_CODE_MAX_RETRIES: '0' } });
    await post(scene, `/sessions/${sessionId}/autonomous`, { autonomous: true });
    const entry = await until('the entry', async () => (await queue(scene)).entries[0]);
    expect(entry).toMatchObject({ sessionId, state: 'queued', why: 'An error of the API ended its turn.' });
  });
});

/** Two turns: the first promises something, the second is killed in its tool, and the sidecar before it. */
async function killedInMidTool(scene: Scene, resumeQueue: object) {
  const sleeper = sleepingTool(scene.folder);
  const api = await prepared(
    scene,
    [
      [{ tool: 'TaskCreate', input: { subject: 'Mend it', description: 'All of it.' } }],
      [{ tool: 'TaskUpdate', input: { taskId: '1', status: 'in_progress' } }],
      [{ text: "I'll commit the fix now." }],
      [sleeper.block],
      [{ tool: 'TaskUpdate', input: { taskId: '1', status: 'completed' } }],
      [{ tool: 'Bash', input: { command: 'touch done && git add done && git commit -m fix' } }],
      [{ text: 'It is committed.' }],
    ],
    { monitoring: { resumeQueue } },
  );
  const { id } = await begin(scene);
  const sleep = await sleeper.runs();
  const { sessionId } = await get<Run>(scene, `/runs/${id}`);
  const { turns } = await get<{ turns: { pid: number }[] }>(scene, `/runs/${id}/turns`);
  const { pid: sidecar } = await scene.status();
  for (const pid of [sidecar, turns.at(-1)?.pid ?? 0, sleep]) {
    process.kill(pid ?? 0, 'SIGKILL');
    await until('the process to end', () => !isAlive(pid ?? 0));
  }
  return { api, run: { id, sessionId } };
}

/** The machine of a test run is seldom calm: a person's word skips those ticks, and no other gate. */
async function drained(scene: Scene): Promise<Queue> {
  const { entries } = await queue(scene);
  for (const { id, state } of entries)
    if (state === 'queued') await post(scene, `/sessions/resume-queue/${id}/drain`);
  return queue(scene);
}

async function revived(scene: Scene, sessionId: string): Promise<void> {
  await until(
    'the session to be revived',
    async () => {
      const { entries } = await drained(scene);
      return entries.some((entry) => entry.sessionId === sessionId && entry.state === 'respawned');
    },
    40_000,
  );
}

const queue = (scene: Scene) => get<Queue>(scene, '/sessions/resume-queue');

async function post(scene: Scene, path: string, body: object = {}): Promise<void> {
  await callApi(scene.paths, path, { method: 'POST', body: JSON.stringify(body) });
}
