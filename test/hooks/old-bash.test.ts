import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RealSidecar } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { fakeSidecar, type Talk } from './fake-sidecar.ts';
import { FIVE_ATTEMPTS, inTime } from './in-time.ts';
import {
  anyPort,
  bodyOf,
  changedScripts,
  eventsOf,
  HOOKS,
  makeHome,
  newSession,
  nobodyListens,
  runHook,
  SCRIPTS,
  SESSION_END,
  SILENT,
  STOP,
  spooled,
  startServing,
} from './run-hook.ts';

/**
 * macOS ships bash 3.2, and no such bash is to be had here. So a copy of the scripts takes the way for
 * old ones, and what only a newer bash has is taken from it.
 */
const { home, folder, remove } = temporaryHome();
const scripts = join(folder, 'scripts');
let sidecar: RealSidecar;

beforeAll(async () => {
  changedScripts(scripts, [
    ['lib.sh', '((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1] < 404))', 'unset SRANDOM EPOCHREALTIME; ((1))'],
  ]);
  anyPort(home);
  sidecar = await startServing(home);
});

afterAll(async () => {
  await sidecar?.stop();
  remove();
});

test.for(readdirSync(SCRIPTS).filter((name) => name.endsWith('.sh')))('%s parses', async (name) => {
  expect(await runProgram('/bin/bash', { args: ['-n', join(SCRIPTS, name)] })).toMatchObject(SILENT);
});

describe('on the way for an old bash', () => {
  test.for(HOOKS)('$event with a sidecar', FIVE_ATTEMPTS, async (hook) => {
    const { session_id: session } = newSession();
    const input = bodyOf(hook, { session_id: session, text: 'x'.repeat(200_000) });
    const ended = await inTime(hook, () => runHook(hook, home, { folder: scripts, input }));
    expect(ended).toMatchObject({ ...SILENT, stdout: hook.prints ? '{}\n' : '' });
    if (hook === SESSION_END) return; // It always goes through the spool, which the sidecar looks into.
    expect(await eventsOf(sidecar, session)).toMatchObject([{ via: 'live', bytes: input.length }]);
  });

  test.for(HOOKS)('$event without a sidecar', FIVE_ATTEMPTS, async (hook, scope) => {
    const { home } = makeHome(scope);
    nobodyListens(home);
    const input = bodyOf(hook, { text: 'x'.repeat(200_000) });
    const ended = await inTime(hook, () => runHook(hook, home, { folder: scripts, input }));
    expect(ended).toMatchObject(SILENT);
    expect(spooled(home).map(({ rest }) => rest.toString())).toEqual([input]);
  });

  const HUNG: [what: string, talk: Talk, bytes: number][] = [
    ['never reads', () => {}, 5_000_000],
    ['never answers', async (_socket, request) => void (await request()), 100],
  ];

  test.for(HUNG.flatMap(([what, ...rest]) => [STOP, SESSION_END].map((hook) => ({ what, hook, rest }))))(
    '$hook.event with a sidecar that $what',
    FIVE_ATTEMPTS,
    async ({ hook, rest: [talk, bytes] }, scope) => {
      const { home } = makeHome(scope);
      await fakeSidecar(scope, home, talk);
      const input = bodyOf(hook, { text: 'x'.repeat(bytes) });
      const ended = await inTime(hook, () => runHook(hook, home, { folder: scripts, input }));
      expect(ended).toMatchObject(SILENT);
      expect(spooled(home)[0]?.rest.equals(Buffer.from(input))).toBe(true);
    },
  );

  test.for([
    { what: 'nothing', input: null },
    { what: 'half an event', input: '{"session_id":"s-1"' },
  ])('a standard input that gives $what and is never closed', FIVE_ATTEMPTS, async ({ input }, scope) => {
    const { home } = makeHome(scope);
    nobodyListens(home);
    for (const hook of [STOP, SESSION_END]) {
      // An old bash counts whole seconds: a SessionEnd that waits for its input needs more than one.
      const run = () => runHook(hook, home, { folder: scripts, input, leaveOpen: true });
      expect(await inTime(STOP, run)).toMatchObject(SILENT);
      expect(spooled(home)).toEqual([]);
    }
  });
});
