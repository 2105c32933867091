import { chmodSync, chownSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { answering, fakeSidecar, response } from './fake-sidecar.ts';
import { giveToNobody, IS_ROOT, NO_UNSHARE, runStopAsNobody, UNSHARE } from './rights.ts';
import {
  bodyOf,
  HOOKS,
  makeHome,
  nobodyListens,
  runHook,
  SCRIPTS,
  SILENT,
  STOP,
  spooled,
} from './run-hook.ts';

test("another user's endpoint file: nobody is asked, and the event is kept", async (scope) => {
  scope.skip(!IS_ROOT, 'not run: only root can give a file to another user');
  const { home } = makeHome(scope);
  const { requests } = await fakeSidecar(scope, home, answering(response(200, '{}')));
  chownSync(home.endpoint, 12345, 12345);
  expect(await runHook(STOP, home)).toMatchObject(SILENT);
  expect(requests).toEqual([]);
  expect(spooled(home)).toMatchObject([{ rest: Buffer.from(bodyOf(STOP)) }]);
});

test('an endpoint file of mode 000: the event is kept', async (scope) => {
  const { home, folder } = makeHome(scope);
  const { requests } = await fakeSidecar(scope, home, answering(response(200, '{}')));
  giveToNobody(home, folder);
  chmodSync(home.endpoint, 0);
  expect(await runStopAsNobody(home, folder)).toMatchObject(SILENT);
  expect(requests).toEqual([]);
  expect(spooled(home)).toMatchObject([{ rest: Buffer.from(bodyOf(STOP)), mode: 0o600 }]);
});

test.for([
  { what: 'a home and a spool', locked: ['spool', '.'], spool: true },
  { what: 'a spool', locked: ['spool'], spool: true },
  { what: 'a home without a spool', locked: ['.'], spool: false },
])(
  '$what that may not be written: nothing is said, and nothing changes',
  async ({ locked, spool }, scope) => {
    const { home, folder } = makeHome(scope);
    nobodyListens(home);
    if (!spool) rmSync(home.spool, { recursive: true });
    giveToNobody(home, folder);
    for (const name of locked) chmodSync(join(home.root, name), 0o500);
    const before = readdirSync(home.root, { recursive: true }).sort();
    expect(await runStopAsNobody(home, folder)).toMatchObject(SILENT);
    expect(readdirSync(home.root, { recursive: true }).sort()).toEqual(before);
    for (const name of locked.reverse()) chmodSync(join(home.root, name), 0o700); // So that it can be removed.
  },
);

describe.each([
  { when: 'before the hook', filled: 'yes', bytes: 100 },
  { when: 'while the hook writes', filled: 'no', bytes: 3_000_000 },
])('a disk that is full $when', ({ filled, bytes }) => {
  /** A small file system that only this process sees, gone with it. What was left goes to a file outside. */
  const SCENE = `mount -t tmpfs -o size=1m holdfast "$1" && mkdir "$1/spool" || exit 99
    [ "$4" = no ] || head -c 2000000 /dev/zero >"$1/fill" 2>/dev/null
    "$2"; code=$?
    { cd "$1/spool" && ls -A; } >"$3"
    exit $code`;

  test.for(HOOKS)('$event says nothing, and leaves no half file', async (hook, scope) => {
    scope.skip(!UNSHARE, NO_UNSHARE);
    const { home, folder } = makeHome(scope, { made: false });
    mkdirSync(home.root);
    const left = join(folder, 'left');
    const script = join(SCRIPTS, hook.script);
    const ended = await runProgram('unshare', {
      args: [...(UNSHARE ?? []), '--mount', 'sh', '-c', SCENE, 'sh', home.root, script, left, filled],
      env: cleanEnvironment(home),
      input: bodyOf(hook, { padding: 'x'.repeat(bytes) }),
    });
    expect(ended).toMatchObject(SILENT);
    expect(readFileSync(left, 'utf8')).toBe('');
  });
});
