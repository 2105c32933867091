import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Queue, QueueEntry } from '../../sidecar/cli/queue-shape.ts';
import { type ErrorBody, openedRooms } from '../kit/opened-rooms.ts';
import { until } from '../kit/until.ts';
import { realRuns } from '../runs/real-runs.ts';

const QUEUE = '/sessions/resume-queue';
/** A name that no process of the machine carries: what runs a session is looked for among all of them. */
const SESSION = randomUUID();
const NOTHING_BY_ITSELF = { 'monitoring.resumeQueue.tickSeconds': 3600 };

/** Every room with a marked session that an error of the API ended in mid-turn, and its entry. */
async function withEntry(config: Parameters<typeof openedRooms>[0] = {}) {
  const rooms = openedRooms({ ...NOTHING_BY_ITSELF, ...config });
  const project = join(rooms.folder, 'project');
  const transcript = join(rooms.folder, 'transcript.jsonl');
  mkdirSync(project);
  writeFileSync(transcript, '{}\n');
  const send = (event: string, body: object = {}) =>
    rooms.post(`/hook/${event}`, { session_id: SESSION, cwd: project, transcript_path: transcript, ...body });
  await send('SessionStart', { source: 'startup' });
  await send('UserPromptSubmit', { prompt: 'Do it.' });
  await send('StopFailure', { error: 'rate_limit' });
  await send('SessionEnd', { reason: 'other' });
  await rooms.post(`/sessions/${SESSION}/autonomous`, { autonomous: true });
  await until('its entry', async () => (await queue()).entries.length > 0);

  async function queue(): Promise<Queue> {
    return (await rooms.get<Queue>(QUEUE)).body;
  }
  const entry = (await queue()).entries[0] as QueueEntry;
  const say = async (verb: string, id = entry.id) => {
    const { status, body } = await rooms.post<QueueEntry & ErrorBody>(`${QUEUE}/${id}/${verb}`, {});
    return status === 200 ? [200, body.state] : [status, body.error.code];
  };
  return { ...rooms, send, project, transcript, queue, entry, say };
}

describe('GET /sessions/resume-queue', () => {
  test('of a fresh ledger: the queue, and no session of that name', async () => {
    const { get, store } = openedRooms();
    store.db
      .prepare("INSERT INTO sessions (id, state, started_at) VALUES ('resume-queue', 'ended', '2026-01-01')")
      .run();
    await until('the lock', async () => (await get<Queue>(QUEUE)).body.enabled);
    const { status, body } = await get<Queue>(QUEUE);
    expect(status).toBe(200);
    expect(body).toEqual({
      enabled: true,
      disabledReason: null,
      dryRun: true,
      paused: false,
      pausedAt: null,
      heldBy: 'calm',
      heldWhy: expect.stringMatching(/^The machine was calm at \d of 3 ticks/),
      entries: [],
      tombstones: [],
      refusals: [],
      lock: {
        ...{ held: true, how: 'created', reason: null, detail: expect.any(String) },
        found: expect.objectContaining({ pid: process.pid, ours: true, understood: true }),
      },
    });
  });

  test('shows an entry with all that a person asks', async () => {
    const { entry, project } = await withEntry();
    expect(entry).toEqual({
      id: expect.any(String),
      runId: null,
      sessionId: SESSION,
      state: 'queued',
      open: true,
      gate: 'calm',
      why: 'An error of the API ended its turn.',
      diedAt: expect.stringMatching(/Z$/),
      unfinished: [
        { kind: 'turn-in-flight', strength: 'strong', text: expect.any(String) },
        { kind: 'recent-prompt', strength: 'weak', text: expect.any(String) },
      ],
      directory: project,
      branch: null,
      attempts: 0,
      nextAttemptAt: null,
      wouldResumeAt: null,
      turnId: null,
      queuedAt: expect.stringMatching(/Z$/),
      expiresAt: expect.stringMatching(/Z$/),
      endedAt: null,
      history: [
        { at: expect.stringMatching(/Z$/), what: 'queued', detail: 'An error of the API ended its turn.' },
      ],
      version: 1,
    });
    expect(Date.parse(entry.expiresAt) - Date.parse(entry.queuedAt)).toBe(24 * 3_600_000);
  });

  test('off in the config: the reason and the hint, nothing queued, and the refusal by its name', async () => {
    const { get, post, folder } = openedRooms({
      ...NOTHING_BY_ITSELF,
      'monitoring.resumeQueue.enabled': false,
    });
    const body = { session_id: SESSION, cwd: folder, transcript_path: join(folder, 't.jsonl') };
    writeFileSync(body.transcript_path, '{}\n');
    await post('/hook/UserPromptSubmit', { ...body, prompt: 'x' });
    await post('/hook/StopFailure', { ...body, error: 'rate_limit' });
    await post('/hook/SessionEnd', { ...body, reason: 'other' });
    await post(`/sessions/${SESSION}/autonomous`, { autonomous: true });
    const queue = await until('the refusal', async () => {
      const { body } = await get<Queue>(QUEUE);
      return body.refusals.length > 0 && body;
    });
    expect(queue).toMatchObject({
      enabled: false,
      disabledReason: 'config-off',
      hint: expect.stringContaining('monitoring.resumeQueue.enabled'),
      entries: [],
      refusals: [{ sessionId: SESSION, runId: null, reason: 'queue-disabled', detail: expect.any(String) }],
      lock: { held: false, how: null, reason: 'off', found: null },
    });
    const drain = await post<ErrorBody>(`${QUEUE}/x/drain`, {});
    expect([drain.status, drain.body.error.code]).toEqual([404, 'NOT_FOUND']);
  });

  test('changes nothing', async () => {
    const { store, queue, get } = await withEntry();
    const before = store.lastChange();
    for (let i = 0; i < 3; i++) await queue();
    await get(`/sessions/${SESSION}`);
    expect(store.lastChange()).toBe(before);
  });
});

