import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { until } from '../kit/until.ts';
import { realRuns } from './real-runs.ts';

test('the verbs answer over HTTP with their states and codes', async () => {
  const { start, post, get, project, folder } = realRuns(['events 1; hang'], {
    monitoring: { turn: { stallSeconds: 1 } },
  });
  await start();
  const { status, body } = await post('/runs', { objective: 'x', project, externalKey: 'k', maxTurns: 0 });
  expect(status).toBe(201);
  expect(body).toMatchObject({
    id: expect.any(String),
    objective: 'x',
    project,
    branch: `holdfast/${body.id}`,
    externalKey: 'k',
    maxTurns: null,
    maxUsd: 10,
    costUsd: 0,
    open: [],
    warnings: [],
    version: expect.any(Number),
  });
  const path = `/runs/${body.id}`;
  const again = await post('/runs', { objective: 'another', project, externalKey: 'k' });
  expect([again.status, again.body.id, again.body.objective]).toEqual([200, body.id, 'x']);

  const stalled = await until('the stall', async () => {
    const run = await get<{ state: string; reason: string }>(path);
    return run.state === 'failed' && run;
  });
  expect(stalled).toMatchObject({
    reason: 'stalled',
    hint: expect.stringContaining('holdfast restore'),
    work: { commits: [], uncommitted: [], merge: null },
  });
  const { turns } = await get<{ turns: object[] }>(`${path}/turns`);
  expect(turns).toMatchObject([
    { state: 'stalled', events: expect.any(Number), malformed: 0, pid: expect.any(Number) },
  ]);

  const refused = async (verb: string, asked: object = {}) => {
    const answer = await post(`${path}/${verb}`, asked);
    return [answer.status, answer.body.error?.code];
  };
  expect(await refused('kill')).toEqual([409, 'RUN_NOT_LIVE']);
  expect(await refused('say', { text: ' ' })).toEqual([400, 'BAD_INPUT']);
  expect(await refused('restore', { maxTurns: 'many' })).toEqual([400, 'BAD_INPUT']);
  expect((await post(`${path}/rollback`)).body).toMatchObject({ outcome: 'unchanged', state: 'failed' });
  expect((await post(`${path}/restore`)).body).toMatchObject({ state: 'running', reason: null });
  expect(await refused('restore')).toEqual([409, 'RUN_NOT_RESTORABLE']);
  expect((await post(`${path}/kill`)).body).toMatchObject({ state: 'killed' });
  for (const verb of ['kill', 'restore', 'rollback', 'say']) {
    const answer = await post(`/runs/nobody/${verb}`, verb === 'say' ? { text: 'x' } : {});
    expect([answer.status, answer.body.error?.code]).toEqual([404, 'RUN_NOT_FOUND']);
  }

  const seed = await post('/runs', {
    objective: 'x',
    project,
    setup: `touch ${join(folder, 'began')}; sleep 600`,
  });
  await until('the set-up', () => existsSync(join(folder, 'began')));
  const restored = await post(`/runs/${seed.body.id}/restore`);
  expect([restored.status, restored.body.error?.code]).toEqual([409, 'SESSION_INCOMPLETE_HANDLE']);
  expect((await post(`/runs/${seed.body.id}/rollback`)).body).toMatchObject({ outcome: 'deleted' });
  const { runs } = await get<{ runs: { id: string }[] }>('/runs');
  expect(runs.map(({ id }) => id)).toEqual([body.id]);
  expect((await post('/runs/clean')).body.worktrees).toMatchObject([{ id: body.id, removed: true }]);
  expect((await post('/forget', { project })).status).toBe(200);
  expect(await get('/runs')).toEqual({ runs: [], nextCursor: null });
});

test('lists go page by page, newest first', async () => {
  const { start, post, get, project } = realRuns(['result']);
  await start();
  const ids: unknown[] = [];
  for (let n = 0; n < 3; n++) ids.unshift((await post('/runs', { objective: `x${n}`, project })).body.id);
  type Page = { runs: { id: string }[]; nextCursor: string | null };
  const first = await get<Page>('/runs?limit=2');
  const second = await get<Page>(`/runs?limit=2&cursor=${first.nextCursor}`);
  expect([...first.runs, ...second.runs].map(({ id }) => id)).toEqual(ids);
  expect(second.nextCursor).toBeNull();
  expect((await get<Page>(`/runs?project=${encodeURIComponent('/nowhere')}`)).runs).toEqual([]);
});
