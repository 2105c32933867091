import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { holdfast } from '../kit/holdfast.ts';
import { CLI, cleanEnvironment } from '../kit/real-sidecar.ts';
import { until } from '../kit/until.ts';
import { realRuns } from './real-runs.ts';

test('a run from its first line to the command that merges it', async () => {
  const { start, home, project, post } = realRuns(['say Working on it.; events 2; result']);
  writeFileSync(join(project, 'draft'), 'x');
  await start();
  const say = (...args: string[]) => holdfast(home, args, { cwd: project });

  expect((await say('runs')).stdout).toContain('No run yet');
  const run = await say('run', 'Make it work', '--until', 'true', '--max-turns', '3', '--follow');
  expect(run.stderr).toBe('');
  expect(run.code).toBe(0);
  const [, id = ''] = /^Run (\w+): /.exec(run.stdout) ?? [];
  expect(run.stdout).toContain(`branch    holdfast/${id}`);
  expect(run.stdout).toContain('! 1 uncommitted change of the project will not be in the worktree: draft');
  expect(run.stdout).toContain('  Working on it.\n');
  expect(run.stdout).toContain('  Bash echo 1\n');
  expect(run.stdout).toContain('turn 1 ended: clean, 2 tool calls, 0.01 USD');
  expect(run.stdout).toContain('1 of 3, 0.01 of 10.00 USD');

  const table = await say('runs');
  expect(table.stdout).toMatch(new RegExp(`${id} +completed +Make it work +1 +0.01 of 10.00 USD +0 `));
  const shown = await say('runs', id);
  expect(shown.stdout).toContain('No commit of its own.');
  expect(shown.stdout).toContain('.ndjson');
  expect(JSON.parse((await say('runs', id, '--json')).stdout)).toMatchObject({
    id,
    state: 'completed',
    turns: 1,
  });

  const { sessionId } = JSON.parse((await say('runs', id, '--json')).stdout);
  const todos = [{ content: 'Read it', status: 'completed', activeForm: 'Reading it' }];
  const call = { session_id: sessionId, tool_name: 'TodoWrite', tool_input: { todos }, tool_response: {} };
  await post('/hook/PostToolUse', call);
  expect((await say('runs', id)).stdout).toContain('plan: 1 of 1 done\n  ✓ Read it\n');

  expect(await say('kill', id)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('completed already'),
  });
  expect(await say('restore', id)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('holdfast say'),
  });
  expect((await say('rollback', id)).stdout).toContain('nothing was changed');
  expect((await say('say', id, 'And the docs.')).stdout).toContain('one more turn');
  await until('its end', async () => (await say('runs', id, '--json')).stdout.includes('"completed"'));
  expect((await say('runs', 'clean')).stdout).toContain('removed, and its merged branch');
  expect((await say('runs', 'nobody')).stderr).toContain('No run nobody is known');
});

test('Ctrl-C leaves the view, and not the run', async () => {
  const { start, home, project, get } = realRuns(['events 4 0.5; result']);
  await start();
  const view = spawn(process.execPath, [CLI, 'run', 'x', '--follow'], {
    cwd: project,
    env: cleanEnvironment(home),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let printed = '';
  view.stdout.on('data', (text) => (printed += text));
  await until('the first tool', () => printed.includes('Bash echo 1'));
  view.kill('SIGINT');
  expect((await once(view, 'exit'))[0]).toBe(0);
  expect(printed).toContain('The run goes on');
  const [, id] = /^Run (\w+): /.exec(printed) ?? [];
  await until('its end', async () => (await get<{ state: string }>(`/runs/${id}`)).state === 'completed');
});

test('what is refused is told with its hint: bad usage by code 2, the rest by 1', async () => {
  const { start, home, project, folder } = realRuns(['result']);
  await start();
  const say = (...args: string[]) => holdfast(home, args, { cwd: project });
  const cases: [string[], number, RegExp][] = [
    [['run', 'x', '--max-turns', 'many'], 2, /maxTurns/],
    [['run', 'x', '--branch', 'a..b'], 2, /no name that git takes/],
    [['run', ''], 2, /objective/],
    [['run', 'x', '--branch', 'main'], 1, /is checked out in .*\n {2}→ /],
    [['run', 'x', '--project', folder], 1, /no git repository/],
    [['run'], 2, /missing required argument/],
  ];
  for (const [args, code, words] of cases) {
    const { code: ended, stderr } = await say(...args);
    expect(stderr, args.join(' ')).toMatch(words);
    expect(ended).toBe(code);
  }
});
