import { describe, expect, test } from 'vitest';
import type { AttentionItem } from '../../sidecar/guards/index.ts';
import { type ErrorBody, openedRooms } from '../kit/opened-rooms.ts';

describe('GET /guards', () => {
  test('answers rows and summary, to who has the token', async () => {
    const { get } = openedRooms();
    const { status, body } = await get<{ guards: { key: string }[]; summary: { total: number } }>('/guards');
    expect(status).toBe(200);
    expect(body.guards.length).toBe(body.summary.total);
    expect((await get('/guards', { authorization: 'Bearer no' })).status).toBe(401);
  });

  test('stands in the document with its states', async () => {
    const { body } = await openedRooms().get<{ paths: Record<string, unknown> }>('/openapi.json');
    expect(Object.keys(body.paths)).toEqual(
      expect.arrayContaining(['/guards', '/attention', '/attention/{id}/ack']),
    );
  });
});

describe('GET /attention', () => {
  const insert = (id: string, guard: string) =>
    `INSERT INTO attention_items (id, guard, kind, status, title, why, hint, opened_at)
     VALUES ('${id}', '${guard}', 'run', 'open', 't', 'w', 'h', '2026-01-01T00:00:00.000Z')`;

  test('has nothing at first, then what is open, then what is acknowledged', async () => {
    const { get, post, store } = openedRooms();
    expect((await get('/attention')).body).toEqual({ items: [] });
    store.write(() => store.db.exec(insert('a', 'run.1')));
    store.write(() => store.db.exec(insert('b', 'run.2')));
    const acknowledged = await post<AttentionItem>('/attention/b/ack', {});
    expect(acknowledged).toMatchObject({ status: 200, body: { id: 'b', status: 'acknowledged' } });
    const { body } = await get<{ items: AttentionItem[] }>('/attention');
    expect(body.items.map(({ id, status }) => `${id} ${status}`)).toEqual(['a open', 'b acknowledged']);
    expect(body.items[0]).toEqual({
      ...{ id: 'a', guard: 'run.1', kind: 'run', status: 'open', openedAt: '2026-01-01T00:00:00.000Z' },
      ...{ count: 1, title: 't', why: 'w', hint: 'h' },
    });
  });

  test('does not know an item that was never opened', async () => {
    const { status, body } = await openedRooms().post<ErrorBody>('/attention/x/ack', {});
    expect({ status, code: body.error.code }).toEqual({ status: 404, code: 'NOT_FOUND' });
  });
});
