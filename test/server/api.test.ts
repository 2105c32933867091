import { describe, expect, test } from 'vitest';
import { CODES } from '../../sidecar/errors/index.ts';
import { type ErrorBody, openedRooms } from '../kit/opened-rooms.ts';

type Operation = {
  summary?: string;
  parameters?: { name: string; in: string; required?: boolean; schema: unknown }[];
  responses: Record<string, { description?: string }>;
};
type Document = {
  openapi: string;
  info: { title: string; version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, unknown>; securitySchemes: Record<string, unknown> };
  security: Record<string, string[]>[];
};

const documentOf = async () => (await openedRooms().get<Document>('/openapi.json')).body;
const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  );

describe('GET /openapi.json', () => {
  test('is an OpenAPI 3.1 document', async () => {
    const document = await documentOf();
    expect(document).toMatchObject({
      openapi: '3.1.0',
      info: { title: 'Holdfast', version: expect.any(String) },
    });
    for (const { path, method, operation } of operationsOf(document)) {
      const where = `${method} ${path}`;
      expect(path, where).toMatch(/^\/[^:]*$/);
      expect(operation.summary, where).toBeTruthy();
      const responses = Object.entries(operation.responses);
      expect(responses.length, where).toBeGreaterThan(0);
      for (const [status, { description }] of responses) {
        expect(status, where).toMatch(/^[1-5]\d\d$/);
        expect(description, where).toBeTruthy();
      }
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name).sort();
      const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
      expect(declared.map(({ name }) => name).sort(), where).toEqual(inPath);
      for (const parameter of operation.parameters ?? []) {
        expect(['path', 'query', 'header'], where).toContain(parameter.in);
        expect(parameter.schema, where).toBeTruthy();
        if (parameter.in === 'path') expect(parameter.required, where).toBe(true);
      }
    }
  });

  test('refers to nothing that is not in it, and keeps nothing of 3.0', async () => {
    const document = await documentOf();
    const text = JSON.stringify(document);
    for (const [, name] of text.matchAll(/"\$ref":"#\/components\/schemas\/([^"]+)"/g)) {
      expect(Object.keys(document.components.schemas)).toContain(name);
    }
    expect(text).not.toContain('"nullable"');
    for (const scheme of document.security.flatMap((entry) => Object.keys(entry))) {
      expect(Object.keys(document.components.securitySchemes)).toContain(scheme);
    }
  });

  test('lists every route that is served, and serves every route that it lists', async () => {
    const { app, get } = openedRooms();
    const served = app.routes
      .filter(({ method, path }) => method !== 'ALL' || !path.endsWith('*'))
      .map(({ method, path }) => `${method} ${path.replace(/:(\w+)/g, '{$1}')}`);
    const listed = operationsOf((await get<Document>('/openapi.json')).body).map(
      ({ method, path }) => `${method.toUpperCase()} ${path}`,
    );
    served.push('GET /health'); // Answered before the app is loaded.
    expect([...new Set(served)].sort()).toEqual(listed.sort());
  });

  test('names failing answers by codes of the table', async () => {
    for (const { operation } of operationsOf(await documentOf())) {
      for (const [status, { description = '' }] of Object.entries(operation.responses)) {
        if (Number(status) < 400) continue;
        for (const code of description.split(', ')) {
          expect(CODES).toHaveProperty(code);
          expect(String(CODES[code as keyof typeof CODES].status)).toBe(status);
        }
      }
    }
  });
});

