import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect, onTestFinished, test } from 'vitest';
import { until } from '../kit/until.ts';
import { endAfterTest } from './end-after-test.ts';
import { type MessagesApi, startMessagesApi, type Turn } from './messages-api.ts';
import { isAlive } from './process-tree.ts';
import { type EventName, recordHooks } from './recorded-hooks.ts';
import { type ClientOptions, requireClient, runClient, startClient } from './run-client.ts';
import { temporaryPlace } from './temporary.ts';
import { readTranscript } from './transcript.ts';
import { sleepingTool } from './waiting-tools.ts';

const TIME = { timeout: 60_000 };
const NO_RETRIES = { CLAUDE_CODE_MAX_RETRIES: '0' };

beforeAll(requireClient);

test('a session of tool calls fires its hooks, with the ids of the transcript', TIME, async () => {
  const scene = await stage();
  const file = join(scene.project, 'README.md');
  const made = join(scene.project, 'made.txt');
  const { api } = await scene.play([
    [{ text: 'I begin.' }, { tool: 'Bash', input: { command: 'echo hello' } }],
    [{ tool: 'Read', input: { file_path: file } }],
    [{ tool: 'Edit', input: { file_path: file, old_string: 'A project', new_string: 'Edited' } }],
    [{ tool: 'Write', input: { file_path: made, content: 'made\n' } }],
    [{ text: 'All four are done.' }],
  ]);

  const end = await runClient(scene.options('Do four things.'));

  expect(end).toMatchObject({ code: 0, signal: null, timedOut: false, stderr: '' });
  expect(end.result).toMatchObject({ is_error: false, result: 'All four are done.' });
  expect(readFileSync(file, 'utf8')).toBe('# Edited\n');
  expect(readFileSync(made, 'utf8')).toBe('made\n');
  expect(scene.hookNames()).toEqual([
    'SessionStart',
    'UserPromptSubmit',
    ...Array(4).fill(['PreToolUse', 'PostToolUse']).flat(),
    'Stop',
    'SessionEnd',
  ]);

  const ids = api.toolUses.map((use) => use.id);
  const steps = scene.transcript(end.sessionId);
  expect(scene.hookEvents('PreToolUse').map((event) => event.tool_use_id)).toEqual(ids);
  expect(scene.hookEvents('PostToolUse').map((event) => event.tool_use_id)).toEqual(ids);
  expect(steps.filter((step) => step.kind === 'tool use').map((step) => step.id)).toEqual(ids);
  expect(steps.filter((step) => step.kind === 'tool result')).toEqual(
    ids.map((toolUseId) => ({ kind: 'tool result', toolUseId, isError: false })),
  );
  expect(steps[0]).toEqual({ kind: 'prompt', text: 'Do four things.' });
  expect(steps.at(-1)).toEqual({ kind: 'text', text: 'All four are done.' });
});

test('a session id that was chosen is the one that is used', TIME, async () => {
  const scene = await stage();
  await scene.play([[{ text: 'Hello.' }]]);
  const sessionId = crypto.randomUUID();

  const end = await runClient({ ...scene.options('Hello?'), sessionId });

  expect(end.sessionId).toBe(sessionId);
  expect(new Set(scene.hooks.events().map((event) => event.session_id))).toEqual(new Set([sessionId]));
});

test(
  'killed in mid tool it leaves no SessionEnd and an orphan; --resume goes on in its id',
  TIME,
  async () => {
    const scene = await stage();
    await scene.play([[scene.sleepingTool]]);
    const sessionId = crypto.randomUUID();
    const { child, ended } = startClient({ ...scene.options('Sleep.'), sessionId });
    const sleeper = await scene.sleeper();
    // It writes its transcript with a delay, and resumes no session that has none.
    await until('its transcript', () => hasPrompt(() => scene.transcript(sessionId)));

    child.kill('SIGKILL');
    const killed = await ended;

    expect(killed).toMatchObject({ code: null, signal: 'SIGKILL', timedOut: false, result: undefined });
    expect(scene.hookNames()).toEqual(['SessionStart', 'UserPromptSubmit', 'PreToolUse']);
    expect(isAlive(sleeper)).toBe(true);
    process.kill(sleeper, 'SIGKILL');
    await until('the orphan to end', () => !isAlive(sleeper));

    await scene.play([[{ text: 'I am back.' }]]);
    const resumed = await runClient({ ...scene.options('Go on.'), resume: killed.sessionId });

    expect(resumed.code).toBe(0);
    expect(resumed.sessionId).toBe(killed.sessionId);
    expect(scene.hookEvents('SessionStart').map((event) => event.source)).toEqual(['startup', 'resume']);
    expect(scene.hookNames().slice(3)).toEqual(['SessionStart', 'UserPromptSubmit', 'Stop', 'SessionEnd']);
    const prompts = scene.transcript(killed.sessionId).filter((step) => step.kind === 'prompt');
    expect(prompts.map((step) => step.text)).toEqual(['Sleep.', 'Go on.']);
  },
);

