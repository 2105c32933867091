import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { forgetRuns } from '../../sidecar/runs/index.ts';
import { changeLog } from '../../sidecar/store/index.ts';
import { git } from '../kit/git.ts';
import { until } from '../kit/until.ts';
import { processesOfTurns } from '../turns/turns-kit.ts';
import { scene } from './runs-kit.ts';

const refused = (code: string) => expect.objectContaining({ code });

describe('say', () => {
  test('to one at work is kept for its next turn', async () => {
    const { begin, reach, runs, turnsOf, prompt, one } = scene(['events 1; pause 0.5; result', 'result']);
    const { id } = await begin();
    await reach(id, 'running');
    expect((await runs.say(id, 'Use tabs.')).says).toEqual(['Use tabs.']);
    expect(turnsOf(id)).toHaveLength(1);
    await reach(id, 'completed');
    expect(turnsOf(id)).toHaveLength(2);
    expect(prompt(2)).toContain('Use tabs.');
    expect(one(id).says).toEqual([]);
  });

  test('to a completed one gives it one more turn, in the same session', async () => {
    const { begin, reach, runs, turnsOf } = scene(['events 1; result']);
    const { id } = await begin();
    const { sessionId } = await reach(id, 'completed');
    expect(await runs.say(id, 'And the docs.')).toMatchObject({ state: 'running', endedAt: null });
    await until('the second turn', () => turnsOf(id)[1]?.state === 'clean');
    expect(await reach(id, 'completed')).toMatchObject({ sessionId });
  });

  test('to one that waits for the API begins the turn now', async () => {
    const { begin, reach, runs, prompt } = scene(['error rate_limit 429', 'events 1; result']);
    const { id } = await begin();
    await reach(id, 'waiting');
    await runs.say(id, 'Try again.');
    await reach(id, 'completed');
    expect(prompt(2)).toMatch(/^Try again\./);
  });

  test('to one that runs its command ends the command, and begins the turn', async () => {
    const { begin, reach, runs, prompt, one, starts } = scene(['events 1; result']);
    const { id } = await begin({ until: 'test -e said || sleep 600' });
    await until('the command', () => one(id).command);
    await runs.say(id, 'Never mind the command.');
    await until('the second turn', () => starts() === 2);
    expect(prompt(2)).toMatch(/^Never mind the command\./);
    await runs.kill(id);
    await reach(id, 'killed');
  });
});

describe('kill', () => {
  test('in mid-turn ends every process of it, and the run is killed and not crashed', async () => {
    const { begin, reach, runs, store, turnsOf } = scene(['orphan; events 1; hang']);
    const { id } = await begin();
    await reach(id, 'running');
    await until('the tool', () => processesOfTurns(store).length > 1);
    expect(await runs.kill(id)).toMatchObject({ state: 'killed', reason: null, nextStep: null });
    expect(processesOfTurns(store)).toEqual([]);
    expect(turnsOf(id)).toMatchObject([{ state: 'aborted' }]);
    await expect(runs.kill(id)).rejects.toEqual(refused('RUN_NOT_LIVE'));
  });

  test('of one that waits ends it', async () => {
    const { begin, reach, runs } = scene(['error rate_limit 429']);
    const { id } = await begin();
    await reach(id, 'waiting');
    expect(await runs.kill(id)).toMatchObject({ state: 'killed' });
  });

  test('while its command runs ends the command', async () => {
    const { begin, runs, one, folder } = scene(['events 1; result']);
    const file = join(folder, 'after');
    const { id } = await begin({ until: `sleep 2; touch ${file}` });
    const command = await until('the command', () => one(id).command);
    expect(await runs.kill(id)).toMatchObject({ state: 'killed', command: null });
    expect(() => process.kill(command.pid, 0)).toThrow();
  });

  test('of a seed without a process is refused; with its set-up running it works', async () => {
    const { begin, runs, one, folder } = scene(['result']);
    const { id } = await begin({ setup: `touch ${join(folder, 'began')}; sleep 600` });
    await until('the set-up', () => existsSync(join(folder, 'began')));
    expect(one(id)).toMatchObject({ state: 'seed', command: { pid: expect.any(Number) } });
    await expect(runs.restore(id)).rejects.toEqual(refused('SESSION_INCOMPLETE_HANDLE'));
    expect(await runs.kill(id)).toMatchObject({ state: 'killed' });
    await expect(runs.restore(id)).rejects.toEqual(refused('SESSION_INCOMPLETE_HANDLE'));
  });

  test('of an unknown one: RUN_NOT_FOUND', async () => {
    const { runs } = scene(['result']);
    for (const verb of [runs.kill, runs.restore, runs.rollback])
      await expect(verb('nobody')).rejects.toEqual(refused('RUN_NOT_FOUND'));
    await expect(runs.say('nobody', 'x')).rejects.toEqual(refused('RUN_NOT_FOUND'));
  });
});

