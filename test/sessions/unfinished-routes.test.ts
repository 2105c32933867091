import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { repository } from '../kit/git.ts';
import { openedRooms } from '../kit/opened-rooms.ts';
import { until } from '../kit/until.ts';
import { aClient } from './watched.ts';

type Session = {
  id: string;
  state: string;
  alive: boolean | null;
  why: string;
  autonomous: boolean;
  unfinished: { kind: string; strength: string; text: string }[];
  plan: { counts: Record<string, number>; items: { status: string }[] } | null;
  reaped: { why: string; stateBefore: string; unfinished: { kind: string }[] } | null;
};

/** A session in mid-turn, with a real process, a plan, and a file that it wrote and did not commit. */
async function atWork() {
  const client = await aClient();
  const rooms = openedRooms({ 'monitoring.sessionWatchdog.intervalSeconds': 1 });
  const cwd = join(rooms.folder, 'app');
  mkdirSync(cwd);
  repository(cwd);
  writeFileSync(join(cwd, 'a.ts'), 'a\n');
  const send = (event: string, body: object) =>
    rooms.post(
      `/hook/${event}`,
      { session_id: 's1', cwd, ...body },
      { 'x-holdfast-client': `${client.pid} ${client.processStart}` },
    );
  await send('UserPromptSubmit', { prompt: 'Do it.' });
  const todos = [
    { content: 'Write', status: 'in_progress' },
    { content: 'Test', status: 'pending' },
  ];
  await send('PostToolUse', { tool_name: 'TodoWrite', tool_input: { todos }, tool_response: {} });
  await send('PostToolUse', {
    tool_name: 'Write',
    tool_input: { file_path: join(cwd, 'a.ts'), content: 'a\n' },
    tool_response: {},
  });
  await send('PreToolUse', { tool_name: 'Bash', tool_input: { command: 'npm test' } });
  return { ...rooms, client, send, one: async () => (await rooms.get<Session>('/sessions/s1')).body };
}

describe('a session at work', () => {
  test('is alive, and says what is unfinished; the list does not ask git', async () => {
    const { one, get, client } = await atWork();
    const session = await one();
    expect(session).toMatchObject({
      state: 'in_turn',
      alive: true,
      why: `Its process ${client.pid} runs.`,
      autonomous: false,
      reaped: null,
      plan: { counts: { total: 2, pending: 1, inProgress: 1, interrupted: 0, completed: 0 } },
    });
    const kinds = ({ unfinished }: Session) => unfinished.map(({ kind, strength }) => `${strength} ${kind}`);
    expect(kinds(session)).toEqual([
      ...['strong turn-in-flight', 'strong plan-item', 'strong dirty-worktree'],
      'weak recent-prompt',
      'weak recent-tool-call',
    ]);
    const { sessions } = (await get<{ sessions: Session[] }>('/sessions')).body;
    expect(sessions.map(kinds)).toEqual([kinds(session).filter((kind) => !kind.endsWith('dirty-worktree'))]);
  });

  test('killed with -9, is reaped within seconds, with what was undone; its next word takes it back', async () => {
    const { one, client, send, get } = await atWork();
    await client.kill();
    expect(await one()).toMatchObject({
      state: 'in_turn',
      alive: false,
      why: `Its process ${client.pid} went; the watchdog has not judged it yet.`,
    });
    const session = await until('the reaping', async () => {
      const now = await one();
      return now.state === 'reaped' && now;
    });
    expect(session).toMatchObject({
      alive: false,
      why: `Its process ${client.pid} went without a SessionEnd.`,
      plan: {
        counts: { inProgress: 0, interrupted: 1 },
        items: [{ status: 'interrupted' }, { status: 'pending' }],
      },
      reaped: { why: 'process-gone', stateBefore: 'in_turn' },
    });
    expect(session.reaped?.unfinished).toEqual(session.unfinished);
    const metrics = (await get<string>('/metrics')).body;
    expect(metrics).toContain('holdfast_sessions_reaped_total{why="process-gone"} 1');

    await send('SessionEnd', { reason: 'other' });
    expect(await one()).toMatchObject({
      state: 'ended',
      reaped: null,
      why: 'It said that it ended (other).',
    });
  });

  test('is in the document with its parts', async () => {
    const { get } = await atWork();
    const { body } = await get<{ components: { schemas: object } }>('/openapi.json');
    expect(Object.keys(body.components.schemas)).toEqual(
      expect.arrayContaining(['Session', 'Plan', 'Reaping', 'SignOfUnfinishedWork']),
    );
  });
});

test('switched off, the watchdog judges nobody', async () => {
  const client = await aClient();
  const { post, get } = openedRooms({ 'monitoring.sessionWatchdog.enabled': false });
  const who = { 'x-holdfast-client': `${client.pid} ${client.processStart}` };
  await post('/hook/UserPromptSubmit', { session_id: 's1', cwd: '/' }, who);
  await client.kill();
  await new Promise((resolve) => setTimeout(resolve, 2_500));
  expect((await get('/sessions/s1')).body).toMatchObject({ state: 'in_turn', alive: false });
});

test('forgotten, what a session left undone is gone too, and from the change log', async () => {
  const { client, one, post, store } = await atWork();
  await client.kill();
  await until('the reaping', async () => (await one()).state === 'reaped');
  const changes = store.db.prepare("SELECT group_concat(coalesce(new, '')) FROM changes").pluck();
  expect(changes.get()).toContain('npm test');
  await post('/forget', { sessionId: 's1' });
  expect(store.db.prepare('SELECT count(*) FROM reapings').pluck().get()).toBe(0);
  expect(
    store.db
      .prepare(
        "SELECT count(*) FROM changes WHERE op <> 'delete' AND table_name IN ('plans', 'plan_items', 'reapings')",
      )
      .pluck()
      .get(),
  ).toBe(0);
});
