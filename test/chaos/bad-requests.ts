import fc from 'fast-check';
import { bodyOf } from './events.ts';
import { HOOK_EVENTS } from './sidecar-process.ts';

/** Bytes for a connection, in pieces. `head`: the method was HEAD. */
export type BadRequest = { pieces: Buffer[]; head: boolean; end: boolean; quietMs?: number };

const text = (value: string) => Buffer.from(value, 'utf8');

/** Bytes that no header may hold would only ever test the parser: they have an arbitrary of their own. */
const headerValue = fc.string({
  unit: fc.constantFrom(...'aZ09 ~-_.;=,"\\/:{}[]%\x7f\u00e9\t'),
  maxLength: 60,
});

const goodBody = fc
  .tuple(fc.constantFrom(...HOOK_EVENTS), fc.string({ maxLength: 20 }))
  .map(([event, marker]) => bodyOf(event, 'fuzzed', marker));

const deep = fc.integer({ min: 1, max: 3000 }).map((depth) => '['.repeat(depth) + ']'.repeat(depth));

/** Nearly a body: the right fields with anything in them. */
const nearly = fc.record(
  {
    session_id: fc.oneof(fc.string(), fc.jsonValue()),
    tool_name: fc.jsonValue(),
    tool_use_id: fc.jsonValue(),
    tool_input: fc.jsonValue(),
    tool_response: fc.jsonValue(),
    cwd: fc.oneof(fc.constantFrom('/', '', '\0', '/nowhere/at/all', '../..'), fc.jsonValue()),
    agent_id: fc.jsonValue(),
    source: fc.jsonValue(),
    model: fc.jsonValue(),
    error: fc.jsonValue(),
    reason: fc.jsonValue(),
    holdfast_sample: fc.jsonValue(),
    background_tasks: fc.jsonValue(),
    __proto__: fc.jsonValue(),
    constructor: fc.jsonValue(),
    toJSON: fc.jsonValue(),
  },
  { requiredKeys: [] },
);

/** Fields with a type of their own are kept where they have it; the others hold anything. */
function harmless(value: Record<string, unknown>): Record<string, unknown> {
  const typed = ['cwd', 'agent_id', 'tool_use_id', 'source', 'reason', 'holdfast_sample', 'background_tasks'];
  const wrong = typed.filter((name) => name in value && typeof value[name] !== 'string');
  return Object.fromEntries(wrong.map((name) => [name, undefined]));
}

export const anyBody: fc.Arbitrary<Buffer> = fc.oneof(
  { weight: 4, arbitrary: goodBody.map(text) },
  { weight: 3, arbitrary: nearly.map((value) => text(JSON.stringify(value))) },
  // What every event needs is there, so that the rest of it is looked at.
  {
    weight: 5,
    arbitrary: nearly.map((value) =>
      text(JSON.stringify({ ...value, session_id: 'fuzzed', tool_name: 'Bash', ...harmless(value) })),
    ),
  },
  fc.json().map(text),
  fc.string({ unit: 'binary', maxLength: 200 }).map(text),
  fc.uint8Array({ maxLength: 400 }).map((bytes) => Buffer.from(bytes)),
  deep.map(text),
  fc.tuple(goodBody, fc.nat(200)).map(([body, cut]) => text(body.slice(0, cut))),
  fc
    .constantFrom('', '{}', 'null', '[]', '""', '{"session_id":"\\ud800"}', '{"session_id":"a\\u0000b"}')
    .map(text),
);

const eventName = fc.oneof(
  { weight: 6, arbitrary: fc.constantFrom<string>(...HOOK_EVENTS) },
  fc.constantFrom<string>('NewEvent', '__proto__', 'constructor', 'toString', '', 'a/b', '..'),
  fc.string({ maxLength: 80 }).map(encoded),
  fc.constantFrom('%', '%zz', '%00', '%ff', '%2e%2e%2f', 'x'.repeat(5000)),
);

/** A lone surrogate has no encoding. */
function encoded(value: string): string {
  return encodeURIComponent(value.replace(/\p{Cs}/gu, ''));
}

const anyPath = fc.oneof(
  { weight: 9, arbitrary: eventName.map((name) => `/hook/${name}`) },
  {
    weight: 3,
    arbitrary: fc
      .tuple(
        fc.constantFrom(
          '/events',
          '/events/x',
          '/sessions',
          '/changes',
          '/forget',
          '/metrics',
          '/health',
          '/docs',
        ),
        fc.constantFrom('limit', 'after', 'cursor', 'sessionId', 'last', 'state', 'q'),
        fc.oneof(
          fc.string({ maxLength: 30 }).map(encoded),
          fc.integer().map(String),
          fc.double().map(String),
        ),
      )
      .map(([path, name, value]) => `${path}?${name}=${value}`),
  },
  {
    weight: 1,
    arbitrary: fc.constantFrom(
      '/',
      '//',
      '*',
      '/%',
      '/..',
      '/\\',
      'http://elsewhere/hook/Stop',
      'http://[',
      '//[/x',
      '?',
    ),
  },
);

const anyMethod = fc.oneof(
  { weight: 12, arbitrary: fc.constant('POST') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      'GET',
      'PUT',
      'DELETE',
      'HEAD',
      'OPTIONS',
      'PATCH',
      'TRACE',
      'PROPFIND',
      'QUERY',
    ),
  },
);

