import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { until } from '../kit/until.ts';
import { holdfastScene, type Scene, type SessionOptions } from './holdfast-scene.ts';
import type { Turn } from './messages-api.ts';
import { requireClient } from './run-client.ts';
import { say } from './say.ts';

const TIME = { timeout: 60_000 };
const LOOKS_OFTEN = { config: { attention: { lookSeconds: 1 } } };
/** A prompt, a tool that goes well, one that fails, and an end. */
const worked = (): Turn[] => [
  [{ tool: 'Bash', input: { command: 'echo one' } }],
  [{ tool: 'Bash', input: { command: 'exit 3' } }],
  [{ text: 'All is well.' }],
];
const SEEN_IN_WORK = [
  ...['hook.SessionStart', 'hook.UserPromptSubmit', 'hook.PreToolUse', 'hook.PostToolUse'],
  ...['hook.PostToolUseFailure', 'hook.Stop'],
];
const ALL_HOOKS = [...SEEN_IN_WORK, 'hook.StopFailure', 'hook.SessionEnd', 'hook.ConfigChange'];

interface Guard {
  key: string;
  effective: string;
  runtimeReason?: string;
  hint?: string;
}

beforeAll(requireClient);

async function guardedScene(): Promise<Scene> {
  const scene = holdfastScene(LOOKS_OFTEN);
  await scene.done('init');
  // The first start goes through the steps of an upgrade, and would put right what is broken meanwhile.
  await until(
    'the first start to have settled',
    async () => (await scene.get<{ migratedAt: string | null }>('/migrate')).migratedAt,
  );
  return scene;
}

async function loudHooks(scene: Scene): Promise<Guard[]> {
  const { guards } = await scene.get<{ guards: Guard[] }>('/guards');
  return guards.filter(({ key, effective }) => key.startsWith('hook.') && LOUD.includes(effective));
}
const LOUD = ['errored', 'missing', 'off-runtime-divergent', 'on-stale', 'on-blind'];

async function loudAre(scene: Scene, keys: readonly string[]): Promise<Guard[]> {
  return until(`${keys.join(', ')} to be loud`, async () => {
    const loud = await loudHooks(scene);
    return (
      loud
        .map(({ key }) => key)
        .sort()
        .join() === [...keys].sort().join() && loud
    );
  });
}

/** Such a session may go without a hook, so its hooks are not looked after. */
async function play(scene: Scene, script: Turn[], options: SessionOptions = {}): Promise<string> {
  const { end } = await scene.session(script, options);
  expect(end.code).toBe(0);
  return String(end.sessionId);
}

const settingsOf = (scene: Scene) => join(scene.project, '.claude', 'settings.json');

function editSettings(scene: Scene, change: (text: string) => string): void {
  const file = settingsOf(scene);
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}

// biome-ignore lint/suspicious/noTemplateCurlyInString: shell, not a template
const OUR_HOME = '\\"${HOLDFAST_HOME:-$HOME/.holdfast}\\"';

function withoutEntry(event: string) {
  return (text: string): string => {
    const settings = JSON.parse(text);
    delete settings.hooks[event];
    return JSON.stringify(settings);
  };
}

