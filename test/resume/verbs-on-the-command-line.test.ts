import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { expect, test } from 'vitest';
import type { Queue } from '../../sidecar/cli/queue-shape.ts';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { holdfast } from '../kit/holdfast.ts';
import { until } from '../kit/until.ts';
import { type RealRuns, realRuns } from '../runs/real-runs.ts';

const queueIs = (resumeQueue: object) => ({
  monitoring: { resumeQueue: { tickSeconds: 3600, ...resumeQueue } },
});

/** A run whose client crashed at its first start, on the queue. */
async function crashedRun(real: RealRuns) {
  await real.start();
  const { body } = await real.post('/runs', { objective: 'Make it work.', project: real.project });
  const { id: entry } = await until('its entry', async () => (await shown(real)).entries[0]);
  return { run: String(body.id), entry };
}

const shown = ({ get }: RealRuns) => get<Queue>('/sessions/resume-queue');

function foreignLock(home: HomePaths, text = JSON.stringify({ ...FOREIGN, owner: 'theirs' })): void {
  mkdirSync(dirname(home.hostLock), { recursive: true });
  writeFileSync(home.hostLock, text);
}

const FOREIGN = { pid: 4711, processStart: '1', bootId: 'b', hostname: 'there\u001b[31m', machineId: 'm' };

test('a dry run says what it would have revived, and why it was not', async () => {
  const real = realRuns(['events 1; exit 1', 'events 1; result'], queueIs({}));
  const { run, entry } = await crashedRun(real);
  const say = (...args: string[]) => holdfast(real.home, args, { cwd: real.project });

  const queue = await say('queue');
  expect(queue).toMatchObject({ code: 0, stderr: '' });
  expect(queue.stdout).toMatch(/^queue +on$/m);
  expect(queue.stdout).toContain('starts nothing');
  expect(queue.stdout).toMatch(/^held back +calm: The machine was calm at \d of 3/m);
  expect(queue.stdout).toContain(`Waiting (1):\n\n${entry}  run ${run}\n`);
  expect(queue.stdout).toMatch(/^ {2}state +queued, held back \(calm\)$/m);
  expect(queue.stdout).toMatch(/^ {2}died +\d+ s ago: Its process is gone/m);
  expect(queue.stdout).toMatch(/^ {2}undone +Its turn had no result/m);
  expect(queue.stdout).toMatch(/^ {2}attempts +0; the next one when `calm` is over$/m);
  expect(JSON.parse((await say('queue', '--json')).stdout)).toMatchObject({ enabled: true, dryRun: true });
  expect((await say('status')).stdout).toMatch(/^queue +1 waiting, dry run; see `holdfast queue`$/m);

  expect((await say('queue', 'pause')).stdout).toContain('until `holdfast queue resume`');
  expect((await say('queue')).stdout).toMatch(/^paused +\d+ s ago/m);
  expect(await say('queue', 'drain', entry)).toMatchObject({
    code: 1,
    stderr: 'holdfast: The resume queue is paused.\n  → `holdfast queue resume` goes on.\n',
  });
  expect((await say('queue', 'resume')).stdout).toContain('goes on, and is held back by calm');

  const drained = await say('queue', 'drain', entry);
  expect(drained).toMatchObject({ code: 0, stdout: expect.stringContaining('nothing was started') });
  expect((await say('queue')).stdout).toMatch(/^ {2}dry run +would have been revived \d+ s ago$/m);
  const history = (await say('queue', entry)).stdout;
  expect(history).toMatch(/Z +queued +Its process is gone/);
  expect(history).toMatch(/Z +would-resume +The queue is a dry run/);
  expect(JSON.parse((await say('queue', entry, '--json')).stdout)).toMatchObject({ id: entry, runId: run });
});

test('drained in earnest, it tells that the session goes on; what is over is shown with its end', async () => {
  const real = realRuns(['events 1; exit 1', 'events 1; result'], queueIs({ dryRun: false }));
  const { run, entry } = await crashedRun(real);
  const say = (...args: string[]) => holdfast(real.home, args, { cwd: real.project });

  expect(await say('queue', 'cancel', entry)).toMatchObject({
    code: 0,
    stdout: `Entry ${entry}: cancelled. \`holdfast queue requeue\` opens it again.\n`,
  });
  expect(await say('queue', 'cancel', entry)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining(`The entry ${entry} is cancelled.`),
  });
  expect((await say('queue')).stdout).toMatch(
    new RegExp(`${entry} +run ${run} +cancelled +\\d+ s ago +0 +By a`),
  );
  expect((await say('queue', 'requeue', entry)).stdout).toContain(`Entry ${entry}: queued`);
  expect(await say('queue', 'requeue', entry)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('It is open already.'),
  });
  expect(await say('queue', 'drain', entry)).toMatchObject({
    code: 0,
    stdout: `Entry ${entry}: respawned. Its session goes on.\n`,
  });
  const queue = (await say('queue')).stdout;
  expect(queue).toContain('Nothing waits.');
  expect(queue).toMatch(new RegExp(`Revived in the last 24 hours:\\n.*\\nrun ${run} +1 +\\d+ s ago +–`));
  expect((await say('status')).stdout).not.toMatch(/^queue/m);
  await until('its end', async () => (await say('runs', run)).stdout.includes('completed'));
});

