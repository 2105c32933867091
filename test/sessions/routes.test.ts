import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type ErrorBody, openedRooms } from '../kit/opened-rooms.ts';
import { numbered } from '../kit/opened-store.ts';

type Session = { id: string; state: string; startedAt: string };
type Page = { sessions: Session[]; nextCursor: string | null };

/** Sessions with a state, a project and a start each, straight into the table: time is what is tested. */
function withSessions(rows: { id: string; state?: string; project?: string; at?: string }[]) {
  const rooms = openedRooms();
  const insert = rooms.store.db.prepare(
    'INSERT INTO sessions (id, state, project, started_at) VALUES (?, ?, ?, ?)',
  );
  rooms.store.write(() => {
    for (const { id, state = 'ended', project = '/p', at = '2026-01-01T00:00:00.000Z' } of rows)
      insert.run(id, state, project, at);
  });
  const page = async (query: string) => (await rooms.get<Page>(`/sessions${query}`)).body;

  async function all(query: string): Promise<string[]> {
    const seen: string[] = [];
    let cursor: string | null = null;
    do {
      const answer: Page = await page(`?${query}${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...answer.sessions.map(({ id }) => id));
      cursor = answer.nextCursor;
    } while (cursor !== null);
    return seen;
  }
  return { ...rooms, page, all };
}

describe('GET /sessions', () => {
  test('is empty for a fresh ledger', async () => {
    expect(await withSessions([]).page('')).toEqual({ sessions: [], nextCursor: null });
  });

  test.each([1, 2, 3, 7, 50])(
    'of equal start times, by pages of %i: each once, none missed',
    async (limit) => {
      const ids = numbered('s', 23);
      const { all } = withSessions(ids.map((id) => ({ id })));
      expect(await all(`limit=${limit}`)).toEqual([...ids].sort().reverse());
    },
  );

  test('newest first', async () => {
    const { all } = withSessions([
      { id: 'b', at: '2026-01-02T00:00:00.000Z' },
      { id: 'c', at: '2026-01-01T00:00:00.000Z' },
      { id: 'a', at: '2026-01-03T00:00:00.000Z' },
    ]);
    expect(await all('limit=2')).toEqual(['a', 'b', 'c']);
  });

  test('goes on where it was while new ones begin', async () => {
    const { page, store } = withSessions(numbered('s', 4).map((id) => ({ id })));
    const first = await page('?limit=2');
    store.db.exec("INSERT INTO sessions (id, state, started_at) VALUES ('new', 'booting', '2026-06-01')");
    const second = await page(`?limit=2&cursor=${first.nextCursor}`);
    expect([...first.sessions, ...second.sessions].map(({ id }) => id)).toEqual(['s4', 's3', 's2', 's1']);
    expect(second.nextCursor).toBeNull();
  });

  test('fifty unless told, two hundred at most', async () => {
    const { page } = withSessions(numbered('s', 201).map((id) => ({ id })));
    expect((await page('')).sessions).toHaveLength(50);
    expect((await page('?limit=999')).sessions).toHaveLength(200);
  });

  test('by state, by project, and by both, through all pages', async () => {
    const rows = numbered('s', 12).map((id, i) => ({
      id,
      state: i % 2 ? 'ended' : 'in_turn',
      project: i % 3 ? '/p' : '/q',
    }));
    const { all } = withSessions(rows);
    const expected = (isIt: (row: (typeof rows)[number]) => boolean) =>
      rows
        .filter(isIt)
        .map(({ id }) => id)
        .sort()
        .reverse();
    expect(await all('limit=2&state=ended')).toEqual(expected(({ state }) => state === 'ended'));
    expect(await all('limit=2&project=/q')).toEqual(expected(({ project }) => project === '/q'));
    expect(await all('limit=1&project=/q&state=in_turn')).toEqual(
      expected(({ project, state }) => project === '/q' && state === 'in_turn'),
    );
    expect(await all('project=/nowhere')).toEqual([]);
  });

  const cursorOf = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url');

  test.each([
    ['state', '?state=asleep'],
    ['limit', '?limit=0'],
    ['limit', '?limit=x'],
    ['cursor', '?cursor=x'],
    ['cursor', '?cursor='],
    ['cursor', '?cursor=%00%ff'],
    ['cursor', `?cursor=${cursorOf({})}`],
    ['cursor', `?cursor=${cursorOf(['2026'])}`],
    ['cursor', `?cursor=${cursorOf([1, 2])}`],
    ['cursor', `?cursor=${cursorOf(null)}`],
  ])('names %s in what is wrong with %s', async (field, query) => {
    const { status, body } = await openedRooms().get<ErrorBody>(`/sessions${query}`);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'BAD_INPUT', details: { field } });
  });
});

describe('GET /sessions/:id', () => {
  test('is the row itself, with what its events add up to', async () => {
    const { post, get, folder } = openedRooms();
    const cwd = join(folder, 'project');
    mkdirSync(cwd);
    const common = { session_id: 's1', cwd, transcript_path: '/t.jsonl', permission_mode: 'default' };
    await post(
      '/hook/SessionStart',
      { ...common, source: 'startup', model: 'm' },
      { 'x-holdfast-client': '7 77' },
    );
    await post('/hook/UserPromptSubmit', { ...common, prompt: 'p' });
    await post('/hook/PreToolUse', { ...common, tool_name: 'Bash' });
    const { status, body } = await get('/sessions/s1');
    expect(status).toBe(200);
    expect(body).toMatchObject({
      id: 's1',
      state: 'in_turn',
      reason: null,
      project: cwd,
      cwd,
      model: 'm',
      transcriptPath: '/t.jsonl',
      permissionMode: 'default',
      pid: 7,
      processStart: '77',
      endedAt: null,
      lastTool: 'Bash',
      counts: { events: 3, prompts: 1, toolCalls: 1 },
      version: 2,
    });
    const { sessions } = (await get<Page>('/sessions')).body;
    expect(sessions).toEqual([body]);
  });

  test('of an id with a slash in it', async () => {
    const { get } = withSessions([{ id: 'a/b c' }]);
    expect((await get('/sessions/a%2Fb%20c')).body).toMatchObject({ id: 'a/b c' });
  });

  test('that is not known is 404, by name', async () => {
    const { status, body } = await openedRooms().get<ErrorBody>('/sessions/nobody');
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('nobody') });
  });
});
