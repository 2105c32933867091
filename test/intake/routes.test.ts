import { describe, expect, test } from 'vitest';
import { type ErrorBody, openedRooms } from '../kit/opened-rooms.ts';
import { numbered } from '../kit/opened-store.ts';

type Event = { seq: number; id: string; sessionId: string | null; outcome: string };
type Page = { events: Event[]; nextAfter: number | null };

async function withEvents(sessions: string[]) {
  const rooms = openedRooms();
  for (const [index, sessionId] of sessions.entries()) {
    const headers = { 'x-holdfast-event': `e${index + 1}` };
    await rooms.post('/hook/UserPromptSubmit', { session_id: sessionId, prompt: `p${index}` }, headers);
  }
  return { ...rooms, page: async (query: string) => (await rooms.get<Page>(`/events${query}`)).body };
}

describe('POST /hook/:event', () => {
  test('answers {} and keeps the event with what its headers say', async () => {
    const { post, get } = openedRooms();
    const answer = await post(
      '/hook/PreToolUse',
      { session_id: 's1', tool_name: 'Bash', tool_use_id: 't1', tool_input: { command: 'ls' } },
      { 'x-holdfast-event': 'e1', 'x-holdfast-source': 'plugin', 'x-holdfast-client': '4242 777' },
    );
    expect(answer).toMatchObject({ status: 200, body: {} });
    expect((await get('/events/e1')).body).toMatchObject({
      seq: 1,
      id: 'e1',
      event: 'PreToolUse',
      sessionId: 's1',
      agentId: null,
      tool: 'Bash',
      toolUseId: 't1',
      source: 'plugin',
      via: 'live',
      outcome: 'applied',
      detail: null,
      body: { session_id: 's1', tool_input: { command: 'ls' } },
    });
    expect((await get('/sessions/s1')).body).toMatchObject({ pid: 4242, processStart: '777' });
  });

  test('makes an id where none came, and takes the settings for its source', async () => {
    const { post, get } = openedRooms();
    for (const prompt of ['a', 'a']) await post('/hook/UserPromptSubmit', { session_id: 's1', prompt });
    const { events } = (await get<{ events: (Event & { source: string })[] }>('/events')).body;
    expect(events.map(({ source }) => source)).toEqual(['settings', 'settings']);
    expect(new Set(events.map(({ id }) => id)).size).toBe(2);
  });

  test.each([
    ['x-holdfast-event', 'with space'],
    ['x-holdfast-event', 'x'.repeat(129)],
    ['x-holdfast-event', 'a/b'],
    ['x-holdfast-source', 'elsewhere'],
    ['x-holdfast-client', 'pid'],
    ['x-holdfast-client', '12 34 56'],
    ['x-holdfast-client', '-1'],
  ])('a bad header is 400 and named: %s: %s', async (name, value) => {
    const { post } = openedRooms();
    const { status, body } = await post<ErrorBody>('/hook/Stop', { session_id: 's1' }, { [name]: value });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'BAD_INPUT', details: { field: name } });
  });

  test.each([
    ['no JSON', 'Stop', '{"session_id": ', 400],
    ['nothing', 'Stop', '', 400],
    ['no session', 'Stop', '{}', 400],
    ['no event name', '%20', '{}', 400],
    ['a bad escape for a name', '%ZZ', '{}', 400],
    ['an event that nobody knows', 'FutureEvent', '{}', 200],
  ])('%s: %s %s is %i', async (_what, event, body, status) => {
    const answer = await openedRooms().post<ErrorBody>(`/hook/${event}`, body);
    expect(answer.status).toBe(status);
    if (status === 400) expect(answer.body.error.code).toBe('BAD_INPUT');
  });

  test('bytes that are no UTF-8 are refused, and not kept as something else', async () => {
    const { app, get } = openedRooms();
    const body = Buffer.from('{"session_id":"caf\u00e9"}', 'latin1');
    const headers = { host: 'localhost', authorization: 'Bearer a-token-of-the-tests-that-is-long-enough' };
    const answer = await app.request('/hook/Stop', { method: 'POST', body, headers });
    expect(answer.status).toBe(400);
    expect((await get<Page>('/events')).body.events).toEqual([]);
  });
});

describe('GET /events', () => {
  test('is empty for a fresh ledger', async () => {
    expect(await (await withEvents([])).page('')).toEqual({ events: [], nextAfter: null });
  });

  test('pages through everything once, oldest first, and ends with null', async () => {
    const { page } = await withEvents(numbered('s', 7));
    const seen: number[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const answer: Page = await page(`?after=${after}&limit=3`);
      seen.push(...answer.events.map((event) => event.seq));
      after = answer.nextAfter;
    }
    expect(seen).toEqual([1, 2, 3, 4, 5, 6, 7]);
  });

  test('says null after a last page that is exactly full', async () => {
    expect((await (await withEvents(['s1', 's1'])).page('?limit=2')).nextAfter).toBeNull();
  });

  test('of one session, with pages of its own', async () => {
    const { page } = await withEvents(['s1', 's2', 's1', 's2', 's1']);
    const first = await page('?sessionId=s1&limit=2');
    expect(first).toMatchObject({ events: [{ seq: 1 }, { seq: 3 }], nextAfter: 3 });
    expect(await page('?sessionId=s1&limit=2&after=3')).toMatchObject({
      events: [{ seq: 5 }],
      nextAfter: null,
    });
    expect(await page('?sessionId=nobody')).toEqual({ events: [], nextAfter: null });
  });

  test('the last so many, oldest of them first', async () => {
    const { page } = await withEvents(['s1', 's2', 's1', 's2', 's1']);
    expect((await page('?last=2')).events.map(({ seq }) => seq)).toEqual([4, 5]);
    expect((await page('?last=2&sessionId=s2')).events.map(({ seq }) => seq)).toEqual([2, 4]);
    expect((await page('?last=99')).events).toHaveLength(5);
    expect(await page('?last=0')).toEqual({ events: [], nextAfter: null });
  });

  test('holds no body', async () => {
    const { page } = await withEvents(['s1']);
    expect(Object.keys((await page('')).events[0] ?? {})).toEqual([
      'seq',
      'id',
      'event',
      'sessionId',
      'agentId',
      'tool',
      'toolUseId',
      'source',
      'via',
      'at',
      'receivedAt',
      'outcome',
      'detail',
      'bytes',
    ]);
  });

  test.each([
    ['after', '?after=x'],
    ['after', '?after=-1'],
    ['limit', '?limit=0'],
    ['limit', '?limit=1e99'],
    ['last', '?last=1001'],
    ['last', '?last=-1'],
  ])('names %s in what is wrong with %s', async (field, query) => {
    const { status, body } = await openedRooms().get<ErrorBody>(`/events${query}`);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'BAD_INPUT', details: { field } });
  });

  test('an event that is not known is 404, by name', async () => {
    const { status, body } = await openedRooms().get<ErrorBody>('/events/nowhere');
    expect(status).toBe(404);
    expect(body.error).toMatchObject({ code: 'NOT_FOUND', message: expect.stringContaining('nowhere') });
  });
});
