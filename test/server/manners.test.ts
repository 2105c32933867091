import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEndpoint } from '../../sidecar/home/index.ts';
import { rawBytes, rawRequest } from '../kit/raw-http.ts';
import { type RealSidecar, startRealSidecar } from '../kit/real-sidecar.ts';
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.ts';

let place: TemporaryHome;
let sidecar: RealSidecar;
let port = 0;
let token = '';

beforeAll(async () => {
  place = temporaryHome();
  sidecar = await startRealSidecar(place.home);
  ({ port, token } = readEndpoint(place.home) ?? { port: 0, token: '' });
});
afterAll(async () => {
  await sidecar.stop();
  place.remove();
});

/** What a good request sends; a test changes one thing of it. */
const good = () => ({ host: `127.0.0.1:${port}`, authorization: `Bearer ${token}` });
/** Undefined: it is not the envelope. */
const codeOf = (body: string) => (body === '' ? undefined : JSON.parse(body).error.code);
const ENVELOPE = {
  error: { code: expect.any(String), message: expect.any(String), hint: expect.any(String) },
};

describe('who may ask', () => {
  test('health needs no token, and says nothing private', async () => {
    const { status, body } = await rawRequest({ port, path: '/health', headers: { host: '127.0.0.1' } });
    expect(status).toBe(200);
    expect(JSON.parse(body)).toEqual({
      ok: true,
      version: expect.any(String),
      pid: sidecar.pid,
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      instance: expect.any(String),
    });
    expect(body).not.toContain(token);
    expect(body).not.toContain(place.folder);
  });

  const HOSTS: [string, boolean][] = [
    ['127.0.0.1', true],
    ['127.0.0.1:PORT', true],
    ['localhost', true],
    ['LocalHost:PORT', true],
    ['[::1]', true],
    ['[::1]:PORT', true],
    ['127.0.0.1:1', true],
    ['127.0.0.1.evil.com', false],
    ['localhost.evil.com', false],
    ['evil.com', false],
    ['evil.com:PORT', false],
    ['localhost.', false],
    ['10.0.0.7:PORT', false],
    ['192.168.1.1', false],
    ['0.0.0.0:PORT', false],
    ['127.0.0.2:PORT', false],
    ['127.1', false],
    ['2130706433', false],
    ['::1', false],
    ['localhost:PORT:PORT', false],
    ['localhost:', false],
    ['user@localhost', false],
    ['localhost/evil', false],
    ['evil.com#localhost', false],
    ['localhost, evil.com', false],
    ['', false],
  ];

  test.each(HOSTS)('host %j: %s', async (named, allowed) => {
    const host = named.replaceAll('PORT', String(port));
    for (const path of ['/health', '/events']) {
      const { status, body } = await rawRequest({ port, path, headers: { ...good(), host } });
      // What is no host at all may be refused as such.
      expect(allowed ? [200] : [403, 400], path).toContain(status);
      if (!allowed) expect(['FORBIDDEN_HOST', 'BAD_INPUT'], path).toContain(codeOf(body));
    }
  });

  test.each(['1.0', '1.1'])('a request of HTTP/%s that names no host gets the envelope', async (version) => {
    const heard = await rawBytes(port, `GET /health HTTP/${version}\r\nConnection: close\r\n\r\n`);
    expect(heard).toMatch(/^HTTP\/1\.1 40[03] /);
    expect(heard.split('\r\n\r\n')[1]).toContain('{"error":{"code":"');
  });

  const ORIGINS: [string, boolean][] = [
    ['http://127.0.0.1:PORT', true],
    ['http://localhost:PORT', true],
    ['null', false],
    ['http://127.0.0.1:1', false],
    ['http://127.0.0.1', false],
    ['https://127.0.0.1:PORT', false],
    ['http://localhost:PORT.evil.com', false],
    ['http://evil.com', false],
    ['http://evil.com:PORT', false],
    ['http://127.0.0.1:PORT/', false],
    ['file://', false],
    ['', false],
  ];

  test.each(ORIGINS)('origin %j: %s', async (named, allowed) => {
    const origin = named.replaceAll('PORT', String(port));
    for (const path of ['/health', '/events']) {
      const { status, body, headers } = await rawRequest({ port, path, headers: { ...good(), origin } });
      expect(status, path).toBe(allowed ? 200 : 403);
      if (!allowed) expect(codeOf(body), path).toBe('FORBIDDEN_ORIGIN');
      expect(headers['access-control-allow-origin']).toBeUndefined();
    }
  });

  const TOKENS: [string, (token: string) => string | undefined][] = [
    ['none', () => undefined],
    ['an empty one', () => ''],
    ['another', () => `Bearer ${'x'.repeat(43)}`],
    ['its beginning', (right) => `Bearer ${right.slice(0, -1)}`],
    ['it and more', (right) => `Bearer ${right}x`],
    ['it without the word', (right) => right],
    ['it with another word', (right) => `Basic ${right}`],
    ['it with two spaces', (right) => `Bearer  ${right}`],
    ['it in other letters', (right) => `Bearer ${right.toUpperCase()}`],
    ['beyond ASCII', () => `Bearer ${'ä'.repeat(43)}`],
  ];

  test.each(TOKENS)('a token that is %s is 401', async (_what, sent) => {
    const authorization = sent(token);
    const headers = { host: 'localhost', ...(authorization === undefined ? {} : { authorization }) };
    for (const [method, path] of [
      ['GET', '/events'],
      ['POST', '/hook/Stop'],
      ['GET', '/nowhere'],
      ['POST', '/health'],
    ]) {
      const answer = await rawRequest({ port, path, method, headers });
      expect(answer.status, `${method} ${path}`).toBe(401);
      expect(JSON.parse(answer.body)).toEqual(ENVELOPE);
      expect(answer.headers['www-authenticate']).toBe('Bearer');
    }
  });

  test('the host is judged before the origin, and the origin before the token', async () => {
    const host = await rawRequest({ port, path: '/events', headers: { host: 'evil.com', origin: 'null' } });
    expect(codeOf(host.body)).toBe('FORBIDDEN_HOST');
    const origin = await rawRequest({
      port,
      path: '/events',
      headers: { host: 'localhost', origin: 'null' },
    });
    expect(codeOf(origin.body)).toBe('FORBIDDEN_ORIGIN');
  });
});

