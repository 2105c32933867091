import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type ChangeStreamOptions, changeStream } from '../../sidecar/store/change-stream.ts';
import { changeLog } from '../../sidecar/store/index.ts';
import { openedRooms } from '../kit/opened-rooms.ts';
import { insertSessions, numbered, openedStore } from '../kit/opened-store.ts';
import { readStream } from '../kit/read-stream.ts';
import { until } from '../kit/until.ts';

function opened(options: Partial<ChangeStreamOptions> = {}) {
  const { store } = openedStore();
  const log = changeLog(store);
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  const open = (cursor: number, more: Partial<ChangeStreamOptions> = {}) =>
    changeStream({ store, log, cursor, closing: closing.signal, ...options, ...more });
  return { store, log, closing, open, add: (...ids: string[]) => insertSessions(store, ids) };
}

const resync = (message: { event?: string | undefined }) => message.event === 'resync';

describe('a stream', () => {
  test('sends what comes after the cursor, and then what is written, each with its number as id', async () => {
    const { add, open } = opened();
    add('s1', 's2', 's3');
    const stream = readStream(open(1));
    await stream.sees('the third change', ({ id }) => id === '3');
    add('s4');
    await stream.sees('the fourth change', ({ id }) => id === '4');
    expect(stream.messages.map(({ id }) => id)).toEqual(['2', '3', '4']);
    expect(JSON.parse(stream.messages[2]?.data ?? '')).toMatchObject({ seq: 4, id: 's4', op: 'insert' });
    expect(stream.messages.every(({ event }) => event === undefined)).toBe(true);
  });

  test('gives a reader who is a week behind every row, page by page', async () => {
    const { store, open } = opened({ slowClientRows: 10 });
    insertSessions(store, numbered('s', 1_001));
    const stream = readStream(open(0));
    await stream.sees('the last change', ({ id }) => id === '1001');
    expect(stream.messages.map(({ id }) => id)).toEqual(numbered('', 1_001));
  });

  test('beats where nothing happens', async () => {
    const { add, open } = opened({ heartbeatMs: 10 });
    const stream = readStream(open(0));
    await until('two heartbeats', () => stream.comments.length >= 2);
    expect(new Set(stream.comments)).toEqual(new Set(['heartbeat']));
    add('s1');
    await stream.sees('the change after them', ({ id }) => id === '1');
  });

  test.each([
    ['was pruned away', 1],
    ['is of another ledger', 99],
  ])('says resync where the cursor %s, and goes on from there', async (_what, cursor) => {
    const { store, add, open } = opened();
    add('s1', 's2', 's3', 's4');
    store.db.exec('DELETE FROM changes WHERE seq <= 2');
    const stream = readStream(open(cursor));
    const told = await stream.sees('a resync', resync);
    expect(told).toMatchObject({ id: '4', data: JSON.stringify({ reason: 'pruned', after: 4 }) });
    add('s5');
    await stream.sees('the change after it', ({ id }) => id === '5');
    expect(stream.messages).toHaveLength(2);
  });

  test('reads no more than a reader takes: one who fell behind is told to read anew', async () => {
    const { store, log, add, open } = opened({ slowClientRows: 5 });
    let pages = 0;
    const counted: typeof log = {
      ...log,
      after: (cursor, limit) => {
        pages++;
        return log.after(cursor, limit);
      },
    };
    const stream = open(0, { log: counted });
    const reading = stream.getReader();
    await reading.read(); // The greeting.
    add('s0');
    await reading.read(); // Now it has caught up, and reads no more.
    reading.releaseLock();
    pages = 0;
    for (let i = 1; i < 50; i++) {
      add(`s${i}`);
      await turn();
    }
    expect(pages).toBeLessThanOrEqual(2);
    const reader = readStream(stream);
    const told = await reader.sees('a resync', resync);
    expect(JSON.parse(told.data)).toEqual({ reason: 'slow', after: 50 });
    expect(reader.messages.filter((message) => !resync(message)).length).toBeLessThanOrEqual(5);
    insertSessions(store, ['again']);
    await reader.sees('the change after it', ({ id }) => id === '51');
  });

  test('ends when the sidecar stops, and when it has stopped already', async () => {
    const { open, closing } = opened();
    const before = readStream(open(0));
    closing.abort();
    await before.ended;
    await readStream(open(0)).ended;
  });

  test('of a reader who left holds nothing any more', async () => {
    const { store, open } = opened();
    let listeners = 0;
    const watched = {
      ...store,
      onChange: (listener: () => void) => {
        listeners++;
        const stop = store.onChange(listener);
        return () => {
          listeners--;
          stop();
        };
      },
    };
    const stream = readStream(open(0, { store: watched }));
    await turn();
    expect(listeners).toBe(1);
    await stream.cancel();
    expect(listeners).toBe(0);
    insertSessions(store, ['s1']);
    await stream.ended;
  });
});

describe('GET /changes/stream', () => {
  test('begins now, unless it is told where: by after, or by Last-Event-ID, which wins', async () => {
    const { app, store } = openedRooms();
    insertSessions(store, ['s1', 's2', 's3']);
    const headers = { host: 'localhost', authorization: 'Bearer a-token-of-the-tests-that-is-long-enough' };
    const open = async (path: string, more: Record<string, string> = {}) => {
      const response = await app.request(path, { headers: { ...headers, ...more } });
      expect(response.headers.get('content-type')).toBe('text/event-stream');
      expect(response.headers.get('cache-control')).toBe('no-store');
      return readStream(response.body);
    };
    const now = await open('/changes/stream');
    const after = await open('/changes/stream?after=1');
    const resumed = await open('/changes/stream?after=0', { 'last-event-id': '2' });
    insertSessions(store, ['s4']);
    for (const stream of [now, after, resumed]) await stream.sees('the newest', ({ id }) => id === '4');
    expect(now.messages.map(({ id }) => id)).toEqual(['4']);
    expect(after.messages.map(({ id }) => id)).toEqual(['2', '3', '4']);
    expect(resumed.messages.map(({ id }) => id)).toEqual(['3', '4']);
  });
});
