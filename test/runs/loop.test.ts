import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { pidExists } from '../../sidecar/machine/index.ts';
import { describeRun } from '../../sidecar/runs/describe.ts';
import { git } from '../kit/git.ts';
import { until } from '../kit/until.ts';
import { scene } from './runs-kit.ts';

describe('a run', () => {
  test('of one turn works in a worktree of its own, on a branch of its own, and is completed', async () => {
    const { begin, reach, project, home, turnsOf, prompt, args } = scene(['touch made; events 2; result']);
    const run = await begin();
    expect(run.worktree).toBe(join(home.worktrees, `project-${run.id}`));
    expect(run.branch).toBe(`holdfast/${run.id}`);
    const done = await reach(run.id, 'completed');
    expect(done).toMatchObject({
      reason: null,
      nextStep: null,
      sessionId: expect.any(String),
      killAskedAt: null,
    });
    expect(existsSync(join(run.directory, 'made'))).toBe(true);
    expect(existsSync(join(project, 'made'))).toBe(false);
    expect(git(run.directory, 'branch', '--show-current').trim()).toBe(run.branch);
    expect(turnsOf(run.id)).toMatchObject([{ state: 'clean', sessionId: done.sessionId, toolCalls: 2 }]);
    expect(prompt(1)).toBe('Make the tests pass.');
    expect(args(1)).toEqual(
      expect.arrayContaining(['--session-id', done.sessionId, '--permission-mode', 'acceptEdits']),
    );
  });

  test('that needs two turns is told what its command said, and goes on in the same session', async () => {
    const { begin, reach, turnsOf, prompt, args } = scene([
      'events 1; result',
      'touch done; events 1; result',
    ]);
    const { id } = await begin({ until: 'echo "not yet ✗"; test -e done' });
    const done = await reach(id, 'completed');
    expect(done.untilResult).toMatchObject({ code: 0, timedOut: false });
    expect(turnsOf(id)).toHaveLength(2);
    expect(prompt(1)).toContain('> echo "not yet ✗"; test -e done');
    expect(prompt(2)).toContain('must succeed: echo "not yet ✗"; test -e done (ended with 1)');
    expect(prompt(2)).toContain('> not yet ✗');
    expect(args(2)).toEqual(expect.arrayContaining(['--resume', done.sessionId]));
  });
});

describe('what is open', () => {
  test('of promises and of the plan comes to the next turn as facts', async () => {
    const { begin, reach, word, plan, prompt, one, starts } = scene([
      'events 1; pause 0.3; result',
      'events 1; pause 0.3; result',
    ]);
    plan.push({ id: '1', text: 'write\nthe tests' });
    const { id } = await begin();
    await reach(id, 'running');
    const { commitment } = word.promiseByHand({
      topicId: 'elsewhere',
      verb: 'push',
      object: 'fix',
      quote: 'I will "push" the fix.',
      sessionId: one(id).sessionId ?? '',
      at: new Date(),
    });
    await until('the second turn', () => starts() === 2);
    expect(prompt(2)).toContain('- promised: push fix ("I will "push" the fix.")');
    expect(prompt(2)).toContain('- on the plan: write the tests');
    expect(prompt(2)).toContain('> Make the tests pass.');
    plan.length = 0;
    word.close(commitment.id, { status: 'kept', by: 'person', at: new Date() });
    await reach(id, 'completed');
  });

  test('and untouched for two turns in a row ends the run', async () => {
    const { begin, reach, plan, turnsOf } = scene(['events 1; result', 'say hm; result']);
    plan.push({ id: '1', text: 'write the tests' });
    const { id } = await begin();
    const run = await reach(id, 'failed');
    expect(run).toMatchObject({ reason: 'no-progress', detail: expect.stringContaining('write the tests') });
    expect(turnsOf(id)).toHaveLength(3);
  });

  test('with tools that were not allowed is told, with how to allow them', async () => {
    const { begin, reach, plan, runs } = scene(['deny Bash; events 1; result']);
    plan.push({ id: '1', text: 'write the tests' });
    const { id } = await begin();
    const run = await reach(id, 'failed');
    expect(run).toMatchObject({
      reason: 'no-progress',
      detail: expect.stringContaining('Not allowed: Bash'),
    });
    const { denials, hint } = describeRun(runs.rooms, run);
    expect(denials).toEqual(['Bash']);
    expect(hint).toContain(`holdfast restore ${id} --permission-mode`);
  });

  test('is not looked for twice at once', async () => {
    const { begin, reach, folder } = scene(['events 1; result']); // It ticks every 30 ms.
    const log = join(folder, 'looks');
    const { id } = await begin({ until: `echo begin >>${log}; sleep 0.3; echo end >>${log}` });
    await reach(id, 'completed');
    expect(readFileSync(log, 'utf8')).toBe('begin\nend\n');
  });

  test('a command that takes too long is ended with what it started', async () => {
    const { begin, reach, folder } = scene(['events 1; result'], { limits: { untilSeconds: 0.5 } });
    const pids = join(folder, 'pids');
    const { id } = await begin({ until: `sleep 600 & echo $! >${pids}; sleep 601`, maxTurns: 1 });
    const run = await reach(id, 'failed', 10_000);
    expect(run).toMatchObject({ reason: 'max-turns', untilResult: { code: null, timedOut: true } });
    expect(pidExists(Number(readFileSync(pids, 'utf8')))).toBe(false);
  });
});

