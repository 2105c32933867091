import { describe, expect, test } from 'vitest';
import type { Change } from '../../sidecar/store/index.ts';
import { type ErrorBody, openedRooms } from '../kit/opened-rooms.ts';
import { insertSessions, numbered } from '../kit/opened-store.ts';

type Page = { changes: Change[]; nextAfter: number | null; resync: boolean };

function withSessions(count: number) {
  const rooms = openedRooms();
  insertSessions(rooms.store, numbered('s', count));
  return { ...rooms, page: async (query: string) => (await rooms.get<Page>(`/changes${query}`)).body };
}

describe('GET /changes', () => {
  test('is empty for a fresh ledger', async () => {
    expect(await withSessions(0).page('')).toEqual({ changes: [], nextAfter: null, resync: false });
  });

  test('pages through everything once, in order, and ends with null', async () => {
    const { page } = withSessions(7);
    const seen: string[] = [];
    let after: number | null = 0;
    while (after !== null) {
      const answer: Page = await page(`?after=${after}&limit=3`);
      expect(answer.changes.length).toBeLessThanOrEqual(3);
      seen.push(...answer.changes.map((change) => change.id));
      after = answer.nextAfter;
    }
    expect(seen).toEqual(numbered('s', 7));
  });

  test('says null after a last page that is exactly full', async () => {
    expect((await withSessions(3).page('?limit=3')).nextAfter).toBeNull();
  });

  test('takes too large a limit for the largest', async () => {
    const { changes, nextAfter } = await withSessions(1_002).page('?limit=5000');
    expect(changes).toHaveLength(1_000);
    expect(nextAfter).toBe(1_000);
  });

  test('says resync where rows after the cursor are gone, and where the cursor is of another ledger', async () => {
    const { store, page } = withSessions(5);
    store.db.exec('DELETE FROM changes WHERE seq <= 3');
    expect((await page('?after=1')).resync).toBe(true);
    expect((await page('?after=99')).resync).toBe(true);
    expect((await page('?after=3')).resync).toBe(false);
    expect((await page('')).resync).toBe(false);
  });

  test.each([
    ['after', '?after=abc'],
    ['after', '?after=-1'],
    ['after', '?after=1.5'],
    ['after', '?after=99999999999999999999'],
    ['after', '?after=NaN'],
    ['after', '?after=Infinity'],
    ['limit', '?limit=0'],
    ['limit', '?limit=-5'],
    ['limit', '?limit=many'],
    ['limit', '?limit=2.5'],
  ])('names %s in what is wrong with %s', async (field, query) => {
    const { status, body } = await withSessions(0).get<ErrorBody>(`/changes${query}`);
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'BAD_INPUT', details: { field } });
    expect(body.error.message).toContain(`${field}: `);
  });

  test.each(['abc', '-1', '1.5'])('of a stream: Last-Event-ID %s is 400', async (id) => {
    const { status, body } = await withSessions(0).get<ErrorBody>('/changes/stream', { 'last-event-id': id });
    expect(status).toBe(400);
    expect(body.error).toMatchObject({ code: 'BAD_INPUT', details: { field: 'last-event-id' } });
  });
});