describe('what is asked', () => {
  test.each([
    ['GET', '/nowhere'],
    ['GET', '/board'],
    ['POST', '/'],
    ['GET', '/events/'],
    ['PUT', '/events'],
    ['DELETE', '/sessions/s1'],
    ['GET', '/hook/Stop'],
    ['POST', '/hook'],
    ['GET', '/hook/Stop/more'],
    ['OPTIONS', '/events'],
    ['GET', '/../etc/passwd'],
  ])('%s %s is 404 in the envelope', async (method, path) => {
    const { status, body } = await rawRequest({ port, method, path, headers: good() });
    expect(status).toBe(404);
    expect(JSON.parse(body)).toEqual(ENVELOPE);
    expect(codeOf(body)).toBe('NOT_FOUND');
  });

  const LIMIT = 8 * 1024 * 1024;

  test('a body that is too large by its Content-Length is 413, before it is sent', async () => {
    const head = `POST /hook/Stop HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\n`;
    const heard = await rawBytes(port, `${head}Connection: close\r\nContent-Length: ${LIMIT + 1}\r\n\r\n`);
    expect(heard).toMatch(/^HTTP\/1\.1 413 /);
    expect(codeOf(heard.split('\r\n\r\n')[1] ?? '')).toBe('PAYLOAD_TOO_LARGE');
  });

  test('a body that is too large in chunks is 413', async () => {
    const headers = { ...good(), 'transfer-encoding': 'chunked' };
    const body = Buffer.alloc(LIMIT + 1, ' ');
    const answer = await rawRequest({ port, path: '/hook/Stop', method: 'POST', headers, body });
    expect(answer.status).toBe(413);
    expect(codeOf(answer.body)).toBe('PAYLOAD_TOO_LARGE');
  });

  test('one of exactly the limit is read', async () => {
    const event = JSON.stringify({ session_id: 's1' });
    const body = event.padEnd(LIMIT, ' ');
    const answer = await rawRequest({ port, path: '/hook/Stop', method: 'POST', headers: good(), body });
    expect(answer).toMatchObject({ status: 200, body: '{}' });
  });

  test.each([
    ['nonsense', 'GARBAGE\r\n\r\n', 400],
    ['a TLS greeting', Buffer.from('16030100c8010000c40303', 'hex'), 400],
    ['a bad length', 'POST /hook/Stop HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n', 400],
    [
      'two lengths',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n',
      400,
    ],
    [
      'a length beside chunks',
      'POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n',
      400,
    ],
    ['a control character', 'GET /\u0001 HTTP/1.1\r\nHost: localhost\r\n\r\n', 400],
    ['a header without end', `GET / HTTP/1.1\r\nHost: localhost\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`, 431],
  ])('%s gets the envelope', async (_what, bytes, status) => {
    const heard = await rawBytes(port, bytes);
    expect(heard).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
    expect(heard.toLowerCase()).toContain('content-type: application/json');
    expect(JSON.parse(heard.split('\r\n\r\n')[1] ?? 'null')).toEqual(ENVELOPE);
  });

  test('after all of it the sidecar serves as before', async () => {
    expect((await sidecar.api('/events')).status).toBe(200);
  });
});