describe('a hook that is off is noticed by name within one session', () => {
  it.each<[string, (scene: Scene) => void, readonly string[], string]>([
    [
      'its entry is out of the settings',
      (scene) => editSettings(scene, withoutEntry('PreToolUse')),
      ['hook.PreToolUse'],
      'has no entry of Holdfast for PreToolUse',
    ],
    [
      'its script is deleted',
      (scene) => rmSync(join(scene.paths.hooks, 'stop.sh')),
      ['hook.Stop'],
      'stop.sh is gone',
    ],
    [
      'its script is not executable',
      (scene) => chmodSync(join(scene.paths.hooks, 'post-tool-use.sh'), 0o644),
      ['hook.PostToolUse'],
      'post-tool-use.sh is not executable',
    ],
    [
      'its path is wrong',
      (scene) =>
        editSettings(scene, (text) =>
          text.replace(`${OUR_HOME}/hooks/user-prompt`, '/nowhere/hooks/user-prompt'),
        ),
      ['hook.UserPromptSubmit'],
      '/nowhere/hooks/user-prompt-submit.sh',
    ],
    [
      'disableAllHooks',
      (scene) => editSettings(scene, (text) => text.replace('{', '{ "disableAllHooks": true,')),
      ALL_HOOKS,
      'sets disableAllHooks',
    ],
  ])('%s', TIME, async (_, breakIt, keys, why) => {
    const scene = await guardedScene();
    const settings = readFileSync(settingsOf(scene), 'utf8');
    breakIt(scene);
    const sessionId = await play(scene, worked());

    const loud = await loudAre(scene, keys);
    for (const { effective, runtimeReason, hint } of loud) {
      expect(effective).toBe('off-runtime-divergent');
      expect(runtimeReason).toContain(why);
      expect(hint).toMatch(/./);
    }
    const heard = (await scene.events(sessionId)).map(({ event }) => `hook.${event}`);
    expect(heard.filter((key) => keys.includes(key))).toEqual([]);

    writeFileSync(settingsOf(scene), settings);
    await scene.done('init'); // Deploys what is gone, and makes it executable.
    await loudAre(scene, []);
  });

  it('--bare, of which nothing tells but the transcript; a newer session makes it good', TIME, async () => {
    const scene = await guardedScene();
    const sessionId = await play(scene, worked(), { args: ['--bare'] });

    const loud = await loudAre(scene, SEEN_IN_WORK);
    for (const { effective, runtimeReason, hint } of loud) {
      expect(effective).toBe('on-blind');
      expect(runtimeReason).toContain(sessionId);
      expect(hint).toContain('--bare');
    }
    expect(await scene.rows()).toEqual([]);

    // It is remembered over a restart: nothing was made good yet.
    await scene.done('stop');
    await scene.done('start');
    await loudAre(scene, SEEN_IN_WORK);

    await play(scene, worked());
    await loudAre(scene, []);
  });

  it('a client in a folder of the project, where it does not read the project’s settings', TIME, async () => {
    const scene = await guardedScene();
    const cwd = join(scene.project, 'src');
    mkdirSync(cwd);
    await play(scene, worked(), { cwd });
    const loud = await until('it to be noticed', async () => {
      const guards = await loudHooks(scene);
      return guards.some(({ key }) => key === 'hook.Stop') && guards;
    });
    expect(loud[0]?.hint).toContain('holdfast init --user');
  });
});

describe('with everything in order nothing is raised', () => {
  it('for work, rest, a resume, a fork, a subagent, an interrupt, a stalled API', {
    timeout: 120_000,
  }, async () => {
    const scene = await guardedScene();
    const first = await play(scene, worked());
    await play(scene, [[{ text: 'No tool.' }]]);
    await play(scene, worked(), { resume: first });
    await play(scene, worked(), { resume: first, args: ['--fork-session'] });
    await play(scene, [
      [{ tool: 'Agent', input: { description: 'Look', prompt: 'Look.', subagent_type: 'general-purpose' } }],
      [{ tool: 'Bash', input: { command: 'echo of the subagent' } }],
      [{ text: 'I looked.' }],
      [{ text: 'It looked.' }],
    ]);
    await play(scene, [
      [
        { tool: 'Read', input: { file_path: join(scene.project, 'not-there') } },
        { tool: 'Nobody', input: {} },
        { tool: 'Bash', input: { command: 7 } },
      ],
      [{ text: 'Refused.' }],
    ]);
    await interrupted(scene);
    await killed(scene);
    const { end } = await scene.session(
      [{ error: { status: 429, type: 'rate_limit_error', message: 'Slow down.' } }],
      { env: { CLAUDE_CODE_MAX_RETRIES: '0' } },
    );
    expect(end.code).toBe(1);

    // A client that is bare comes last: when it is noticed, all of the others were judged. Seen with 2.1.197: of
    // one that is over in a moment the transcript may lack the prompt, or everything.
    const bare = await play(scene, worked(), { args: ['--bare'] });
    // What it did is judged as it is written down: its prompt can be seen before its start.
    await until('the bare one to be noticed', async () => {
      const guards = await loudHooks(scene);
      for (const { runtimeReason } of guards) expect(runtimeReason).toContain(bare);
      return guards.some(({ key }) => key === 'hook.SessionStart');
    });
  });
});

async function interrupted(scene: Scene): Promise<void> {
  const begun = await scene.begin([{ hang: true }], {
    openInput: true,
    args: ['--input-format', 'stream-json'],
  });
  say(begun.child, 'Think for long.');
  await until('the model to be asked', () => begun.api.requests.length === 1);
  const request = { type: 'control_request', request_id: 'r1', request: { subtype: 'interrupt' } };
  begun.child.stdin?.write(`${JSON.stringify(request)}\n`);
  begun.child.stdin?.end();
  await begun.ended;
}

async function killed(scene: Scene): Promise<void> {
  const begun = await scene.begin([[{ text: 'One.' }], { hang: true }], {
    openInput: true,
    args: ['--input-format', 'stream-json'],
  });
  say(begun.child, 'Go on.');
  await until('the turn to end', async () =>
    (await scene.rows()).some(({ state }) => state === 'between_turns'),
  );
  say(begun.child, 'And on.');
  await until('the model to be asked', () => begun.api.requests.length === 2);
  begun.child.kill('SIGKILL');
  await begun.ended;
}