test('a client over its time limit is killed, with the tools that it started', TIME, async () => {
  const scene = await stage();
  await scene.play([[scene.sleepingTool]]);

  const running = startClient({ ...scene.options('Sleep.'), timeLimitMs: 8_000 });
  const sleeper = await scene.sleeper();
  const end = await running.ended;

  expect(end).toMatchObject({ signal: 'SIGKILL', timedOut: true, result: undefined });
  await until('the tool to end', () => !isAlive(sleeper));
});

test('a rate limit ends the turn with StopFailure instead of Stop', TIME, async () => {
  const scene = await stage();
  await scene.play([{ error: { status: 429, type: 'rate_limit_error', message: 'Slow down.' } }]);

  const end = await runClient({ ...scene.options('Hello?'), env: NO_RETRIES });

  expect(end.code).toBe(1);
  // `subtype` is "success" even so: only `is_error` and `api_error_status` tell.
  expect(end.result).toMatchObject({ is_error: true, api_error_status: 429, subtype: 'success' });
  // The client waits for neither of the last two: they may arrive in either order, and after its own end.
  await until('the hook of the failed stop', () => scene.hookNames().includes('StopFailure'));
  expect(scene.hookNames().sort()).toEqual(['SessionEnd', 'SessionStart', 'StopFailure', 'UserPromptSubmit']);
  expect(scene.hookEvents('StopFailure')[0]).toMatchObject({ error: 'rate_limit' });
});

test('a command that fails fires PostToolUseFailure, and no PostToolUse', TIME, async () => {
  const scene = await stage();
  const { api } = await scene.play([[{ tool: 'Bash', input: { command: 'exit 3' } }]]);

  const end = await runClient(scene.options('Fail.'));

  // Seen with 2.1.197: the exit code stands in `error` only ("Exit code 3"); there is no `tool_response`.
  expect(scene.hookEvents('PostToolUse')).toEqual([]);
  expect(scene.hookEvents('PostToolUseFailure')).toMatchObject([
    { tool_use_id: api.toolUses[0]?.id, error: 'Exit code 3', is_interrupt: false },
  ]);
  expect(scene.transcript(end.sessionId)).toContainEqual({
    kind: 'tool result',
    toolUseId: api.toolUses[0]?.id,
    isError: true,
  });
});

test('additionalContext of a UserPromptSubmit hook is in the next request', TIME, async () => {
  const additionalContext = 'The lighthouse keeper is called Marit.';
  const scene = await stage({
    UserPromptSubmit: { hookSpecificOutput: { hookEventName: 'UserPromptSubmit', additionalContext } },
  });
  const { api } = await scene.play([[{ text: 'Marit.' }]]);

  await runClient(scene.options('Who keeps the lighthouse?'));

  expect(api.requests).toHaveLength(1);
  expect(JSON.stringify(api.requests[0]?.messages)).toContain(additionalContext);
});

/** A temporary home and project with recorded hooks; whatever a test leaves of it is cleared away. */
async function stage(answers: Partial<Record<EventName, object>> = {}) {
  const { folder, home, project, remove } = temporaryPlace();
  onTestFinished(remove);
  const hooks = recordHooks(folder, answers);
  const sleeper = sleepingTool(folder);
  let apiUrl = '';

  async function play(script: Turn[]): Promise<{ api: MessagesApi }> {
    const api = await startMessagesApi(script);
    onTestFinished(api.close);
    apiUrl = api.url;
    return { api };
  }

  function options(prompt: string): ClientOptions {
    return { prompt, cwd: project, home, apiUrl, settings: hooks.settings, onSpawn: endAfterTest };
  }

  return {
    project,
    hooks,
    play,
    options,
    sleepingTool: sleeper.block,
    sleeper: sleeper.runs,
    hookNames: () => hooks.events().map((event) => event.hook_event_name),
    hookEvents: (name: EventName) => hooks.events().filter((event) => event.hook_event_name === name),
    transcript: (sessionId = '') => readTranscript({ home, sessionId }),
  };
}

function hasPrompt(read: () => { kind: string }[]): boolean {
  try {
    return read().some(({ kind }) => kind === 'prompt');
  } catch {
    return false; // There is no file yet, or half a line of it.
  }
}