describe('the verbs', () => {
  test('pause and resume answer with the queue, as often as they are said', async () => {
    const { post, queue, entry, say } = await withEntry();
    for (let i = 0; i < 2; i++) {
      const paused = await post<Queue>(`${QUEUE}/pause`, {});
      expect(paused).toMatchObject({ status: 200, body: { paused: true, heldBy: 'paused' } });
    }
    expect((await queue()).entries).toMatchObject([{ id: entry.id, gate: 'paused' }]);
    expect(await say('drain')).toEqual([409, 'QUEUE_PAUSED']);
    for (let i = 0; i < 2; i++)
      expect((await post<Queue>(`${QUEUE}/resume`, {})).body).toMatchObject({
        paused: false,
        pausedAt: null,
      });
  });

  test('drain in a dry run says would-resume, once; cancel and requeue go where they may', async () => {
    const { queue, say, entry } = await withEntry();
    expect(await say('drain')).toEqual([200, 'queued']);
    expect(await say('drain')).toEqual([200, 'queued']);
    const [drained] = (await queue()).entries;
    expect(drained?.wouldResumeAt).toMatch(/Z$/);
    expect(drained?.history.map(({ what }) => what)).toEqual(['queued', 'would-resume']);
    expect(await say('requeue')).toEqual([409, 'ENTRY_NOT_REQUEUEABLE']);
    expect(await say('cancel')).toEqual([200, 'cancelled']);
    expect(await say('cancel')).toEqual([409, 'ENTRY_NOT_OPEN']);
    expect(await say('drain')).toEqual([409, 'ENTRY_NOT_OPEN']);
    expect((await queue()).entries).toMatchObject([{ id: entry.id, open: false, gate: null }]);
    expect(await say('requeue')).toEqual([200, 'queued']);
    for (const verb of ['drain', 'cancel', 'requeue'])
      expect(await say(verb, 'nobody')).toEqual([404, 'NOT_FOUND']);
  });

  test('a gate that is closed is named', async () => {
    const { store, entry, say, post } = await withEntry();
    const until = new Date(Date.now() + 60_000).toISOString();
    store.write(() =>
      store.db.prepare('INSERT INTO resume_brakes (id, breaker_until) VALUES (1, ?)').run(until),
    );
    expect(await say('drain')).toEqual([409, 'QUEUE_HELD_BACK']);
    const { body } = await post<ErrorBody>(`${QUEUE}/${entry.id}/drain`, {});
    expect(body.error.details).toEqual({ entryId: entry.id, gate: 'breaker' });
    expect(body.error.message).toContain(until);
  });

  test('unlock ends the lock that was named, and no other one', async () => {
    const { post, queue } = await withEntry();
    const before = (await queue()).lock.found;
    for (const generation of ['', 'another', before?.generation ?? '']) {
      const answer = await post<Queue & { unlocked: boolean }>(`${QUEUE}/unlock`, { generation });
      expect(answer).toMatchObject({ status: 200, body: { unlocked: false, enabled: true } });
    }
    expect((await queue()).lock.found?.generation).toBe(before?.generation);
    for (const bad of [{}, { generation: 1 }, { generation: 'x', more: 1 }, '{'])
      expect((await post(`${QUEUE}/unlock`, bad)).status).toBe(400);
  });
});

