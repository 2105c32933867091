import { spawnSync } from 'node:child_process';
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { homePaths } from '../../sidecar/home/index.ts';
import type { RealSidecar } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { FIVE_ATTEMPTS, inTime } from './in-time.ts';
import {
  anyPort,
  bodyOf,
  eventsOf,
  makeHome,
  makeSidecar,
  newSession,
  nobodyListens,
  runHook,
  SCRIPTS,
  SESSION_START,
  SILENT,
  STOP,
  spooled,
  startServing,
} from './run-hook.ts';

const { home, folder, remove } = temporaryHome();
const hostile = join(folder, 'hostile.sh');
let sidecar: RealSidecar;

beforeAll(async () => {
  anyPort(home);
  sidecar = await startServing(home);
  writeFileSync(hostile, 'echo from BASH_ENV; echo from BASH_ENV >&2; exit 7\n', { mode: 0o755 });
});

afterAll(async () => {
  await sidecar?.stop();
  remove();
});

const function_ = '() {  echo hijacked; exit 7\n}';
const hijacked = ['read', 'printf', 'kill', 'trap', 'wait', 'exec', 'mv', '.', 'return'];
const OUR_NAMES =
  'event body id client start old port token more reply answer taken source length limit rest watch here ' +
  'line named sent files others why quoted name parent home written';
const noise = Object.fromEntries(OUR_NAMES.split(' ').map((name) => [name, 'a[$(echo hijacked >&2)]']));

const ENVIRONMENTS: [what: string, more: Record<string, string>][] = [
  ['POSIXLY_CORRECT', { POSIXLY_CORRECT: '1' }],
  ['BASH_ENV and ENV that name a script', { BASH_ENV: hostile, ENV: hostile }],
  [
    'exported functions in place of builtins',
    Object.fromEntries(hijacked.map((name) => [`BASH_FUNC_${name}%%`, function_])),
  ],
  ['SHELLOPTS=errexit', { SHELLOPTS: 'errexit' }],
  ['SHELLOPTS=nounset', { SHELLOPTS: 'nounset' }],
  [
    'SHELLOPTS=xtrace:verbose:noglob:noclobber',
    { SHELLOPTS: 'xtrace:verbose:noglob:noclobber', PS4: '$(exit)' },
  ],
  ['BASHOPTS=failglob:nullglob:nocasematch', { BASHOPTS: 'failglob:nullglob:nocasematch', GLOBIGNORE: '*' }],
  ['an odd IFS', { IFS: '0123456789.-/aeiou' }],
  ['LANG=C', { LANG: 'C' }],
  ['LANG=C.UTF-8', { LANG: 'C.UTF-8', LC_ALL: 'C.UTF-8' }],
  ['a limit for every read (TMOUT)', { TMOUT: '1' }],
  ['our own variables, filled', noise],
  ['no PATH', { PATH: '' }],
  ['a PATH without anything', { PATH: '/nonexistent' }],
  ['an old BASH_COMPAT', { BASH_COMPAT: '3.2' }],
];

describe.each(ENVIRONMENTS)('in an environment with %s', (_what, more) => {
  test.for([STOP, SESSION_START])('$event goes live', FIVE_ATTEMPTS, async (hook) => {
    const { session_id: id } = newSession();
    const input = bodyOf(hook, { session_id: id, text: 'ü'.repeat(100_000) });
    expect(await runHook(hook, home, { input, more })).toMatchObject({ ...SILENT, stdout: '{}\n' });
    expect(await eventsOf(sidecar, id)).toMatchObject([{ via: 'live', bytes: Buffer.byteLength(input) }]);
  });

  test.for([STOP, SESSION_START])('$event is kept', FIVE_ATTEMPTS, async (hook, scope) => {
    const { home, folder } = makeHome(scope);
    nobodyListens(home);
    const input = bodyOf(hook, { text: 'ü'.repeat(100_000) });
    expect(await runHook(hook, home, { input, more, cwd: folder })).toMatchObject(SILENT);
    expect(spooled(home)).toMatchObject([{ name: expect.stringMatching(/^[^.].*\.event$/), mode: 0o600 }]);
    expect(spooled(home)[0]?.rest.toString()).toBe(input);
    expect(readdirSync(folder)).toEqual(['home']);
  });
});

test(
  'an event that takes long to come is read whole where reads have a limit (TMOUT)',
  FIVE_ATTEMPTS,
  async (scope) => {
    const { home } = makeHome(scope);
    const input = bodyOf(STOP, { last_assistant_message: 'x'.repeat(5_000_000) });
    await runHook(STOP, home, { input, more: { TMOUT: '600' } });
    expect(spooled(home)[0]?.rest.equals(Buffer.from(input))).toBe(true);
  },
);

test('with HOME alone, as `env -i` gives it', FIVE_ATTEMPTS, async (scope) => {
  const { folder } = makeHome(scope, { made: false });
  const place = homePaths(join(folder, '.holdfast'));
  mkdirSync(place.spool, { recursive: true });
  anyPort(place);
  const env = { HOME: folder };
  expect(await runHook(STOP, place, { env })).toMatchObject(SILENT);
  expect(spooled(place)).toHaveLength(1);
  const own = await makeSidecar(scope, place);
  expect(await runHook(STOP, place, { env })).toMatchObject({ ...SILENT, stdout: '{}\n' });
  expect(await eventsOf(own, 's-1')).toMatchObject([{ via: 'spool' }, { via: 'live' }]);
});

describe('in a locale with a decimal comma', () => {
  test.for([STOP, SESSION_START])(
    '$event goes live, and is kept in time',
    FIVE_ATTEMPTS,
    async (hook, scope) => {
      const place = makeHome(scope);
      const more = { LOCPATH: place.folder, LC_ALL: 'de_DE.UTF-8' };
      const target = join(place.folder, 'de_DE.UTF-8');
      const made = spawnSync('localedef', ['-i', 'de_DE', '-f', 'UTF-8', target], { stdio: 'ignore' });
      scope.skip(made.status !== 0, 'not run: localedef cannot make de_DE.UTF-8 here');
      const comma = ['-c', 'echo $EPOCHREALTIME'];
      const { stdout } = await runProgram('/bin/bash', { args: comma, env: { ...process.env, ...more } });
      expect(stdout).toContain(',');

      const { session_id: session } = newSession();
      const input = bodyOf(hook, { session_id: session });
      expect(await runHook(hook, home, { input, more })).toMatchObject({ ...SILENT, stdout: '{}\n' });
      expect(await eventsOf(sidecar, session)).toMatchObject([{ via: 'live' }]);
      expect(await runHook(hook, place.home, { input, more })).toMatchObject(SILENT);
      expect(spooled(place.home)).toMatchObject([{ rest: Buffer.from(input) }]);
      const run = () => runHook(hook, place.home, { input: null, more });
      expect(await inTime(hook, run)).toMatchObject(SILENT);
    },
  );
});

test('called by `bash -eu`, without a shebang to protect it, it still takes the event', async (scope) => {
  const { home } = makeHome(scope);
  nobodyListens(home);
  const args = ['-eu', '-o', 'pipefail', join(SCRIPTS, STOP.script)];
  const env = { PATH: process.env.PATH, HOLDFAST_HOME: home.root };
  expect(await runProgram('/bin/bash', { args, env, input: bodyOf(STOP) })).toMatchObject(SILENT);
  expect(spooled(home)).toHaveLength(1);
});
