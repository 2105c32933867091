import { describe, expect, test } from 'vitest';
import { sessionAtWork } from './scene.ts';

const BASH = { tool_name: 'Bash', tool_input: { command: 'npm test' } };

describe('a turn in flight', () => {
  test.each([
    ['UserPromptSubmit', { prompt: 'Do it.' }, 'Its prompt was not answered: "Do it."'],
    ['PreToolUse', BASH, 'Bash was running: npm test.'],
    ['PostToolUse', BASH, 'Its turn had not ended; Bash was the last that it used.'],
    ['PostToolUseFailure', { ...BASH, error: 'x' }, 'Its turn had not ended; Bash had just failed.'],
    ['StopFailure', { error: 'rate_limit' }, 'Its turn was cut off by an error of the API (rate_limit).'],
  ])('by %s', async (event, body, text) => {
    const { send, strong } = sessionAtWork();
    send(event, body);
    expect(await strong('turn-in-flight')).toEqual([text]);
  });

  test.each([
    ['SessionStart', { source: 'resume' }],
    ['Stop', {}],
    ['SessionEnd', { reason: 'other' }],
    ['PostToolUseFailure', { ...BASH, error: 'x', is_interrupt: true }],
  ])('is over with %s', async (event, body) => {
    const { send, strong } = sessionAtWork();
    send('UserPromptSubmit', { prompt: 'Do it.' });
    send(event, body);
    expect(await strong('turn-in-flight')).toEqual([]);
  });

  test('goes on through a compaction, a subagent’s calls and an older event', async () => {
    const { send, strong } = sessionAtWork();
    send('UserPromptSubmit', { prompt: 'Do it.' });
    send('PreToolUse', BASH);
    send('SessionStart', { source: 'compact' });
    send('PostToolUse', { ...BASH, agent_id: 'a1' });
    send('Stop', {}, { via: 'spool', at: '2026-03-01T11:00:00.000Z' });
    expect(await strong('turn-in-flight')).toEqual(['Bash was running: npm test.']);
  });

  test('is none before the first prompt, nor of a session that nobody knows', async () => {
    const { strong, unfinishedOf } = sessionAtWork();
    expect(await strong()).toEqual([]);
    expect(await unfinishedOf('nobody')).toEqual({ strong: [], weak: [] });
  });
});

describe('a plan', () => {
  test('with an item in progress is a sign, whether its session lives or not; a pending one is none', async () => {
    const { used, send, strong } = sessionAtWork();
    used('TaskCreate', { subject: 'Later' }, { task: { id: '1', subject: 'Later' } });
    expect(await strong('plan-item')).toEqual([]);
    used('TaskCreate', { subject: 'Build it' }, { task: { id: '2', subject: 'Build it' } });
    used('TaskUpdate', { taskId: '2', status: 'in_progress' }, { success: true, taskId: '2' });
    expect(await strong('plan-item')).toEqual(['In progress on its plan: Build it.']);
    send('SessionEnd', { reason: 'other' });
    expect(await strong('plan-item')).toEqual(['In progress on its plan: Build it.']);
  });
});

describe('a promise', () => {
  test('that is open is a sign; one that is kept or overdue is none', async () => {
    const { send, used, strong, later } = sessionAtWork();
    send('Stop', { last_assistant_message: "I'll push the fix now." });
    expect(await strong('open-promise')).toEqual(['It promised to push fix: "I\'ll push the fix now."']);
    later(7 * 3_600_000);
    expect(await strong('open-promise')).toEqual([]);
    send('Stop', { last_assistant_message: "I'll push the fix now." });
    expect(await strong('open-promise')).toHaveLength(1);
    used('Bash', { command: 'git push origin main' }, { stdout: '', stderr: 'To x\n   1..2  main -> main' });
    expect(await strong('open-promise')).toEqual([]);
  });

  test('of another session of the project is none of this one', async () => {
    const { send, unfinishedOf } = sessionAtWork();
    send('Stop', { last_assistant_message: "I'll push the fix now." });
    send('Stop', { session_id: 's2' });
    expect((await unfinishedOf('s2')).strong).toEqual([]);
  });
});

describe('a background task', () => {
  const TASK = { id: 'b1', type: 'shell', status: 'running', description: 'Serve', command: 'npm start' };

  test('that the last Stop told of is a sign', async () => {
    const { send, strong } = sessionAtWork();
    send('Stop', { background_tasks: [TASK, { ...TASK, status: 'completed', description: 'Done' }] });
    expect(await strong('background-task')).toEqual([
      'Running in the background when its last turn ended: Serve.',
    ]);
    send('Stop', { background_tasks: [] });
    expect(await strong('background-task')).toEqual([]);
  });

  test.each([null, [], [null, 7], [{ status: 'completed' }]])(
    '%j is none, or one without a name',
    async (tasks) => {
      const { send, strong } = sessionAtWork();
      if (Array.isArray(tasks)) send('Stop', { background_tasks: tasks });
      else send('Stop', {});
      expect((await strong('background-task')).length).toBe(JSON.stringify(tasks) === '[null,7]' ? 1 : 0);
    },
  );
});

describe('weak signs', () => {
  test('are a prompt and a tool call of the last half hour', async () => {
    const { send, kinds, later } = sessionAtWork();
    send('UserPromptSubmit', { prompt: 'Do it.' });
    send('PreToolUse', BASH);
    send('PostToolUse', BASH);
    send('Stop', {});
    expect(await kinds()).toEqual(['recent-prompt', 'recent-tool-call']);
    later(31 * 60_000);
    expect(await kinds()).toEqual([]);
  });
});

test('reading writes nothing', async () => {
  const { send, store, unfinishedOf } = sessionAtWork();
  send('UserPromptSubmit', { prompt: 'Do it.' });
  const changed = () => store.db.prepare('SELECT total_changes()').pluck().get();
  const before = changed();
  await unfinishedOf('s1');
  expect(changed()).toBe(before);
});