const anyHeader = fc.oneof(
  fc.tuple(fc.constantFrom('x-holdfast-event', 'x-holdfast-source', 'x-holdfast-client'), headerValue),
  fc.tuple(
    fc.constantFrom('Host', 'Origin', 'Authorization', 'Content-Type', 'Accept', 'Cookie'),
    headerValue,
  ),
  fc.tuple(
    fc.constantFrom('Expect', 'Upgrade', 'Connection', 'Content-Encoding', 'Range', 'TE'),
    headerValue,
  ),
  fc.constantFrom<[string, string]>(
    ['Expect', '100-continue'],
    ['Upgrade', 'websocket'],
    ['Connection', 'Upgrade'],
    ['Host', 'evil.example'],
    ['Host', '127.0.0.1:99999'],
    ['Origin', 'null'],
    ['X-Long', 'x'.repeat(20_000)],
    ['X-HTTP-Method-Override', 'DELETE'],
  ),
);

const someHeaders: fc.Arbitrary<[string, string][]> = fc.oneof(
  { weight: 3, arbitrary: fc.constant<[string, string][]>([]) },
  { weight: 1, arbitrary: fc.array(anyHeader, { maxLength: 3 }) },
);

/** How the length of a body is told: rightly, wrongly, not at all, or in chunks. */
const framing = fc.oneof(
  { weight: 8, arbitrary: fc.constant('right') },
  { weight: 2, arbitrary: fc.constant('chunked') },
  { weight: 3, arbitrary: fc.constantFrom('short', 'long', 'none', 'twice', 'garbage', 'bad-chunks') },
);

function framed(how: string, body: Buffer): { headers: string; sent: Buffer } {
  const length = (count: number | string) => `Content-Length: ${count}\r\n`;
  const chunks = Buffer.concat([text(`${body.length.toString(16)}\r\n`), body, text('\r\n0\r\n\r\n')]);
  const chunked = 'Transfer-Encoding: chunked\r\n';
  if (how === 'short') return { headers: length(Math.floor(body.length / 2)), sent: body };
  if (how === 'long') return { headers: length(body.length + 7), sent: body };
  if (how === 'none') return { headers: '', sent: body };
  if (how === 'twice') return { headers: length(body.length) + length(body.length + 1), sent: body };
  if (how === 'garbage') return { headers: length('-1e3'), sent: body };
  if (how === 'chunked') return { headers: chunked, sent: body.length > 0 ? chunks : text('0\r\n\r\n') };
  if (how === 'bad-chunks') return { headers: chunked, sent: Buffer.concat([text('zz\r\n'), body]) };
  return { headers: length(body.length), sent: body };
}

/** One request that is wrong somewhere, or nowhere; whole, torn, or with more behind it. */
export function anyRequest(token: string): fc.Arbitrary<BadRequest> {
  const request = fc
    .record({
      method: anyMethod,
      path: anyPath,
      headers: someHeaders,
      body: anyBody,
      how: framing,
      authorized: fc.integer({ min: 0, max: 9 }).map((n) => n > 0),
      host: fc.integer({ min: 0, max: 19 }).map((n) => n > 0),
    })
    .map(({ method, path, headers, body, how, authorized, host }) => {
      const { headers: lengths, sent } = framed(how, body);
      const lines = [
        `${method} ${path} HTTP/1.1\r\n`,
        host ? 'Host: 127.0.0.1\r\n' : '',
        authorized ? `Authorization: Bearer ${token}\r\n` : '',
        ...headers.map((header) => `${header[0]}: ${header[1]}\r\n`),
      ];
      const bytes = Buffer.concat([text(`${lines.join('')}${lengths}\r\n`), sent]);
      return { pieces: [bytes], head: method === 'HEAD', end: true };
    });
  return fc.oneof(
    { weight: 12, arbitrary: request },
    {
      weight: 3,
      arbitrary: fc.tuple(request, fc.nat()).map(([{ pieces, head }, at]) => torn(pieces, head, at)),
    },
    {
      weight: 2, // In small pieces, and two on one connection.
      arbitrary: fc.tuple(request, request).map(([a, b]) => ({
        pieces: inPieces(Buffer.concat([...a.pieces, ...b.pieces])),
        head: a.head || b.head,
        end: true,
      })),
    },
    { weight: 2, arbitrary: notHttp },
  );
}

function torn(pieces: Buffer[], head: boolean, at: number): BadRequest {
  const bytes = Buffer.concat(pieces);
  return { pieces: [bytes.subarray(0, at % (bytes.length + 1))], head, end: at % 3 > 0, quietMs: 100 };
}

function inPieces(bytes: Buffer): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0; at < bytes.length && pieces.length < 40; at += 97)
    pieces.push(bytes.subarray(at, at + 97));
  return [...pieces, bytes.subarray(pieces.length * 97)];
}

const notHttp: fc.Arbitrary<BadRequest> = fc
  .oneof(
    fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom(
      text('\x16\x03\x01\x02\x00\x01\x00\x01\xfc'), // The first bytes of TLS.
      text('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'),
      text('GET / HTTP/0.9\r\n\r\n'),
      text('GET / HTTP/9.9\r\n\r\n'),
      text('GET /\r\n\r\n'),
      text('POST /hook/Stop HTTP/1.1\nHost: 127.0.0.1\n\n'),
      text('CONNECT 127.0.0.1:1 HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n'),
      text(`GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n${'X-Many: 1\r\n'.repeat(3000)}\r\n`),
      text(`GET /${'x'.repeat(100_000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n`),
      text('GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX: a\r\n b\r\n\r\n'),
      text('GET / HTTP/1.1\r\nHost : 127.0.0.1\r\n\r\n'),
      text('\r\n\r\n\r\n'),
    ),
  )
  .map((bytes) => ({ pieces: [bytes], head: false, end: true }));
