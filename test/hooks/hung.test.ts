import { readdirSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { answering, fakeSidecar, response, type Talk } from './fake-sidecar.ts';
import { fullBacklog } from './full-backlog.ts';
import { FIVE_ATTEMPTS, inTime } from './in-time.ts';
import {
  bodyOf,
  HOOKS,
  type Hook,
  makeHome,
  runHook,
  type Scope,
  SESSION_END,
  SILENT,
  STOP,
  spooled,
} from './run-hook.ts';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

/** Each holds the hook up until its watch ends it. */
const HANGING: [what: string, talk: Talk, bytes?: number][] = [
  ['accepts and never reads a large event', () => {}, 5_000_000],
  ['reads and never answers', async (_socket, request) => void (await request())],
  ['answers half a header and hangs', afterRequest((socket) => socket.write('HTTP/1.1 200 OK\r\nConte'))],
  [
    'answers half a body and hangs',
    afterRequest((socket) => socket.write(`${HEAD}Content-Length: 9\r\n\r\n{"a"`)),
  ],
];

/** Each ends by itself, and none of them took the event. */
const NOT_TAKING: [what: string, talk: Talk][] = [
  ['cuts its answer and closes', answering(`${HEAD}Content-Length: 100\r\n\r\n{"a":1}`)],
  ['cuts its answer after the header', answering(`${HEAD}Content-Length: 2\r\n\r\n`)],
  ['cuts its answer within the header', answering(`${HEAD}Content-Length: 2`)],
  ['answers 200 without a length', answering(`${HEAD}\r\n{}`)],
  ['answers 200 without a length or a body', answering(`${HEAD}\r\n`)],
  ['names another length in the body', answering(`${HEAD}\r\n{"x":"\nContent-Length: 2"}`)],
  ['closes at once', (socket) => void socket.destroy()],
  ['reads, then closes', afterRequest((socket) => socket.end())],
  ['resets at once', (socket) => void socket.resetAndDestroy()],
  ['reads, then resets', afterRequest((socket) => socket.resetAndDestroy())],
  ['speaks no HTTP', answering('SSH-2.0-OpenSSH_9.2\r\n')],
  ...[401, 403, 404, 500, 503, 507].map((status): [string, Talk] => [
    `answers ${status}`,
    answering(response(status, '{"error":{}}')),
  ]),
];

function afterRequest(then: (socket: Parameters<Talk>[0]) => void): Talk {
  return async (socket, request) => {
    await request();
    then(socket);
  };
}

async function expectKept(hook: Hook, scope: Scope, prepare: Prepare, bytes = 0): Promise<void> {
  const { home } = makeHome(scope);
  await prepare(home);
  const input = bodyOf(hook, { padding: 'x'.repeat(bytes) });
  const ended = await inTime(hook, () => runHook(hook, home, { input }));
  expect(ended).toMatchObject(SILENT);
  expect(spooled(home)).toMatchObject([{ name: expect.stringMatching(/^[^.].*\.event$/), mode: 0o600 }]);
  expect(spooled(home)[0]?.rest.equals(Buffer.from(input))).toBe(true); // toEqual takes seconds for megabytes.
}

type Prepare = (home: ReturnType<typeof makeHome>['home']) => Promise<unknown>;

describe.each(HANGING)('a sidecar that %s', (_what, talk, bytes) => {
  test.for([STOP, SESSION_END])('$event ends in time and is kept', FIVE_ATTEMPTS, (hook, scope) =>
    expectKept(hook, scope, (home) => fakeSidecar(scope, home, talk), bytes),
  );
});

describe('a sidecar that is stopped, with a full backlog', () => {
  test.for([STOP, SESSION_END])('$event ends in time and is kept', FIVE_ATTEMPTS, (hook, scope) =>
    expectKept(hook, scope, (home) => fullBacklog(scope, home)),
  );
});

describe('a sidecar that never answers any of the nine', () => {
  test.concurrent.for(HOOKS)('$event ends in time and is kept', FIVE_ATTEMPTS, (hook, scope) =>
    expectKept(hook, scope, (home) => fakeSidecar(scope, home, () => {})),
  );
});

describe.each(NOT_TAKING)('a sidecar that %s', (_what, talk) => {
  test.for(HOOKS)('$event is kept', (hook, scope) =>
    expectKept(hook, scope, (home) => fakeSidecar(scope, home, talk)),
  );
});

describe.each([400, 413, 422])('a sidecar that refuses with %i', (status) => {
  test.for(HOOKS)('$event was read: it is not kept, and nothing is printed', async (hook, scope) => {
    const { home } = makeHome(scope);
    await fakeSidecar(scope, home, answering(response(status, '{"error":{"code":"BAD_INPUT"}}')));
    expect(await runHook(hook, home)).toMatchObject(SILENT);
    expect(spooled(home)).toEqual([]);
  });
});

test.for([204, 200])('an empty %i counts as taken', async (status, scope) => {
  const { home } = makeHome(scope);
  await fakeSidecar(scope, home, answering(response(status, '')));
  expect(await runHook(STOP, home)).toMatchObject(SILENT);
  expect(spooled(home)).toEqual([]);
});

test('nothing that a stranger on the port answers is run as a command', async (scope) => {
  const { home, folder } = makeHome(scope);
  const command = `a[$(echo ran >ran)]`;
  await fakeSidecar(scope, home, answering(`${HEAD}Content-Length: ${command}\r\n\r\n{}`));
  expect(await runHook(STOP, home, { cwd: folder })).toMatchObject(SILENT);
  expect(readdirSync(folder)).toEqual(['home']);
  expect(spooled(home)).toHaveLength(1);
});

test('a variable of the caller is not taken for the length of an answer', async (scope) => {
  const { home } = makeHome(scope);
  await fakeSidecar(scope, home, answering(`${HEAD}\r\n{}`));
  expect(await runHook(STOP, home, { more: { length: ' 2', answer: '{}', taken: 'yes' } })).toMatchObject(
    SILENT,
  );
  expect(spooled(home)).toHaveLength(1);
});
