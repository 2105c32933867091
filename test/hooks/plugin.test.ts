import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HomePaths, readEndpoint } from '../../sidecar/home/index.ts';
import { PACKAGE_ROOT } from '../../sidecar/machine/index.ts';
import { AFTER_INIT } from '../kit/after-init.ts';
import { CLI, callApi, cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { until } from '../kit/until.ts';
import { FIVE_ATTEMPTS } from './in-time.ts';
import { newMark, processesWith } from './processes.ts';
import {
  bodyOf,
  HOOKS,
  type Hook,
  makeHome,
  type Scope,
  SESSION_START,
  SILENT,
  startServing,
} from './run-hook.ts';

const SLOW = { timeout: 90_000, ...FIVE_ATTEMPTS };
const { hooks: REGISTERED } = JSON.parse(
  readFileSync(join(PACKAGE_ROOT, 'templates', 'plugin', 'hooks', 'hooks.json'), 'utf8'),
) as { hooks: Record<string, [{ hooks: [{ command: string }] }]> };

/** A machine with the plugin in its client's cache, and nothing else of Holdfast. */
function machineWithPlugin(scope: Scope, { made = true } = {}) {
  const { home, folder } = makeHome(scope, { made });
  const cache = join(folder, 'the "cache" of $HOME', '0.1.0');
  cpSync(join(PACKAGE_ROOT, 'templates', 'plugin'), cache, { recursive: true });
  const programs = join(folder, 'programs');
  mkdirSync(programs);
  const mark = newMark();
  scope.onTestFinished(async () => {
    // A start that is under way would come up again behind the stop.
    await until('no start to be under way', () => processesWith(mark).length <= 1);
    await runProgram(process.execPath, { args: [CLI, 'stop'], env: cleanEnvironment(home) });
    await until('every process to be gone', () => processesWith(mark).length === 0);
  });

  /** As the client runs it: the registered command, by sh. */
  function hear(hook: Hook, more: Record<string, string> = {}) {
    const command = REGISTERED[hook.event]?.[0].hooks[0].command ?? '';
    const env = { ...cleanEnvironment(home), ...mark, CLAUDE_PLUGIN_ROOT: cache, ...more };
    return runProgram('/bin/sh', {
      args: ['-c', command],
      input: bodyOf(hook),
      env: { ...env, PATH: `${programs}:/usr/bin:/bin` },
    });
  }

  /** What `npm install -g` leaves on the PATH. */
  function installHoldfast(): void {
    const text = `#!/bin/sh\nexec "${process.execPath}" "${CLI}" "$@"\n`;
    writeFileSync(join(programs, 'holdfast'), text, { mode: 0o755 });
  }
  return { home, folder, mark, hear, installHoldfast };
}

const configOf = (home: HomePaths) => JSON.parse(readFileSync(home.config, 'utf8'));

describe('the plugin without Holdfast', () => {
  test.for([{ made: false }, { made: true }])(
    'says once a session how to install it (home: $made), and makes nothing',
    async ({ made }, scope) => {
      const { home, hear } = machineWithPlugin(scope, { made });
      const start = await hear(SESSION_START);
      expect(start).toMatchObject({ code: 0, stderr: '' });
      expect(JSON.parse(start.stdout)).toEqual({
        systemMessage: expect.stringMatching(
          /not installed.* Run: npm install -g holdfast && holdfast start$/,
        ),
      });
      for (const hook of HOOKS.filter((one) => one !== SESSION_START)) {
        expect(await hear(hook), hook.event).toMatchObject(SILENT);
      }
      expect(existsSync(home.root)).toBe(made);
    },
  );

  test('is silent where the person holds the sidecar down', async (scope) => {
    const { home, hear, installHoldfast } = machineWithPlugin(scope);
    installHoldfast();
    writeFileSync(home.hold, '');
    expect(await hear(SESSION_START)).toMatchObject(SILENT);
    expect(existsSync(home.plugin)).toBe(false);
  });

  test('says so too where what was installed is gone', async (scope) => {
    const { home, hear } = machineWithPlugin(scope);
    writeFileSync(home.launch, `${process.execPath}\n/nonexistent/index.js\n`);
    expect((await hear(SESSION_START)).stdout).toContain('npm install -g holdfast');
  });
});

describe("the plugin's first session", () => {
  test('finds holdfast on the PATH, starts it, and sets what init sets', SLOW, async (scope) => {
    const { home, mark, hear, installHoldfast } = machineWithPlugin(scope);
    installHoldfast();
    expect(await hear(SESSION_START)).toMatchObject(SILENT);
    await until('the sidecar to serve', () => readEndpoint(home));
    await until('the start to be over', () => processesWith(mark).length === 1);
    expect(configOf(home)).toEqual({ server: { port: 0 }, ...AFTER_INIT });
    // Its runs' hooks would otherwise all say that they are the plugin's.
    const { pid } = (await callApi<{ pid: number }>(home, '/health')).body;
    expect(readFileSync(`/proc/${pid}/environ`, 'latin1')).not.toContain('HOLDFAST_SOURCE');
  });

  test('where there is no home starts it all the same', SLOW, async (scope) => {
    const { home, hear, installHoldfast } = machineWithPlugin(scope, { made: false });
    installHoldfast();
    expect(await hear(SESSION_START)).toMatchObject(SILENT);
    await until('the sidecar to serve', () => readEndpoint(home));
    expect(configOf(home)).toEqual(AFTER_INIT);
  });

  test(
    'with a sidecar that runs already restarts it, once; what is taken out stays out',
    SLOW,
    async (scope) => {
      const { home, mark, hear } = machineWithPlugin(scope);
      await startServing(home);
      const instance = async () => (await callApi<{ instance: string }>(home, '/health')).body.instance;
      const first = await instance();
      expect((await hear(SESSION_START)).stdout).toBe('{}\n');
      const second = await until('another instance', async () => {
        const now = await instance().catch(() => first);
        return now !== first && now;
      });
      await until('the start to be over', () => processesWith(mark).length === 1);
      expect(configOf(home)).toEqual({ server: { port: 0 }, ...AFTER_INIT });

      await callApi(home, '/events');
      writeFileSync(home.config, '{"server":{"port":0}}');
      expect((await hear(SESSION_START)).code).toBe(0);
      // Where the machine is busy the event went to the spool, and a start found that one runs already.
      await until('a start to be over', () => processesWith(mark).length === 1);
      expect(await instance()).toBe(second);
      expect(configOf(home)).toEqual({ server: { port: 0 } });
    },
  );
});
