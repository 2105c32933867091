import { once } from 'node:events';
import type { RequestListener } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { answerHealth } from '../../sidecar/server/answer-health.ts';
import { awaitRooms } from '../../sidecar/server/await-rooms.ts';
import { createHttpServer } from '../../sidecar/server/http-server.ts';
import { rawRequest } from '../kit/raw-http.ts';
import { until } from '../kit/until.ts';

/** A server that listens, and whose rooms open when the test says so. */
async function earlyServer() {
  const handed: string[] = [];
  let open: (listener: RequestListener) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const rooms = new Promise<RequestListener>((resolve, reject) => {
    open = resolve;
    fail = reject;
  });
  const facts = { instance: 'one', startedAt: '2026-01-01T00:00:00.000Z', ownPort: () => 1 };
  const { server, close } = createHttpServer(
    answerHealth(
      facts,
      awaitRooms(() => rooms),
    ),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => close(0));

  const echo: RequestListener = (request, response) => {
    let body = '';
    request.on('data', (part) => (body += part));
    request.once('end', () => {
      handed.push(`${request.method} ${request.url}`);
      response.end(body);
    });
  };
  const { port } = server.address() as AddressInfo;
  return { server, port, handed, open: () => open(echo), fail: (error: Error) => fail(error) };
}

const host = '127.0.0.1';

test('requests that come before the rooms wait, and are all answered with what they sent', async () => {
  const { server, port, handed, open } = await earlyServer();
  const bodies = Array.from({ length: 20 }, (_, index) => `${index} `.repeat(index * 5_000));
  let seen = 0;
  server.on('request', () => seen++);
  const answers = bodies.map((body) =>
    rawRequest({ port, method: 'POST', path: '/hook/Stop', headers: { host }, body }),
  );
  await until('every request to come', () => seen === bodies.length);
  expect(handed).toEqual([]);
  open();
  expect((await Promise.all(answers)).map(({ body }) => body)).toEqual(bodies);
});

test('health is answered before the rooms, and by GET and HEAD alone', async () => {
  const { port, handed, open } = await earlyServer();
  for (const path of ['/health', '/health?now']) {
    const { status, body } = await rawRequest({ port, path, headers: { host } });
    expect({ status, ...JSON.parse(body) }).toMatchObject({ status: 200, ok: true, instance: 'one' });
  }
  const head = await rawRequest({ port, path: '/health', method: 'HEAD', headers: { host } });
  expect(head).toMatchObject({ status: 200, body: '' });
  open();
  await rawRequest({ port, path: '/health', method: 'POST', headers: { host } });
  for (const path of ['/healthy', '/health/']) await rawRequest({ port, path, headers: { host } });
  expect(handed).toEqual(['POST /health', 'GET /healthy', 'GET /health/']);
});

test.each([[{ host: 'evil.com' }], [{ host, origin: 'http://evil.com' }]])(
  'health that is asked as %j is for the rooms to refuse',
  async (headers) => {
    const { port, handed, open } = await earlyServer();
    open();
    await rawRequest({ port, path: '/health', headers });
    expect(handed).toEqual(['GET /health']);
  },
);

test('where the rooms cannot be opened, each request is told so in the envelope', async () => {
  const { server, port, fail } = await earlyServer();
  const early = rawRequest({ port, path: '/events', headers: { host } });
  await once(server, 'request');
  fail(new Error('no such module'));
  for (const answer of [early, rawRequest({ port, path: '/events', headers: { host } })]) {
    const { status, body } = await answer;
    expect(status).toBe(500);
    expect(JSON.parse(body).error).toMatchObject({
      code: 'INTERNAL',
      message: expect.stringContaining('no such module'),
    });
  }
});

test('who has left before the rooms opened is not waited for', async () => {
  const { server, port, handed, open } = await earlyServer();
  const socket = connect(port, host);
  socket.write('POST /hook/Stop HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 10\r\n\r\nhalf');
  const [request] = await once(server, 'request');
  socket.destroy();
  await once(request.socket, 'close');
  open();
  await turn();
  const next = await rawRequest({ port, path: '/next', headers: { host } });
  expect(next.status).toBe(200);
  expect(handed).toEqual(['GET /next']);
});
