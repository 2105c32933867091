import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { HOOK_ENTRIES, hookGroup } from '../../sidecar/registration/index.ts';
import { deployHooks } from '../../sidecar/setup/index.ts';
import type { TurnsOptions } from '../../sidecar/turns/index.ts';
import { openedStore } from '../kit/opened-store.ts';
import { type OpenedTurns, openedTurns, processesOfTurns } from '../turns/turns-kit.ts';
import { holdfastScene, type Scene } from './holdfast-scene.ts';
import { type MessagesApi, type Turn as Said, startMessagesApi } from './messages-api.ts';
import { CLIENT, clientEnvironment, requireClient } from './run-client.ts';
import { waitingTool } from './waiting-tools.ts';

const TURN_SIDECAR = fileURLToPath(new URL('../chaos/turn-sidecar.mjs', import.meta.url));
const TIME = { timeout: 60_000 };
const HOOK_SETTINGS = JSON.stringify({
  hooks: Object.fromEntries(HOOK_ENTRIES.map((entry) => [entry.event, [hookGroup(entry)]])),
});

beforeAll(requireClient);

describe('a turn of the real client', () => {
  it('ends clean, with its cost, and its hooks come by --settings alone', TIME, async () => {
    const scene = holdfastScene();
    await scene.done('start');
    const script: Said[] = [[{ tool: 'Bash', input: { command: 'echo one' } }], [{ text: 'It is done.' }]];
    deployHooks(scene.paths);
    const { turns, start, end } = await engine(scene, script);

    const turn = await end(start('Echo one.', inProject(scene)), 30_000);

    expect(turn).toMatchObject({
      state: 'clean',
      seenSessionId: turn.sessionId,
      toolCalls: 1,
      malformed: 0,
      text: 'It is done.',
      denials: [],
      error: null,
    });
    expect(turn.costUsd).toBeGreaterThan(0);
    expect(turn.tokens).toEqual({ input: 20, output: 20 });
    expect(turns.live()).toEqual([]);
    const names = (await scene.events(turn.sessionId)).map(({ event }) => event);
    expect(names).toEqual([
      'SessionStart',
      'UserPromptSubmit',
      'PreToolUse',
      'PostToolUse',
      'Stop',
      'SessionEnd',
    ]);
    expect(await scene.row(turn.sessionId)).toMatchObject({
      state: 'ended',
      pid: turn.pid,
      processStart: turn.processStart,
    });
  });

  it('in a project that has the same hooks runs each of them once', TIME, async () => {
    const scene = holdfastScene();
    await scene.done('init');
    const { start, end } = await engine(scene, [[{ text: 'It is done.' }]]);
    const turn = await end(start('Say it.', inProject(scene)), 30_000);
    expect(turn.state).toBe('clean');
    const events = await scene.events(turn.sessionId);
    expect(events.map(({ event, outcome }) => `${event} ${outcome}`)).toEqual([
      ...['SessionStart applied', 'UserPromptSubmit applied', 'Stop applied', 'SessionEnd applied'],
    ]);
  });

  it('is resumed in the same session by the next one', TIME, async () => {
    const scene = holdfastScene();
    const { start, end } = await engine(scene, [[{ text: 'One.' }], [{ text: 'Two.' }]]);
    const first = await end(start('Say one.', inProject(scene)), 30_000);
    const second = await end(
      start('Say two.', { ...inProject(scene), sessionId: first.sessionId, resume: true }),
      30_000,
    );
    expect(second).toMatchObject({ state: 'clean', text: 'Two.', seenSessionId: first.sessionId });
  });

  it('that may not use a tool says which', TIME, async () => {
    const scene = holdfastScene();
    const script: Said[] = [
      [{ tool: 'Bash', input: { command: 'touch /holdfast-may-not' } }],
      [{ text: 'I may not.' }],
    ];
    const { start, end } = await engine(scene, script);
    const turn = await end(
      start('Touch it.', { ...inProject(scene), permissionMode: 'acceptEdits' }),
      30_000,
    );
    expect(turn).toMatchObject({ state: 'clean', denials: ['Bash'] });
  });

  it.each([
    [429, 'rate_limit_error', 'rate_limit'],
    [529, 'overloaded_error', 'overloaded'],
    [500, 'api_error', 'server_error'],
    [401, 'authentication_error', 'authentication_failed'],
  ])('that meets %i ends in error, of its class', TIME, async (status, type, kind) => {
    const scene = holdfastScene();
    const error: Said = { error: { status, type, message: 'No.' } };
    const { start, end } = await engine(scene, [error, error], {}, { CLAUDE_CODE_MAX_RETRIES: '0' });
    const turn = await end(start('Try.', inProject(scene)), 30_000);
    expect(turn).toMatchObject({
      state: 'error',
      error: { class: kind, text: expect.stringContaining(String(status)) },
    });
  });

  it('resumed under an id that nobody knows is no good end', TIME, async () => {
    const scene = holdfastScene();
    const { start, end } = await engine(scene, []);
    const turn = await end(start('Go on.', { ...inProject(scene), resume: true }), 30_000);
    expect(['error', 'crashed']).toContain(turn.state);
    expect(turn.error?.text).toContain('No conversation found');
  });

  it(
    'goes on when its sidecar is killed in the middle of a tool, and the next one reads the rest',
    TIME,
    async () => {
      const scene = holdfastScene();
      const tool = waitingTool(scene.folder);
      const next = await engine(scene, [[tool.block], [{ text: 'I went on.' }]]);
      const { home } = next;
      const first = spawn(process.execPath, [TURN_SIDECAR, home.root, CLIENT, 'Wait.'], {
        env: clientEnvironment({ home: scene.home, apiUrl: next.api.url }),
        stdio: 'ignore',
      });
      onTestFinished(() => void first.kill('SIGKILL'));
      await tool.runs();
      const killed = once(first, 'exit');
      first.kill('SIGKILL');
      await killed;
      const [begun] = next.turns.live();
      if (!begun) throw new Error('there is no turn');
      next.turns.recover();
      tool.open();

      const turn = await next.end(begun, 30_000);

      expect(turn).toMatchObject({
        id: begun.id,
        state: 'clean',
        text: 'I went on.',
        toolCalls: 1,
        malformed: 0,
      });
      expect(turn.costUsd).toBeGreaterThan(0);
      const stream = readFileSync(join(home.turns, `${turn.id}.ndjson`), 'utf8')
        .trimEnd()
        .split('\n');
      expect(next.events(turn).map(({ body }) => body)).toEqual(stream);
    },
  );

  it('that is stopped in the middle of a tool leaves no process', TIME, async () => {
    const scene = holdfastScene();
    const tool = waitingTool(scene.folder);
    const { start, turns, store } = await engine(scene, [[tool.block]]);
    const begun = start('Wait.', inProject(scene));
    await tool.runs();
    const began = performance.now();
    expect(await turns.stop(begun.id)).toMatchObject({ state: 'aborted' });
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(processesOfTurns(store)).toEqual([]);
  });

  it('whose API says nothing is stalled, and its group is gone within three seconds', TIME, async () => {
    const scene = holdfastScene();
    // Long enough for a busy machine to bring the client to its first event.
    const stallSeconds = 8;
    const { start, end, turns, store } = await engine(scene, [{ hang: true }], { stallSeconds });
    const turn = await end(start('Hang.', inProject(scene)), 40_000);
    expect(turn).toMatchObject({ state: 'stalled', lastActivityAt: expect.any(String) });
    const silent = Date.parse(turn.endedAt ?? '') - Date.parse(turn.lastActivityAt ?? '');
    expect(silent).toBeGreaterThan(stallSeconds * 1000 - 1000);
    expect(silent).toBeLessThan((stallSeconds + 3) * 1000);
    expect(processesOfTurns(store)).toEqual([]);
    expect(turns.live()).toEqual([]);
  });
});

type Engine = OpenedTurns & { api: MessagesApi };

/** The engine beside the scene's own sidecar, over a ledger of its own, with the client of the scene. */
async function engine(
  scene: Scene,
  script: Said[],
  given: Partial<TurnsOptions> = {},
  env: Record<string, string> = {},
): Promise<Engine> {
  const api = await startMessagesApi(script);
  onTestFinished(api.close);
  const environment = clientEnvironment({ home: scene.home, apiUrl: api.url, env });
  const { store, home, folder } = openedStore();
  // The hooks of the client find the scene's sidecar; the turns lie in the home of the ledger.
  const opened = { store, home: { ...home, root: scene.paths.root }, folder };
  return { ...openedTurns({ hookSettings: HOOK_SETTINGS, environment, ...given }, opened), home, api };
}

function inProject(scene: Scene) {
  return {
    directory: scene.project,
    claude: CLIENT,
    permissionMode: 'bypassPermissions',
    sessionId: randomUUID(),
  };
}
