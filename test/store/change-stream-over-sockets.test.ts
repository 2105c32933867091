import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { createAdaptorServer } from '@hono/node-server';
import { expect, onTestFinished, test } from 'vitest';
import { readEndpoint } from '../../sidecar/home/index.ts';
import type { Change } from '../../sidecar/store/index.ts';
import { openedRooms, TOKEN } from '../kit/opened-rooms.ts';
import { insertSessions, numbered } from '../kit/opened-store.ts';
import { readStream } from '../kit/read-stream.ts';
import { startRealSidecar } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';

test('across a restart, Last-Event-ID misses nothing and sees nothing twice', async () => {
  const { home, remove } = temporaryHome();
  onTestFinished(remove);
  const seen: string[] = [];
  let posted = 0;

  async function post(sidecar: Awaited<ReturnType<typeof startRealSidecar>>, count: number) {
    for (let i = 0; i < count; i++) {
      const body = JSON.stringify({ session_id: `s${posted++}`, source: 'startup' });
      expect((await sidecar.api('/hook/SessionStart', { method: 'POST', body })).status).toBe(200);
    }
  }

  for (const life of [1, 2, 3]) {
    const sidecar = await startRealSidecar(home);
    onTestFinished(sidecar.kill);
    await post(sidecar, 3); // While nobody listens.
    const endpoint = readEndpoint(home);
    const response = await fetch(`http://127.0.0.1:${endpoint?.port}/changes/stream`, {
      headers: { authorization: `Bearer ${endpoint?.token}`, 'last-event-id': seen.at(-1) ?? '0' },
    });
    const stream = readStream(response.body);
    await post(sidecar, 3);
    // The session's row and the event's; and that the lock of the one that was killed is reclaimed.
    const expected = life * 6 * 2 + life - 1;
    await stream.sees('the newest change', ({ id }) => id === String(expected));
    if (life === 3) {
      const { body } = await sidecar.api<{ changes: Change[] }>('/changes');
      seen.push(...stream.messages.map(({ id }) => String(id)));
      expect(seen).toEqual(body.changes.map(({ seq }) => String(seq)));
      await sidecar.stop(); // It does not wait for the reader: the stream ends.
    } else {
      seen.push(...stream.messages.map(({ id }) => String(id)));
      await sidecar.kill();
    }
    await stream.ended;
  }
  expect(seen).toEqual(numbered('', 38));
});

test('a client that reads nothing costs little memory, and hears resync when it reads again', async () => {
  const { app, store } = openedRooms();
  const server = createAdaptorServer({ fetch: app.fetch }) as Server;
  const sockets: Socket[] = [];
  server.on('connection', (socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
    server.closeAllConnections();
  });

  const client = connect((server.address() as AddressInfo).port, '127.0.0.1');
  onTestFinished(() => void client.destroy());
  client.pause();
  client.write(
    `GET /changes/stream?after=0 HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${TOKEN}\r\n\r\n`,
  );
  await until('the stream to begin', () => sockets[0]?.bytesWritten);
  let most = 0;
  const long = 'x'.repeat(4_000);
  for (let step = 0; step < 60; step++) {
    insertSessions(store, numbered(`step-${step}-`, 100), long);
    for (let i = 0; i < 5; i++) await turn();
    most = Math.max(most, sockets[0]?.writableLength ?? 0);
  }
  // 24 MB were written to the ledger; more than the kernel takes for a socket, and less than a page or two here.
  expect(most).toBeLessThan(3_000_000);
  expect(sockets[0]?.bytesWritten).toBeLessThan(20_000_000);

  let heard = '';
  client.on('data', (bytes) => {
    heard = (heard + bytes.toString('latin1')).slice(-10_000);
  });
  client.resume();
  await until('the resync', () => heard.includes('event: resync\ndata: {"reason":"slow","after":6000}'));
  insertSessions(store, ['afterwards']);
  await until('the change after it', () => heard.includes('id: 6001\n'));
});
