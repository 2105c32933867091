import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanEnvironment, type RealSidecar } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';
import { FIVE_ATTEMPTS, inTime, skipWhereBusy } from './in-time.ts';
import {
  anyPort,
  bodyOf,
  eventsOf,
  HOOKS,
  makeHome,
  makeSidecar,
  newSession,
  nobodyListens,
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

async function refusals(status: number): Promise<number> {
  const { body } = await sidecar.api<string>('/metrics');
  return Number(
    new RegExp(`^holdfast_refused_total\\{status="${status}"\\} (\\d+)$`, 'm').exec(body)?.[1] ?? 0,
  );
}

describe('an empty standard input', () => {
  test.for(HOOKS)('$event is no event', async (hook, scope) => {
    const { home } = makeHome(scope);
    nobodyListens(home);
    expect(await runHook(hook, home, { input: '' })).toMatchObject(SILENT);
    expect(spooled(home)).toEqual([]);
  });
});

test('a standard input that is closed is no event', async (scope) => {
  const { home } = makeHome(scope);
  nobodyListens(home);
  for (const closed of ['<&-', '<&- >&-', '<&- >&- 2>&-']) {
    const args = ['-c', `"$1" ${closed}`, 'sh', join(SCRIPTS, STOP.script)];
    const ended = await inTime(STOP, () => runProgram('/bin/sh', { args, env: cleanEnvironment(home) }));
    expect(ended).toMatchObject(SILENT);
  }
  expect(spooled(home)).toEqual([]);
});

describe.each([
  { what: 'nothing', input: null },
  { what: 'half an event', input: '{"session_id":"s-1"' },
])('a standard input that gives $what and is never closed', ({ input }) => {
  test.concurrent.for(HOOKS)('$event ends in time', FIVE_ATTEMPTS, async (hook, scope) => {
    const { home } = makeHome(scope);
    nobodyListens(home);
    const ended = await inTime(hook, () => runHook(hook, home, { input, leaveOpen: true }));
    expect(ended).toMatchObject(SILENT);
    expect(spooled(home)).toEqual([]);
  });
});

describe('what is no event', () => {
  test.for(HOOKS)(
    '$event that is not JSON is refused and counted, and not kept',
    FIVE_ATTEMPTS,
    async (hook) => {
      const before = await refusals(400);
      expect(await runHook(hook, home, { input: 'no JSON' })).toMatchObject(SILENT);
      expect(await refusals(400)).toBe(before + 1);
      expect(spooled(home)).toEqual([]);
    },
  );

  test('20 MB are refused and counted, and not kept', FIVE_ATTEMPTS, async (scope) => {
    skipWhereBusy(scope);
    const before = await refusals(413);
    const ended = await inTime(STOP, () => runHook(STOP, home, { input: 'x'.repeat(20_000_000) }));
    expect(ended).toMatchObject(SILENT);
    expect(await refusals(413)).toBe(before + 1);
    expect(spooled(home)).toEqual([]);
  });

  test('one byte over the limit is refused, and one byte less is taken', FIVE_ATTEMPTS, async () => {
    const limit = 8 * 1024 * 1024;
    const session = newSession();
    const empty = bodyOf(STOP, { ...session, last_assistant_message: '' });
    const before = await refusals(413);
    for (const bytes of [limit + 1, limit]) {
      const last_assistant_message = 'x'.repeat(bytes - empty.length);
      const input = bodyOf(STOP, { ...session, last_assistant_message });
      expect(input).toHaveLength(bytes);
      expect(await runHook(STOP, home, { input })).toMatchObject({ code: 0, stderr: '' });
    }
    expect(await refusals(413)).toBe(before + 1);
    // On a busy machine a body of 8 MB may come too late for its hook, and goes through the spool.
    await until('the spool to be drained', () => spoolNames(home).length === 0);
    expect(await eventsOf(sidecar, session.session_id)).toMatchObject([{ bytes: limit }]);
  });

  test(
    '20 MB without a sidecar are kept, and the next sidecar moves them to spool/rejected',
    FIVE_ATTEMPTS,
    async (scope) => {
      skipWhereBusy(scope);
      const { home } = makeHome(scope);
      const input = Buffer.alloc(20_000_000, 'x');
      const ended = await inTime(STOP, () => runHook(STOP, home, { input }));
      expect(ended).toMatchObject(SILENT);
      expect(spooled(home)[0]?.rest.equals(input)).toBe(true);

      await makeSidecar(scope, home);
      await until('the file to be rejected', () => readdirSync(home.rejected).length === 2);
      expect(spoolNames(home)).toEqual([]);
      const [file = '', reason = ''] = readdirSync(home.rejected).sort();
      expect(reason).toBe(`${file}.reason`);
      expect(readFileSync(join(home.rejected, file)).subarray(-input.length).equals(input)).toBe(true);
      expect(readFileSync(join(home.rejected, reason), 'utf8')).toContain('bytes; the limit is');
    },
  );
});

const SPECIAL = `"quotes" 'single' \\ \u0000 $(touch ran) \`touch ran\` \${HOME} %s %n %% * ? ~ \r\n\t ü 日本 🙂 \u2028 !!`;

describe('an event of special characters', () => {
  test.for(HOOKS)('$event comes live as it was sent', FIVE_ATTEMPTS, async (hook, scope) => {
    const { folder } = makeHome(scope);
    const { session_id: session } = newSession();
    const body = bodyOf(hook, { session_id: session, special: SPECIAL });
    const input = `${body.slice(0, -1)}\r\n}`;
    expect(await runHook(hook, home, { input, cwd: folder })).toMatchObject({ code: 0, stderr: '' });
    const [row] = await eventsOf(sidecar, session);
    expect(row).toMatchObject({ via: 'live', bytes: Buffer.byteLength(input) });
    const { body: event } = await sidecar.api<{ body: unknown }>(`/events/${row?.id}`);
    expect(event.body).toMatchObject({ special: SPECIAL });
    expect(readdirSync(folder)).toEqual(['home']);
  });

  test.for(HOOKS)('$event goes through the spool byte for byte', async (hook, scope) => {
    const { home } = makeHome(scope);
    const input = `\n ${bodyOf(hook, { special: SPECIAL })}\r\n\n`;
    await runHook(hook, home, { input });
    expect(spooled(home)[0]?.rest.toString()).toBe(input);
  });
});

test('invalid UTF-8 goes through the spool byte for byte', async (scope) => {
  const { home } = makeHome(scope);
  const bytes = Buffer.from(Array.from({ length: 255 }, (_, i) => i + 1)); // All but NUL.
  for (const LANG of ['C', 'C.UTF-8', 'en_US.UTF-8'])
    await runHook(STOP, home, { input: bytes, more: { LANG } });
  expect(spooled(home).map(({ rest }) => rest.equals(bytes))).toEqual([true, true, true]);
});

test('invalid UTF-8 is refused live: it is no JSON', FIVE_ATTEMPTS, async () => {
  const before = await refusals(400);
  const input = Buffer.from('{"session_id":"s-1","x":"\xff"}', 'latin1');
  expect(await runHook(STOP, home, { input })).toMatchObject(SILENT);
  expect(await refusals(400)).toBe(before + 1);
});

test(
  'NUL bytes, which JSON has none of, are left out, and the event is taken',
  FIVE_ATTEMPTS,
  async (scope) => {
    const { session_id: session } = newSession();
    const input = bodyOf(STOP, { session_id: session }).replaceAll(',', '\0,\0\0');
    expect(await runHook(STOP, home, { input })).toMatchObject({ code: 0, stderr: '' });
    expect(await eventsOf(sidecar, session)).toMatchObject([{ via: 'live', event: 'Stop' }]);
    const place = makeHome(scope);
    expect(await runHook(STOP, place.home, { input: Buffer.alloc(100_000) })).toMatchObject(SILENT);
    expect(spooled(place.home)).toEqual([]);
  },
);
