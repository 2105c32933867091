import { describe, expect, test } from 'vitest';
import { type ErrorBody, openedRooms } from '../kit/opened-rooms.ts';

type Plan = { sessionId: string; counts: { total: number }; items: { subject: string; status: string }[] };
type Page = { plans: Plan[]; nextCursor: string | null };

function withPlans() {
  const rooms = openedRooms();
  const write = (session: string, ...todos: [string, string][]) =>
    rooms.post('/hook/PostToolUse', {
      session_id: session,
      cwd: rooms.folder,
      tool_name: 'TodoWrite',
      tool_input: { todos: todos.map(([content, status]) => ({ content, status })) },
    });
  return { ...rooms, write, page: async (query = '') => (await rooms.get<Page>(`/plans${query}`)).body };
}

describe('GET /plans', () => {
  test('newest first, by pages, each once', async () => {
    const { write, page } = withPlans();
    expect(await page()).toEqual({ plans: [], nextCursor: null });
    for (const session of ['a', 'b', 'c']) await write(session, [`of ${session}`, 'pending']);
    const first = await page('?limit=2');
    const second = await page(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.plans, ...second.plans].map(({ sessionId }) => sessionId)).toEqual(['c', 'b', 'a']);
    expect(second.nextCursor).toBeNull();
    expect((await page('?sessionId=b')).plans).toMatchObject([
      { sessionId: 'b', counts: { total: 1 }, items: [{ subject: 'of b', status: 'pending' }] },
    ]);
  });

  test('names what is wrong with a cursor', async () => {
    const { status, body } = await withPlans().get<ErrorBody>('/plans?cursor=x');
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'BAD_INPUT', details: { field: 'cursor' } });
  });

  test('reading writes nothing', async () => {
    const { write, page, store, get } = withPlans();
    await write('a', ['A', 'in_progress']);
    const before = store.lastChange();
    await page();
    await get('/sessions/a');
    expect(store.lastChange()).toBe(before);
  });

  test('forget takes the plan, and what the change log says of it', async () => {
    const { write, page, post, store } = withPlans();
    await write('a', ['A secret plan', 'in_progress'], ['B', 'pending']);
    await write('a', ['A secret plan', 'completed']);
    await write('b', ['B stays', 'pending']);
    expect((await post('/forget', { sessionId: 'a' })).status).toBe(200);
    expect((await page()).plans.map(({ sessionId }) => sessionId)).toEqual(['b']);
    const told = store.db
      .prepare("SELECT group_concat(coalesce(new, '') || coalesce(old, '')) FROM changes")
      .pluck();
    expect(told.get()).not.toContain('secret plan');
    expect(told.get()).toContain('B stays');
  });

  test('many at once of one list: each is there', async () => {
    const { post, page, folder } = withPlans();
    const created = Array.from({ length: 40 }, (_, index) =>
      post('/hook/PostToolUse', {
        session_id: 'a',
        cwd: folder,
        tool_name: 'TaskCreate',
        tool_input: { subject: `Task ${index}` },
        tool_response: { task: { id: String(index), subject: `Task ${index}` } },
      }),
    );
    await Promise.all(created);
    expect((await page()).plans[0]?.counts.total).toBe(40);
  });
});