describe('restore', () => {
  test('of a crashed one goes on in the same session', async () => {
    const { begin, reach, runs, args, prompt, turnsOf } = scene(['events 1; exit 3', 'events 1; result']);
    const { id } = await begin();
    const crashed = await reach(id, 'failed');
    expect(await runs.restore(id)).toMatchObject({ state: 'running', reason: null, endedAt: null });
    const done = await reach(id, 'completed');
    expect(done.sessionId).toBe(crashed.sessionId);
    expect(args(2)).toEqual(expect.arrayContaining(['--resume', done.sessionId]));
    expect(prompt(2)).toContain('its process was gone');
    expect(turnsOf(id)).toHaveLength(2);
  });

  test('counts turns anew, and takes other limits and rights', async () => {
    const { begin, reach, runs, plan, args, turnsOf } = scene(['events 1; result']);
    plan.push({ id: '1', text: 'x' });
    const { id } = await begin({ maxTurns: 1, maxUsd: 1 });
    await reach(id, 'failed');
    const run = await runs.restore(id, { maxTurns: 2, maxUsd: 0, permissionMode: 'bypassPermissions' });
    expect(run).toMatchObject({ maxTurns: 2, maxUsd: null, turnsBefore: 1 });
    expect(
      await until('the end', () => (turnsOf(id).length === 3 ? reach(id, 'failed') : null)),
    ).toMatchObject({
      reason: 'max-turns',
    });
    expect(args(2)).toContain('bypassPermissions');
  });

  test('of a completed or a running one is refused', async () => {
    const { begin, reach, runs } = scene(['events 1; pause 0.5; result']);
    const { id } = await begin();
    await reach(id, 'running');
    await expect(runs.restore(id)).rejects.toEqual(refused('RUN_NOT_RESTORABLE'));
    await reach(id, 'completed');
    await expect(runs.restore(id)).rejects.toEqual(refused('RUN_NOT_RESTORABLE'));
  });

  test('without its worktree is refused', async () => {
    const { begin, reach, runs } = scene(['exit 3']);
    const { id, worktree } = await begin();
    await reach(id, 'failed');
    rmSync(worktree ?? '', { recursive: true });
    await expect(runs.restore(id)).rejects.toEqual(refused('SESSION_INCOMPLETE_HANDLE'));
    await expect(runs.say(id, 'x')).rejects.toEqual(refused('SESSION_INCOMPLETE_HANDLE'));
  });

  test('beside another run of its key or of its branch is refused', async () => {
    const { begin, reach, runs, project } = scene(['exit 3', 'exit 3', 'hang']);
    git(project, 'branch', 'b');
    const first = await begin({ branch: 'b', externalKey: 'k' });
    await reach(first.id, 'failed');
    git(project, 'worktree', 'remove', '--force', first.worktree ?? '');
    git(project, 'worktree', 'add', '--quiet', first.worktree ?? '', '--detach');
    const second = await begin({ branch: 'b' });
    await reach(second.id, 'failed');
    git(second.directory, 'switch', '--quiet', '--detach');
    const third = await begin({ branch: 'b', externalKey: 'k' });
    await reach(third.id, 'running');
    await expect(runs.restore(first.id)).rejects.toEqual(refused('RUN_NOT_RESTORABLE'));
    await expect(runs.restore(second.id)).rejects.toEqual(refused('RUN_NOT_RESTORABLE'));
  });
});

