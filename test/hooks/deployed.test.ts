import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { homePaths } from '../../sidecar/home/index.ts';
import { deployHooks, HOOK_ENTRIES, init } from '../../sidecar/setup/index.ts';
import type { RealSidecar } from '../kit/real-sidecar.ts';
import { cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';
import { FIVE_ATTEMPTS } from './in-time.ts';
import { anyPort, bodyOf, eventsOf, HOOKS, newSession, SILENT, startServing } from './run-hook.ts';

/** Of the first Holdfast one library did everything; those of 0.1.0 are in two parts, as today. */
const FIXTURES = join(import.meta.dirname, '..', 'fixtures');
const OLDER = [
  ['the first version', 'first-hooks'],
  ['0.1.0', 'hooks-0.1.0'],
] as const;

const PERSON = `a person's "home" with spaces, $PATH and ü`;
const { folder, remove } = temporaryHome({ made: false });
const person = join(folder, PERSON);
const home = homePaths(join(person, '.holdfast'));
const project = join(folder, 'project');
let sidecar: RealSidecar;

beforeAll(async () => {
  for (const made of [person, project]) mkdirSync(made, { recursive: true });
  expect(init({ home, project, env: { HOME: person } }).ok).toBe(true);
  anyPort(home);
  sidecar = await startServing(home);
});

afterAll(async () => {
  await sidecar?.stop();
  remove();
});

/** As it stands in the settings file that `init` wrote. */
function registered(event: string): string {
  const { hooks } = JSON.parse(readFileSync(join(project, '.claude', 'settings.json'), 'utf8'));
  return hooks[event][0].hooks[0].command;
}

const WAYS: [name: string, program: string, args: string[], env: NodeJS.ProcessEnv][] = [
  ['sh', '/bin/sh', ['-c'], { PATH: process.env.PATH, HOME: person }],
  ['bash', '/bin/bash', ['-c'], { PATH: process.env.PATH, HOME: person, SHLVL: '1' }],
  [
    'bash --posix, called sh',
    '/bin/bash',
    ['--posix', '-c'],
    { PATH: process.env.PATH, HOME: person, SHLVL: '1' },
  ],
  ['sh with nothing but HOME', '/bin/sh', ['-c'], { HOME: person }],
];

describe.each(WAYS)('deployed, by the command as registered, in %s', (_name, program, args, env) => {
  test.for(HOOKS)('$event delivers exactly one event', FIVE_ATTEMPTS, async (hook) => {
    const session = newSession();
    const run = await runProgram(program, {
      args: [...args, registered(hook.event)],
      env,
      input: bodyOf(hook, session),
      cwd: project,
    });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const events = await until('the event', async () => {
      const found = await eventsOf(sidecar, session.session_id);
      return found.length > 0 && found;
    });
    expect(events.map(({ event, source }) => [event, source])).toEqual([[hook.event, 'settings']]);
  });
});

test.for(HOOKS)('$event with no environment at all is silent and exits 0', async (hook) => {
  const session = newSession();
  const run = await runProgram('/bin/sh', {
    args: ['-c', registered(hook.event)],
    env: {},
    input: bodyOf(hook, session),
    cwd: project,
  });
  expect(run).toMatchObject(SILENT);
  expect(await eventsOf(sidecar, session.session_id)).toEqual([]);
});

describe.each(OLDER)('the scripts of %s', (_version, fixture) => {
  const scripts = join(folder, fixture);
  beforeAll(() => copyScripts(scripts));

  function copyScripts(to: string): void {
    const isScript = (name: string) => !name.endsWith('.json');
    cpSync(join(FIXTURES, fixture), to, { recursive: true, filter: isScript });
  }

  test.for(HOOKS)('$event reaches this sidecar, once', FIVE_ATTEMPTS, async (hook) => {
    const session = newSession();
    const run = await runProgram(join(scripts, hook.script), {
      env: cleanEnvironment(home),
      input: bodyOf(hook, session),
    });
    expect(run).toMatchObject({ code: 0, stderr: '' });
    const events = await until('the event', async () => {
      const found = await eventsOf(sidecar, session.session_id);
      return found.length > 0 && found;
    });
    expect(events.map(({ event }) => event)).toEqual([hook.event]);
  });

  test('are known as ours, and replaced', () => {
    const other = temporaryHome();
    try {
      copyScripts(other.home.hooks);
      const [report, ...left] = deployHooks(other.home);
      expect(report?.outcome).toBe('changed');
      expect(left).toEqual([]);
      for (const { script } of HOOK_ENTRIES) {
        expect(readFileSync(join(other.home.hooks, script))).toEqual(readFileSync(join(home.hooks, script)));
      }
    } finally {
      other.remove();
    }
  });
});