describe('the limits', () => {
  test('of turns', async () => {
    const { begin, reach, plan, turnsOf } = scene(['events 1; result']);
    plan.push({ id: '1', text: 'write the tests' });
    const { id } = await begin({ maxTurns: 2 });
    const run = await reach(id, 'failed');
    expect(run).toMatchObject({ reason: 'max-turns', detail: expect.stringContaining('2 of 2 turns') });
    expect(turnsOf(id)).toHaveLength(2);
  });

  test('of money: a turn can pass it, and the run says so', async () => {
    const { begin, reach, plan } = scene(['events 1; result']); // Costs 0.01.
    plan.push({ id: '1', text: 'write the tests' });
    const { id } = await begin({ maxUsd: 0.015 });
    const run = await reach(id, 'failed');
    expect(run).toMatchObject({ reason: 'max-usd', detail: expect.stringContaining('passed the limit') });
  });

  test('are not asked where nothing is open', async () => {
    const { begin, reach } = scene(['events 1; result']);
    const { id } = await begin({ maxTurns: 1, maxUsd: 0.001 });
    await reach(id, 'completed');
  });
});

describe('a turn that ends badly', () => {
  test.each([
    ['events 1; exit 3', 'crashed'],
    ['error authentication_failed 401', 'error'],
  ])('%s: the run is failed: %s', async (line, reason) => {
    const { begin, reach } = scene([line]);
    const { id } = await begin();
    expect(await reach(id, 'failed')).toMatchObject({ reason });
  });

  test('by a rate limit: waits 1, 2, 4, 8, 16 minutes, then it is failed', async () => {
    const { begin, reach, clock, one, turnsOf, prompt } = scene(['error rate_limit 429']);
    const { id } = await begin({ maxTurns: 3 });
    for (const minutes of [1, 2, 4, 8, 16]) {
      const run = await reach(id, 'waiting');
      expect(run).toMatchObject({ reason: 'rate_limit', nextStep: 'turn' });
      const wait = Date.parse(run.waitUntil ?? '') - Date.now() - clock.aheadMs;
      expect(wait / 60_000).toBeGreaterThan(minutes - 0.2);
      expect(wait / 60_000).toBeLessThanOrEqual(minutes);
      await sleep(80);
      expect(one(id).version).toBe(run.version); // It really waits.
      clock.aheadMs += wait + 1_000;
      await until('the next turn', () => one(id).version > run.version);
    }
    expect(await reach(id, 'failed')).toMatchObject({ reason: 'api-error', tries: 6 });
    expect(turnsOf(id)).toHaveLength(6);
    expect(prompt(2)).toContain('the API answered with rate_limit');
  });

  test('by a rate limit that passes: it is as if it had not been', async () => {
    const { begin, reach, clock } = scene(['error overloaded 529', 'events 1; result']);
    const { id } = await begin();
    await reach(id, 'waiting');
    clock.aheadMs += 61_000;
    expect(await reach(id, 'completed')).toMatchObject({ tries: 0 });
  });
});

test('a worktree that was deleted by hand: the run is failed and says so', async () => {
  const { begin, reach, clock } = scene(['error overloaded 529']);
  const { id, worktree } = await begin();
  await reach(id, 'waiting');
  rmSync(worktree ?? '', { recursive: true });
  clock.aheadMs += 61_000;
  expect(await reach(id, 'failed')).toMatchObject({
    reason: 'error',
    detail: expect.stringContaining('is gone'),
  });
});