test('an attempt that failed is told with its reason and the next one, and is exit 1', async () => {
  const real = realRuns(['events 1; exit 1', 'session another; exit 1'], queueIs({ dryRun: false }));
  const { entry } = await crashedRun(real);
  const { code, stdout } = await holdfast(real.home, ['queue', 'drain', entry]);
  expect(stdout).toMatch(
    /: the attempt failed\. It answered as the session another\. The next attempt is in [12] min/,
  );
  expect(code).toBe(1);
  const again = await holdfast(real.home, ['queue', 'drain', entry]);
  expect(again.stderr).toMatch(/held back by `backoff`\. Attempt 1 failed; the next one is at .*Z/);
});

test('a lock of another machine: why, what to do, and a person\u2019s word', async () => {
  const real = realRuns(['result'], queueIs({}));
  const { home } = real;
  foreignLock(home);
  await real.start();
  await until('the look', async () => (await shown(real)).disabledReason === 'lock-foreign-host');
  const say = (...args: string[]) => holdfast(home, args);

  const { stdout } = await say('queue');
  expect(stdout).toMatch(/^queue +off: lock-foreign-host$/m);
  expect(stdout).toMatch(/^→ .*`holdfast queue unlock` shows the lock and asks/m);
  expect(stdout).not.toContain('\u001b');
  expect((await say('status')).stdout).toMatch(/^queue +0 waiting, off \(lock-foreign-host\), dry run/m);
  expect(await say('queue', 'drain', 'x')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('no entry x'),
  });

  const asked = await say('queue', 'unlock');
  expect(asked).toMatchObject({ code: 2, stderr: expect.stringContaining('--yes') });
  expect(asked.stdout).toMatch(/^lock +process 4711 on there·\[31m$/m);
  expect((await shown(real)).enabled).toBe(false);
  const ended = await say('queue', 'unlock', '--yes');
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringContaining('and the queue is on.') });
  expect(await say('queue', 'unlock', '--yes')).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('`holdfast stop` gives it back'),
  });
  expect((await shown(real)).lock).toMatchObject({ held: true, found: { ours: true } });
});

test('what lies in the place of the lock and is no file is left to the person', async () => {
  const real = realRuns(['result'], queueIs({}));
  mkdirSync(real.home.hostLock, { recursive: true });
  await real.start();
  await until('the look', async () => (await shown(real)).disabledReason === 'lock-unreadable');
  expect(await holdfast(real.home, ['queue', 'unlock', '--yes'])).toMatchObject({
    code: 1,
    stdout: expect.stringContaining('remove it by hand'),
  });
});

test('a queue that is off takes no lock, and says how it is turned on', async () => {
  const real = realRuns(['events 1; exit 1'], queueIs({ enabled: false }));
  await real.start();
  const { body } = await real.post('/runs', { objective: 'x', project: real.project });
  const refusal = await until('the refusal', async () => (await shown(real)).refusals[0]);
  expect(refusal).toMatchObject({ runId: body.id, reason: 'queue-disabled' });
  const { stdout } = await holdfast(real.home, ['queue']);
  expect(stdout).toMatch(/^queue +off: config-off$/m);
  expect(stdout).toMatch(/^→ .*monitoring\.resumeQueue\.enabled true/m);
  expect(stdout).toMatch(new RegExp(`run ${body.id} +queue-disabled +\\d+ s ago`));
  expect((await holdfast(real.home, ['queue', 'unlock', '--yes'])).stdout).toContain('takes no lock');
});

test('sessions autonomous marks a session, and takes the mark away', async () => {
  const real = realRuns(['result'], queueIs({}));
  await real.start();
  const say = (...args: string[]) => holdfast(real.home, args);
  await real.post('/hook/SessionStart', { session_id: 's1', source: 'startup', cwd: real.project });
  expect((await say('sessions', 's1')).stdout).toMatch(/^ +autonomous +no$/m);
  expect((await say('sessions', 'autonomous', 's1')).stdout).toContain('Session s1 is marked');
  expect((await say('sessions', 's1')).stdout).toMatch(/^ +autonomous +yes/m);
  expect((await say('sessions')).stdout).toMatch(/s1 .* yes *$/m);
  expect((await say('sessions', 'autonomous', 's1', '--off')).stdout).toContain('not marked any more');
  expect(await say('sessions', 'autonomous', 'nobody')).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('No session nobody is known'),
  });
  expect(await say('sessions', 'autonomous')).toMatchObject({ code: 2, stdout: '' });
});

test('bad usage, and entries that nobody knows', async () => {
  const real = realRuns(['result'], queueIs({}));
  await real.start();
  const say = (...args: string[]) => holdfast(real.home, ['queue', ...args]);
  for (const verb of ['drain', 'cancel', 'requeue']) {
    expect(await say(verb)).toMatchObject({ code: 2, stdout: '' });
    expect(await say(verb, 'x')).toMatchObject({ code: 1, stderr: expect.stringContaining('no entry x') });
  }
  expect(await say('x')).toMatchObject({ code: 1, stderr: expect.stringContaining('no entry x') });
  expect(JSON.parse((await say('x', '--json')).stdout)).toMatchObject({ error: { code: 'NOT_FOUND' } });
  expect(await say('pause', '--nonsense')).toMatchObject({ code: 2, stdout: '' });
});
