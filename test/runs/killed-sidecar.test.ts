import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { pidExists } from '../../sidecar/machine/index.ts';
import type { StepName } from '../../sidecar/runs/index.ts';
import { git } from '../kit/git.ts';
import { until } from '../kit/until.ts';
import { realRuns } from './real-runs.ts';

const PRELOAD = fileURLToPath(new URL('kill-at-step.mjs', import.meta.url));

type Shown = {
  id: string;
  state: string;
  reason: string | null;
  turns: number;
  worktree: string;
  until: string;
};

/** Which end is the truth after a kill at this step, and how often the client may have been started. */
const STEPS: [StepName, { state: string; reason: string | null; starts: number }][] = [
  ['seeded', { state: 'completed', reason: null, starts: 1 }],
  ['worktree-made', { state: 'completed', reason: null, starts: 1 }],
  ['set-up', { state: 'completed', reason: null, starts: 1 }],
  ['turn-begun', { state: 'failed', reason: 'crashed', starts: 0 }],
  ['turn-launched', { state: 'completed', reason: null, starts: 1 }],
  ['looking', { state: 'completed', reason: null, starts: 1 }],
  ['looked', { state: 'completed', reason: null, starts: 1 }],
];

describe('a sidecar that is killed at the step', () => {
  test.each(STEPS)('%s: the next one makes it true, and starts nothing twice', async (step, expected) => {
    const { start, post, get, project, folder } = realRuns(['events 2 0.2; result']);
    const first = await start({ preload: PRELOAD, env: { RUNS_KILL_AT: step } });
    const exited = once(first.child, 'exit');
    await post('/runs', {
      objective: 'x',
      project,
      setup: `echo x >>${join(folder, 'set-ups')}`,
      until: `echo x >>${join(folder, 'looks')}`,
    }).catch(() => undefined);
    await exited;

    await start();
    const run = await until(
      'the run to end',
      async () => {
        const { runs } = await get<{ runs: Shown[] }>('/runs');
        expect(runs).toHaveLength(1);
        return runs.find(({ state }) => ['completed', 'failed', 'killed'].includes(state));
      },
      20_000,
      100,
    );
    expect({ state: run.state, reason: run.reason, starts: startsIn(folder) }).toEqual(expected);
    expect(git(project, 'worktree', 'list').trim().split('\n')).toHaveLength(2);
    expect(existsSync(run.worktree)).toBe(true);
    // As a person would have made it, and not as the sidecar makes its own files.
    expect(statSync(join(folder, 'set-ups')).mode & 0o777).toBe(0o644);
  });
});

test('a kill in the set-up: its process is ended before the next one begins anew, in a fresh worktree', async () => {
  const { start, post, get, project, folder } = realRuns(['result']);
  const [pids, once_] = [join(folder, 'pids'), join(folder, 'once')];
  const setup = `test ! -e junk && touch junk && echo $$ >>${pids}; test -e ${once_} || sleep 600`;
  const first = await start();
  const asked = post('/runs', { objective: 'x', project, setup }).catch(() => undefined);
  await until('the set-up', () => existsSync(pids));
  await asked;
  const [{ id } = { id: '' }] = (await get<{ runs: Shown[] }>('/runs')).runs;
  await first.kill();
  const [pid] = readFileSync(pids, 'utf8').split('\n').map(Number);
  expect(pidExists(pid ?? 0)).toBe(true);
  writeFileSync(once_, '');

  await start();
  await until('its end', async () => (await get<Shown>(`/runs/${id}`)).state === 'completed', 20_000, 100);
  expect(pidExists(pid ?? 0)).toBe(false);
  expect(readFileSync(pids, 'utf8').trim().split('\n')).toHaveLength(2); // `junk` was gone.
});

test('a stop in mid-turn leaves the client at work, and the next sidecar sees its end', async () => {
  const { start, post, get, project, folder } = realRuns(['events 3 0.5; result']);
  const first = await start();
  const { body } = await post('/runs', { objective: 'x', project });
  await until('the client', () => startsIn(folder) === 1);
  await first.stop();
  await start();
  await until(
    'its end',
    async () => (await get<Shown>(`/runs/${body.id}`)).state === 'completed',
    20_000,
    100,
  );
  expect(startsIn(folder)).toBe(1);
});

function startsIn(folder: string): number {
  const starts = join(folder, 'starts');
  return existsSync(starts) ? readdirSync(starts).filter((name) => name.endsWith('.environment')).length : 0;
}