describe('rollback', () => {
  test('of a seed takes everything back: row, worktree, branch; the change log says so', async () => {
    const { begin, runs, store, project, folder } = scene(['result']);
    const before = git(project, 'for-each-ref');
    const { id, worktree } = await begin({ setup: `touch junk ${join(folder, 'began')}; sleep 600` });
    await until('the set-up', () => existsSync(join(folder, 'began')));
    expect(await runs.rollback(id)).toMatchObject({ outcome: 'deleted', run: { id } });
    expect(runs.rooms.runs.one(id)).toBeUndefined();
    expect(existsSync(worktree ?? '')).toBe(false);
    expect(git(project, 'for-each-ref')).toBe(before);
    expect(git(project, 'worktree', 'list').trim().split('\n')).toHaveLength(1);
    const ops = changeLog(store)
      .after(0, 1000)
      .filter((change) => change.id === id);
    expect(ops.map(({ op }) => op)).toEqual(['insert', ...ops.slice(1, -1).map(() => 'update'), 'delete']);
    await expect(runs.rollback(id)).rejects.toEqual(refused('RUN_NOT_FOUND'));
  });

  test('past it kills, and keeps every row', async () => {
    const { begin, reach, runs, turnsOf, worktreeOf } = withWorktree(scene(['events 1; hang']));
    const { id } = await begin();
    await reach(id, 'running');
    expect(await runs.rollback(id)).toMatchObject({ outcome: 'killed', run: { state: 'killed' } });
    expect(turnsOf(id)).toHaveLength(1);
    expect(existsSync(worktreeOf(id))).toBe(true);
  });

  test('of a finished one changes nothing', async () => {
    const { begin, reach, runs, store } = scene(['result']);
    const { id } = await begin();
    const run = await reach(id, 'completed');
    const last = store.lastChange();
    expect(await runs.rollback(id)).toEqual({ outcome: 'unchanged', run });
    expect(store.lastChange()).toBe(last);
  });
});

function withWorktree(of: ReturnType<typeof scene>) {
  return { ...of, worktreeOf: (id: string) => of.one(id).worktree ?? '' };
}

test('a kill that a sidecar did not live to carry out is carried out by the next', async () => {
  const { begin, reach, runs, one } = scene(['error rate_limit 429']);
  const { id } = await begin();
  const run = await reach(id, 'waiting');
  runs.rooms.runs.replace(run, { killAskedAt: new Date().toISOString(), waitUntil: null });
  await until('its end', () => one(id).state === 'killed');
});

test('forgetting a project takes its runs, and refuses while one is at work', async () => {
  const { begin, reach, runs, store, project } = scene(['result', 'hang'], { forgetful: true });
  const first = await begin();
  const { sessionId } = await reach(first.id, 'completed');
  const second = await begin();
  await reach(second.id, 'running');
  const forget = () => store.write(() => forgetRuns(store, { sessionIds: [], project }));
  expect(forget).toThrow(expect.objectContaining({ code: 'SESSION_BUSY' }));
  await runs.kill(second.id);
  expect(forget()).toMatchObject({
    runIds: [first.id, second.id],
    sessionIds: expect.arrayContaining([sessionId]),
  });
  const left = changeLog(store)
    .after(0, 1000)
    .filter(({ table }) => table === 'runs');
  expect(left.map(({ op, old, new: now }) => [op, old, now])).toEqual([
    ['delete', null, null],
    ['delete', null, null],
  ]);
});

test('a clock that is set back holds no run up', async () => {
  const { begin, reach, clock, runs } = scene(['error rate_limit 429', 'result']);
  const { id } = await begin();
  const run = await reach(id, 'waiting');
  runs.rooms.runs.replace(run, { waitUntil: new Date(Date.now() + 500).toISOString() });
  await sleep(150); // It was seen once.
  clock.aheadMs -= 86_400_000;
  await reach(id, 'completed');
});

test('what is said at any moment is told to a turn, once', async () => {
  const { begin, reach, runs, starts, prompt, one } = scene(['events 1; result']);
  const { id } = await begin();
  const texts = Array.from({ length: 12 }, (_, n) => `word-${n}.`);
  for (const text of texts) {
    await runs.say(id, text);
    await sleep(60);
  }
  await reach(id, 'completed');
  await until('the last word', () => one(id).says.length === 0);
  const prompts = Array.from({ length: starts() }, (_, n) => prompt(n + 1)).join('\n');
  for (const text of texts) expect(prompts.split(text)).toHaveLength(2);
});

test('ended runs go by age, and not while their worktree is there', async () => {
  const { begin, reach, runs } = scene(['result']);
  const gone = await reach((await begin()).id, 'completed');
  const kept = await reach((await begin()).id, 'completed');
  rmSync(gone.directory, { recursive: true });
  const later = new Date(Date.now() + 91 * 86_400_000);
  expect(runs.prune(new Date(), 90)).toBe(false);
  expect(runs.rooms.runs.one(gone.id)).toBeDefined();
  expect(runs.prune(later, 90)).toBe(false);
  expect(runs.rooms.runs.one(gone.id)).toBeUndefined();
  expect(runs.rooms.runs.one(kept.id)).toBeDefined();
});
