import { existsSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HomePaths, homePaths } from '../../sidecar/home/index.ts';
import { deployHooks } from '../../sidecar/setup/index.ts';
import { cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { FIVE_ATTEMPTS } from './in-time.ts';
import {
  anyPort,
  bodyOf,
  changedScripts,
  eventsOf,
  HOOKS,
  makeHome,
  makeSidecar,
  runHook,
  SCRIPTS,
  type Scope,
  SILENT,
  STOP,
  spooled,
} from './run-hook.ts';

const ODD = `a home, "quoted" 'twice' $HOME \`x\` \\n %s [!.]* ü 日本`;

function oddHome(scope: Scope): HomePaths {
  const home = homePaths(join(makeHome(scope, { made: false }).folder, ODD));
  mkdirSync(home.spool, { recursive: true });
  mkdirSync(home.state);
  anyPort(home);
  return home;
}

describe('a home of special characters', () => {
  test('keeps every event', async (scope) => {
    const home = oddHome(scope);
    for (const hook of HOOKS) expect(await runHook(hook, home)).toMatchObject(SILENT);
    expect(spooled(home)).toHaveLength(HOOKS.length);
  });

  test(
    'has a sidecar that takes every event, also from scripts deployed in it',
    FIVE_ATTEMPTS,
    async (scope) => {
      const home = oddHome(scope);
      const sidecar = await makeSidecar(scope, home);
      deployHooks(home);
      for (const folder of [SCRIPTS, home.hooks]) {
        for (const hook of HOOKS) await runHook(hook, home, { folder });
      }
      const events = await eventsOf(sidecar, 's-1');
      expect(events).toHaveLength(2 * HOOKS.length);
      for (const row of events) expect(row.via).toBe('live');
    },
  );
});

describe('deployed scripts', () => {
  test.for(HOOKS)('$event takes its home from where it lies', async (hook, scope) => {
    const { home } = makeHome(scope);
    const other = makeHome(scope).home;
    deployHooks(home);
    expect(existsSync(join(home.hooks, 'manifest.json'))).toBe(true);
    expect(await runHook(hook, other, { folder: home.hooks })).toMatchObject(SILENT);
    expect(spooled(other)).toEqual([]);
    expect(spooled(home)).toHaveLength(1);
  });

  test.for(HOOKS)('$event runs as registered', async (hook, scope) => {
    const { home, folder } = makeHome(scope);
    deployHooks(home);
    const command = `"\${HOLDFAST_HOME:-$HOME/.holdfast}"/hooks/${hook.script} 2>/dev/null || :`;
    const run = (env: NodeJS.ProcessEnv) =>
      runProgram('/bin/sh', { args: ['-c', command], env, input: bodyOf(hook), cwd: folder });
    expect(await run(cleanEnvironment(home))).toMatchObject(SILENT);
    expect(spooled(home)).toHaveLength(1);
    symlinkSync(home.root, join(folder, '.holdfast'));
    expect(await run({ PATH: process.env.PATH, HOME: folder })).toMatchObject(SILENT);
    expect(spooled(home)).toHaveLength(2);
  });
});

describe('the script is found', () => {
  const place = (scope: Scope) => {
    const { home, folder } = makeHome(scope);
    const env = cleanEnvironment(home);
    return { home, folder, options: { env, input: bodyOf(STOP) } };
  };

  test('through a symbolic link to it, and a link to that', async (scope) => {
    const { home, folder, options } = place(scope);
    const link = join(folder, 'link.sh');
    symlinkSync(join(SCRIPTS, STOP.script), link);
    symlinkSync('link.sh', join(folder, 'second.sh'));
    expect(await runProgram(link, options)).toMatchObject(SILENT);
    expect(await runProgram('./second.sh', { ...options, cwd: folder })).toMatchObject(SILENT);
    expect(spooled(home)).toHaveLength(2);
  });

  test.for(HOOKS)('through a symbolic link: $event', async (hook, scope) => {
    const { home, folder } = place(scope);
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    symlinkSync(join(SCRIPTS, hook.script), join(bin, hook.script));
    expect(await runHook(hook, home, { folder: bin })).toMatchObject(SILENT);
    expect(spooled(home)).toHaveLength(1);
  });

  test('through a linked folder', async (scope) => {
    const { home, folder } = place(scope);
    symlinkSync(SCRIPTS, join(folder, 'linked'));
    expect(await runHook(STOP, home, { folder: join(folder, 'linked') })).toMatchObject(SILENT);
    expect(spooled(home)).toHaveLength(1);
  });

  test.for([
    { how: 'by a relative path', program: './scripts/stop.sh', args: [], in: '.' },
    { how: 'by `./` in its own folder', program: './stop.sh', args: [], in: 'scripts' },
    { how: 'as `bash stop.sh` in its own folder', program: '/bin/bash', args: ['stop.sh'], in: 'scripts' },
    { how: 'as `bash scripts/stop.sh`', program: '/bin/bash', args: ['scripts/stop.sh'], in: '.' },
  ])('$how', async ({ program, args, in: within }, scope) => {
    const { home, folder, options } = place(scope);
    changedScripts(join(folder, 'scripts'));
    const ended = await runProgram(program, { args, ...options, cwd: join(folder, within) });
    expect(ended).toMatchObject(SILENT);
    expect(spooled(home)).toHaveLength(1);
  });

  test('and without its library it is silent and exits 0', async (scope) => {
    const { home, folder } = place(scope);
    const scripts = changedScripts(join(folder, 'scripts'));
    for (const name of ['lib.sh', 'lib-rare.sh']) rmSync(join(scripts, name));
    expect(await runHook(STOP, home, { folder: scripts })).toMatchObject(SILENT);
    expect(spooled(home)).toEqual([]);
  });
});
