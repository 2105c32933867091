import { copyFileSync, readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readEndpoint } from '../../sidecar/home/index.ts';
import { HOOK_ENTRIES } from '../../sidecar/setup/index.ts';
import type { RealSidecar } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';
import { answering, fakeSidecar, response } from './fake-sidecar.ts';
import { FIVE_ATTEMPTS, skipWhereBusy } from './in-time.ts';
import {
  anyPort,
  bodyOf,
  eventsOf,
  HOOKS,
  makeHome,
  newSession,
  runHook,
  SCRIPTS,
  SILENT,
  STOP,
  spooled,
  spoolNames,
  startServing,
} from './run-hook.ts';

const { home, remove } = temporaryHome();
let sidecar: RealSidecar;

beforeAll(async () => {
  anyPort(home);
  sidecar = await startServing(home);
});

afterAll(async () => {
  await sidecar?.stop();
  remove();
});

test('the nine scripts here are those that are registered, and all there are', () => {
  expect(HOOKS.map(({ event, script }) => [event, script])).toEqual(
    HOOK_ENTRIES.map(({ event, script }) => [event, script]),
  );
  // The status line is no hook: it takes no event.
  const isHook = (name: string) => name.endsWith('.sh') && !/^(?:lib|status-line)/.test(name);
  expect(readdirSync(SCRIPTS).filter(isHook).sort()).toEqual(HOOKS.map(({ script }) => script).sort());
});

describe.each(HOOKS)('$event with a sidecar', (hook) => {
  const { event, prints } = hook;

  test('arrives once, live, with exit code 0 and a silent stderr', FIVE_ATTEMPTS, async () => {
    const { session_id: session } = newSession();
    const ended = await runHook(hook, home, { input: bodyOf(hook, { session_id: session }) });
    expect(ended).toMatchObject({ ...SILENT, stdout: prints ? '{}\n' : '' });
    expect(await eventsOf(sidecar, session)).toMatchObject([
      { event, via: 'live', source: 'settings', outcome: expect.not.stringMatching('duplicate') },
    ]);
    expect(spooled(home)).toEqual([]);
  });

  test(
    prints ? 'prints what the sidecar answered' : 'prints nothing of what the sidecar answered',
    async (scope) => {
      const place = makeHome(scope);
      const answer = '{"hookSpecificOutput":{"additionalContext":"100% \\"of\\" \\\\ *"}}';
      const { requests } = await fakeSidecar(scope, place.home, answering(response(200, answer)));
      const ended = await runHook(hook, place.home);
      expect(ended).toMatchObject({ ...SILENT, stdout: prints ? `${answer}\n` : '' });
      expect(requests).toHaveLength(1);
      expect(requests[0]).toMatch(new RegExp(`^POST /hook/${event} HTTP/1.1\r\n`));
      expect(spooled(place.home)).toEqual([]);
    },
  );
});

test('a hook of the plugin says so', FIVE_ATTEMPTS, async () => {
  const { session_id: session } = newSession();
  const input = bodyOf(STOP, { session_id: session });
  await runHook(STOP, home, { input, more: { HOLDFAST_SOURCE: 'plugin' } });
  expect(await eventsOf(sidecar, session)).toMatchObject([{ via: 'live', source: 'plugin' }]);
});

test('a large event comes live', FIVE_ATTEMPTS, async (scope) => {
  skipWhereBusy(scope);
  const { session_id: session } = newSession();
  const input = bodyOf(STOP, { session_id: session, last_assistant_message: 'x'.repeat(5_000_000) });
  expect(await runHook(STOP, home, { input })).toMatchObject({ ...SILENT, stdout: '{}\n' });
  expect(await eventsOf(sidecar, session)).toMatchObject([{ via: 'live', bytes: input.length }]);
});

test(
  'an event that was taken, but whose answer was cut, is one row though it also comes from the spool',
  FIVE_ATTEMPTS,
  async (scope) => {
    const { session_id: session } = newSession();
    const between = makeHome(scope).home;
    const real = readEndpoint(home);
    if (!real) throw new Error('there is no endpoint');
    await fakeSidecar(
      scope,
      between,
      async (socket, request) => {
        const [head = '', ...rest] = (await request()).split('\r\n\r\n');
        const [first = '', ...headers] = head.split('\r\n');
        const answer = await fetch(`http://127.0.0.1:${real.port}${first.split(' ')[1]}`, {
          method: 'POST',
          headers: forwarded(headers),
          body: Buffer.from(rest.join('\r\n\r\n'), 'latin1'),
        });
        expect(answer.status).toBe(200);
        socket.end('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 2\r\n\r\n{');
      },
      real.token,
    );
    const ended = await runHook(STOP, between, { input: bodyOf(STOP, { session_id: session }) });
    expect(ended).toMatchObject(SILENT);
    const [row] = await eventsOf(sidecar, session);
    const [left, ...others] = spooled(between);
    expect(others).toEqual([]);
    expect(left?.name).toBe(`${row?.id}.event`);

    copyFileSync(`${between.spool}/${left?.name}`, `${home.spool}/${left?.name}`);
    await until('the spool to be drained', () => spoolNames(home).length === 0);
    expect(await eventsOf(sidecar, session)).toMatchObject([{ id: row?.id, via: 'live' }]);
  },
);

/** All but those that fetch sets by itself. */
function forwarded(headers: string[]): Record<string, string> {
  const pairs = headers.map((line) => [line.split(': ', 1)[0] ?? '', line.replace(/^[^:]*: /, '')] as const);
  return Object.fromEntries(pairs.filter(([name]) => !/^(host|connection|content-length)$/i.test(name)));
}
