import { linkSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { FIVE_ATTEMPTS, inTime } from './in-time.ts';
import { bodyOf, HOOKS, makeHome, nobodyListens, runHook, SILENT, STOP, spooled } from './run-hook.ts';

const big = temporaryHome();
const bigFile = join(big.folder, 'big');
const token = 't'.repeat(43);

beforeAll(() => put(bigFile, Buffer.alloc(50_000_000, 'a')));
afterAll(big.remove);

/** Homes that no sidecar serves, yet an event can be kept in. */
const UNSERVED: [what: string, make: (home: HomePaths) => void][] = [
  ['a closed port', nobodyListens],
  ['no endpoint file', () => {}],
  ['an empty endpoint file', ({ endpoint }) => put(endpoint, '')],
  ['garbage in the endpoint file', ({ endpoint }) => put(endpoint, '$(touch x) `x` ; *\n')],
  ['a port that is none', ({ endpoint }) => put(endpoint, `99999 ${token}\n`)],
  ['a port and no token', ({ endpoint }) => put(endpoint, '1\n')],
  ['a third word in the endpoint file', ({ endpoint }) => put(endpoint, `1 ${token} x\n`)],
  ['a directory as endpoint file', ({ endpoint }) => mkdirSync(endpoint)],
  ['a binary endpoint file', ({ endpoint }) => put(endpoint, Buffer.from(ALL_BYTES))],
  ['an endpoint file of 50 MB', ({ endpoint }) => linkSync(bigFile, endpoint)],
  ['no spool folder', ({ spool }) => rmSync(spool, { recursive: true })],
];

const ALL_BYTES = Array.from({ length: 4096 }, (_, i) => (i * 7) % 256);

function put(file: string, content: string | Buffer): void {
  writeFileSync(file, content, { mode: 0o600 });
}

describe.each(UNSERVED)('with %s', (_what, make) => {
  test.for(HOOKS)('$event is kept in one whole file, silently', FIVE_ATTEMPTS, async (hook, scope) => {
    const { home } = makeHome(scope);
    make(home);
    const input = bodyOf(hook);
    expect(await inTime(hook, () => runHook(hook, home, { input }))).toMatchObject(SILENT);
    const files = spooled(home);
    expect(files).toMatchObject([{ name: expect.stringMatching(/^[^.].*\.event$/), mode: 0o600 }]);
    const [, event, id, client] = FIRST_LINE.exec(files[0]?.firstLine ?? '') ?? [];
    expect({ event, name: `${id}.event` }).toEqual({ event: hook.event, name: files[0]?.name });
    expect(client).toBe(hook.event === 'SessionStart' ? String(process.pid) : '-');
    expect(files[0]?.rest).toEqual(Buffer.from(input));
  });
});

const FIRST_LINE = /^holdfast-spool 1 ([A-Za-z]+) ([A-Za-z0-9._~-]{1,128}) settings (\d+|-) (?:\d+|-)$/;

test.for(HOOKS)('$event makes no home where it is missing', async (hook, scope) => {
  const { home, folder } = makeHome(scope, { made: false });
  expect(await runHook(hook, home)).toMatchObject(SILENT);
  expect(readdirSync(folder)).toEqual([]);
});

test.for(HOOKS)('$event does nothing where neither HOME nor HOLDFAST_HOME is set', async (hook, scope) => {
  const { home, folder } = makeHome(scope, { made: false });
  const env = { PATH: process.env.PATH };
  expect(await runHook(hook, home, { env, cwd: folder })).toMatchObject(SILENT);
  expect(readdirSync(folder)).toEqual([]);
});

test('several offline at once keep each its own', FIVE_ATTEMPTS, async (scope) => {
  const { home } = makeHome(scope);
  const inputs = HOOKS.flatMap((hook) => [1, 2, 3].map((n) => ({ hook, input: bodyOf(hook, { n }) })));
  await Promise.all(inputs.map(({ hook, input }) => runHook(hook, home, { input })));
  const kept = spooled(home).map(({ rest }) => rest.toString());
  expect(kept.sort()).toEqual(inputs.map(({ input }) => input).sort());
});

test('a closed port costs a few times what an empty script costs', FIVE_ATTEMPTS, async (scope) => {
  const { home, folder } = makeHome(scope);
  nobodyListens(home);
  const empty = join(folder, 'empty.sh');
  writeFileSync(empty, '#!/bin/bash -p\nIFS= read -r -N 100000000 body\nexit 0\n', { mode: 0o755 });
  const times = { hook: [] as number[], empty: [] as number[] };
  for (let round = 0; round < 9; round++) {
    times.hook.push((await runHook(STOP, home)).ms);
    times.empty.push((await runProgram(empty, { input: bodyOf(STOP), env: cleanEnvironment(home) })).ms);
  }
  expect(median(times.hook) / median(times.empty)).toBeLessThan(15);
});

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? Number.NaN;
}