describe('POST /sessions/:id/autonomous', () => {
  test('marks, and takes the mark away', async () => {
    const { post, get } = openedRooms();
    await post('/hook/SessionStart', { session_id: 's1', source: 'startup', cwd: '/' });
    const is = async () => (await get('/sessions/s1')).body.autonomous;
    expect(await is()).toBe(false);
    for (const autonomous of [true, true, false]) {
      const answer = await post('/sessions/s1/autonomous', { autonomous });
      expect(answer).toMatchObject({ status: 200, body: { id: 's1', autonomous } });
      expect(await is()).toBe(autonomous);
    }
  });

  test('of a session that nobody knows, and with a body that is none', async () => {
    const { post } = openedRooms();
    expect(await post('/sessions/nobody/autonomous', { autonomous: true })).toMatchObject({
      status: 404,
      body: { error: { code: 'NOT_FOUND' } },
    });
    await post('/hook/SessionStart', { session_id: 's1', source: 'startup', cwd: '/' });
    for (const bad of [{}, { autonomous: 1 }, { autonomous: true, also: 1 }, 'x', '[]'])
      expect(await post('/sessions/s1/autonomous', bad)).toMatchObject({
        status: 400,
        body: { error: { code: 'BAD_INPUT' } },
      });
  });
});

test('the document names every route, before that of one session', async () => {
  const { get } = openedRooms();
  const { body } = await get<{ paths: Record<string, Record<string, { responses: object }>> }>(
    '/openapi.json',
  );
  const paths = Object.keys(body.paths).filter((path) => path.startsWith(QUEUE));
  expect(paths.sort()).toEqual([
    QUEUE,
    `${QUEUE}/pause`,
    `${QUEUE}/resume`,
    `${QUEUE}/unlock`,
    `${QUEUE}/{id}/cancel`,
    `${QUEUE}/{id}/drain`,
    `${QUEUE}/{id}/requeue`,
  ]);
  expect(Object.keys(body.paths[`${QUEUE}/{id}/drain`]?.post?.responses ?? {})).toEqual(
    expect.arrayContaining(['200', '404', '409']),
  );
  expect(body.paths['/sessions/{id}/autonomous']).toHaveProperty('post');
});

test('over a socket: a run whose client crashed is revived by its entry, and counted', async () => {
  const resumeQueue = { tickSeconds: 3600, dryRun: false };
  const { start, post, get, project } = realRuns(['events 1; exit 1', 'events 1; result'], {
    monitoring: { resumeQueue },
  });
  await start();
  const { body: run } = await post('/runs', { objective: 'x', project });
  const entry = await until('its entry', async () => (await get<Queue>(QUEUE)).entries[0]);
  expect(entry).toMatchObject({
    runId: run.id,
    state: 'queued',
    branch: run.branch,
    directory: run.worktree,
  });

  const drained = await post(`${QUEUE}/${entry.id}/drain`);
  expect(drained).toMatchObject({ status: 200, body: { id: entry.id, attempts: 1 } });
  const queue = await until('the revival', async () => {
    const now = await get<Queue>(QUEUE);
    return now.entries[0]?.state === 'respawned' && now;
  });
  expect(queue.entries[0]).toMatchObject({ open: false, gate: null, turnId: expect.any(String) });
  expect(queue.tombstones).toEqual([
    {
      ...{ runId: run.id, sessionId: entry.sessionId, revivals: 1, capped: false, cappedUntil: null },
      lastAt: queue.entries[0]?.endedAt,
    },
  ]);
  expect((await post(`${QUEUE}/${entry.id}/requeue`)).body.error?.code).toBe('ENTRY_NOT_REQUEUEABLE');
  await until('its end', async () => (await get(`/runs/${run.id}`)).state === 'completed');

  expect((await post('/forget', { project })).status).toBe(200);
  expect(await get<Queue>(QUEUE)).toMatchObject({ entries: [], tombstones: [], refusals: [] });
});