describe('GET /docs', () => {
  test('shows every route, runs nothing and loads nothing from elsewhere', async () => {
    const { get } = openedRooms();
    const { status, body, headers } = await get<string>('/docs');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/html/);
    for (const { path } of operationsOf(await documentOf())) expect(body).toContain(path);
    expect(body).not.toMatch(/<script|<link|<img|<iframe|@import|url\(/i);
    for (const [, target] of body.matchAll(/(?:src|href)\s*=\s*["']?([^"'>\s]+)/gi))
      expect(target).toMatch(/^\/[^/]/);
    expect(body).not.toMatch(/https?:\/\//);
    expect(headers.get('content-security-policy')).toMatch(/^default-src 'none'; style-src 'sha256-/);
  });
});

describe('GET /metrics', () => {
  test('is Prometheus text: each family with its type, each sample with a number', async () => {
    const { get, post } = openedRooms();
    await post('/hook/Stop', { session_id: 's1' });
    await post('/hook/FutureEvent', {});
    await post('/hook/Stop', {});
    const { status, body, headers } = await get<string>('/metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toMatch(/^text\/plain/);
    expect(body.endsWith('\n')).toBe(true);
    const types = new Map<string, string>();
    const samples = new Map<string, number>();
    for (const line of body.trimEnd().split('\n')) {
      const type = /^# TYPE ([a-z_]+) (counter|gauge)$/.exec(line);
      if (type) {
        expect(types.has(type[1] ?? ''), line).toBe(false);
        types.set(type[1] ?? '', type[2] ?? '');
        continue;
      }
      const sample = /^([a-z_]+)(\{[a-z]+="[^"\\\n]*"(?:,[a-z]+="[^"\\\n]*")*\})? (\d+(?:\.\d+)?)$/.exec(
        line,
      );
      expect(sample, line).not.toBeNull();
      expect([...types.keys()].at(-1), line).toBe(sample?.[1]);
      samples.set(`${sample?.[1]}${sample?.[2] ?? ''}`, Number(sample?.[3]));
    }
    expect(samples.get('holdfast_events_total{event="Stop",via="live",outcome="applied"}')).toBe(1);
    expect(samples.get('holdfast_events_total{event="FutureEvent",via="live",outcome="stored"}')).toBe(1);
    expect(samples.get('holdfast_refused_total{status="400"}')).toBe(1);
    expect(samples.get('holdfast_spool_files')).toBe(0);
    expect(samples.get('holdfast_change_sequence')).toBe(3);
    expect(types.get('holdfast_resident_bytes')).toBe('gauge');
  });
});

describe('POST /forget', () => {
  test.each([
    ['no JSON', '{"project": '],
    ['nothing', ''],
    ['an empty object', '{}'],
    ['a list', '[]'],
    ['a relative project', '{"project":"a"}'],
    ['an empty session', '{"sessionId":""}'],
    ['a session that is a number', '{"sessionId":7}'],
    ['both', '{"project":"/a","sessionId":"s"}'],
    ['something else too', '{"sessionId":"s","also":1}'],
  ])('with %s is 400, and forgets nothing', async (_what, body) => {
    const { post, get } = openedRooms();
    await post('/hook/Stop', { session_id: 's' });
    const { status, body: answer } = await post<ErrorBody>('/forget', body);
    expect(status).toBe(400);
    expect(answer.error).toMatchObject({
      code: 'BAD_INPUT',
      message: expect.any(String),
      hint: expect.any(String),
    });
    expect((await get('/sessions/s')).status).toBe(200);
  });

  test.each(['text/plain', 'application/x-www-form-urlencoded'])('as %s is 400', async (type) => {
    const { status, body } = await openedRooms().post<ErrorBody>('/forget', '{"sessionId":"s"}', {
      'content-type': type,
    });
    expect(status).toBe(400);
    expect(body.error.code).toBe('BAD_INPUT');
  });

  test.each(['declared', 'in chunks'])(
    'of more than any name can be, %s, is 413 and not read to its end',
    async (how) => {
      const { app } = openedRooms();
      let pulled = 0;
      const body = new ReadableStream<Uint8Array>({
        pull(controller) {
          if (++pulled > 2_000) controller.close();
          else controller.enqueue(new Uint8Array(64 * 1024).fill(0x20));
        },
      });
      const headers: Record<string, string> = {
        host: 'localhost',
        authorization: 'Bearer a-token-of-the-tests-that-is-long-enough',
        'content-type': 'application/json',
      };
      if (how === 'declared') headers['content-length'] = String(2_000 * 64 * 1024);
      const answer = await app.request('/forget', {
        method: 'POST',
        body,
        headers,
        duplex: 'half',
      } as RequestInit);
      expect(answer.status).toBe(413);
      expect(((await answer.json()) as ErrorBody).error.code).toBe('PAYLOAD_TOO_LARGE');
      expect(pulled).toBeLessThan(300);
    },
  );
});
