import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { until } from '../kit/until.ts';
import { answering, fakeSidecar, response, type Talk } from './fake-sidecar.ts';
import { newMark, processesWith } from './processes.ts';
import { NO_UNSHARE, UNSHARE } from './rights.ts';
import {
  bodyOf,
  HOOKS,
  makeHome,
  nobodyListens,
  runHook,
  SCRIPTS,
  SESSION_END,
  SILENT,
  STOP,
} from './run-hook.ts';

const CASES: { when: string; talk: Talk | null; bytes?: number }[] = [
  { when: 'an answer', talk: answering(response(204, '')) },
  { when: 'nobody there', talk: null },
  { when: 'an answer that is none', talk: answering(response(500, '{}')) },
];

const HUNG: typeof CASES = [
  { when: 'no answer', talk: () => {} },
  { when: 'no answer and a large event', talk: () => {}, bytes: 5_000_000 },
];

describe.each(CASES)('after $when', ({ talk }) => {
  test.for(HOOKS)('$event leaves no process', async (hook, scope) => {
    const { home } = makeHome(scope);
    nobodyListens(home);
    if (talk) await fakeSidecar(scope, home, talk);
    const mark = newMark();
    expect(await runHook(hook, home, { more: mark })).toMatchObject(SILENT);
    expect(processesWith(mark)).toEqual([]);
  });
});

describe.each(HUNG)('after $when', ({ talk, bytes = 0 }) => {
  test.for([STOP, SESSION_END])('$event leaves no process', async (hook, scope) => {
    const { home } = makeHome(scope);
    if (talk) await fakeSidecar(scope, home, talk);
    const mark = newMark();
    const input = bodyOf(hook, { text: 'x'.repeat(bytes) });
    expect(await runHook(hook, home, { input, more: mark })).toMatchObject(SILENT);
    expect(processesWith(mark)).toEqual([]);
  });
});

test.for([
  { what: 'is empty', input: '' },
  { what: 'never ends', input: null },
])('a standard input that $what leaves no process', async ({ input }, scope) => {
  const { home } = makeHome(scope);
  const mark = newMark();
  await runHook(STOP, home, { input, more: mark });
  expect(processesWith(mark)).toEqual([]);
});

test('a hook that the client ends leaves no process', async (scope) => {
  const { home } = makeHome(scope);
  await fakeSidecar(scope, home, () => {});
  const mark = newMark();
  const ended = await runHook(STOP, home, { more: mark, limitMs: 300 }); // SIGKILL.
  expect(ended.signal).toBe('SIGKILL');
  await until('its watch to see that', () => processesWith(mark).length === 0, 1000);
});

/**
 * Runs hooks as children of a process 1 that, like many in a container, waits for nobody but its own
 * children; then lists what is left. What a hook leaves unwaited stays there as a zombie. Many hooks,
 * since one may be lucky: its child may end in time to be waited for by the way.
 */
const FIRST_PROCESS = `
  const { spawn } = require('node:child_process');
  const { readdirSync, readFileSync } = require('node:fs');
  const [, script, input] = process.argv;
  const hooks = Array.from({ length: 25 }, () => new Promise((ended) => {
    const child = spawn(script, { stdio: ['pipe', 'ignore', 'ignore'] });
    child.stdin.on('error', () => {});
    if (input !== 'open') child.stdin.end(input);
    child.on('exit', ended);
  }));
  Promise.all(hooks).then(() => setTimeout(() => {
    const others = readdirSync('/proc').filter((name) => /^[0-9]+$/.test(name) && name !== '1');
    console.log(JSON.stringify(others.map((pid) => readFileSync('/proc/' + pid + '/stat', 'latin1'))));
    process.exit();
  }, 100));`;

describe('under a process 1 that waits for nobody', () => {
  test.for([
    { when: 'an answer', talk: answering(response(204, '')), input: 'event' },
    { when: 'nobody there', talk: null, input: 'event' },
    { when: 'no answer', talk: () => {}, input: 'event' },
    { when: 'an empty standard input', talk: null, input: '' },
    { when: 'a standard input that never ends', talk: null, input: 'open' },
  ] satisfies { when: string; talk: Talk | null; input: string }[])(
    'no zombie is left after $when',
    async ({ talk, input }, scope) => {
      scope.skip(!UNSHARE, NO_UNSHARE);
      const { home } = makeHome(scope);
      nobodyListens(home);
      if (talk) await fakeSidecar(scope, home, talk);
      const given = input === 'event' ? bodyOf(STOP) : input;
      const inside = [process.execPath, '-e', FIRST_PROCESS, join(SCRIPTS, STOP.script), given];
      const args = [...(UNSHARE ?? []), '--pid', '--fork', '--kill-child', '--mount-proc', ...inside];
      const { stdout } = await runProgram('unshare', { args, env: cleanEnvironment(home) });
      expect(JSON.parse(stdout)).toEqual([]);
    },
  );
});
