import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { type HomePaths, readEndpoint } from '../../sidecar/home/index.ts';
import { CLI, callApi, cleanEnvironment } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { until } from '../kit/until.ts';
import { answering, fakeSidecar, response } from './fake-sidecar.ts';
import { FIVE_ATTEMPTS } from './in-time.ts';
import { newMark, processesWith } from './processes.ts';
import {
  HOOKS,
  makeHome,
  nobodyListens,
  type Row,
  runHook,
  SESSION_START,
  SILENT,
  spooled,
} from './run-hook.ts';

/** Two processes of node, one after the other, on a machine that may be busy. */
const PATIENCE_MS = 25_000;
const SLOW = { timeout: 90_000, ...FIVE_ATTEMPTS };

function launch(home: HomePaths, node: string, cli: string): void {
  writeFileSync(home.launch, `${node}\n${cli}\n`, { mode: 0o600 });
}

/** Stands for node: notes that it was started, and waits for a word before it goes on. */
function waitingNode(home: HomePaths, folder: string) {
  const started = join(folder, 'started');
  const goOn = join(folder, 'go-on');
  const script = join(folder, 'waiting-node');
  const text = `#!/bin/bash
    echo "$HOLDFAST_HOME $*" >>${started}
    for ((i = 0; i < 400; i++)); do [ -e ${goOn} ] && exec ${process.execPath} "$@"; sleep 0.05; done\n`;
  writeFileSync(script, text, { mode: 0o755 });
  launch(home, script, CLI);
  return { started, letGo: () => writeFileSync(goOn, '') };
}

describe('without a sidecar', () => {
  test('it is started, and not waited for; it takes the event', SLOW, async (scope) => {
    const { home, folder } = makeHome(scope);
    const mark = newMark();
    const { started, letGo } = waitingNode(home, folder);
    scope.onTestFinished(async () => {
      letGo();
      await runProgram(process.execPath, { args: [CLI, 'stop'], env: cleanEnvironment(home) });
      await until('the sidecar to be gone', () => processesWith(mark).length === 0);
    });

    expect(await runHook(SESSION_START, home, { more: mark })).toMatchObject(SILENT);
    await until('node to be started', () => existsSync(started));
    expect(readFileSync(started, 'utf8')).toBe(`${home.root} ${CLI} start\n`);
    expect(readEndpoint(home)).toBeNull();
    expect(spooled(home)).toHaveLength(1);

    letGo();
    await until('the sidecar to serve', () => readEndpoint(home), PATIENCE_MS);
    const events = await until(
      'the event to be taken',
      async () => {
        const { body } = await callApi<{ events: Row[] }>(home, '/events');
        return body.events.length > 0 && body.events;
      },
      PATIENCE_MS,
    );
    expect(events).toMatchObject([{ event: 'SessionStart', via: 'spool' }]);
    expect((await runHook(SESSION_START, home, { more: mark })).stdout).toBe('{}\n');
  });

  test('a session that starts while one is being started loses nothing', SLOW, async (scope) => {
    const { home } = makeHome(scope);
    const mark = newMark();
    launch(home, process.execPath, CLI);
    scope.onTestFinished(async () => {
      await runProgram(process.execPath, { args: [CLI, 'stop'], env: cleanEnvironment(home) });
      await until('the sidecar to be gone', () => processesWith(mark).length === 0);
    });
    const starts = await Promise.all([1, 2, 3].map(() => runHook(SESSION_START, home, { more: mark })));
    for (const ended of starts) expect(ended).toMatchObject({ code: 0, stderr: '' });
    await until(
      'the three events to be taken',
      async () => {
        const { body } = await callApi<{ events: Row[] }>(home, '/events').catch(() => ({ body: null }));
        return body?.events.length === 3;
      },
      PATIENCE_MS,
    );
    expect(existsSync(home.notRunning)).toBe(false);
  });

  test('none is started while state/hold is there', async (scope) => {
    const { home, folder } = makeHome(scope);
    const mark = newMark();
    const { started } = waitingNode(home, folder);
    writeFileSync(home.hold, '');
    expect(await runHook(SESSION_START, home, { more: mark })).toMatchObject(SILENT);
    // Either it would still be waiting, or it would have left its note.
    expect(processesWith(mark)).toEqual([]);
    expect(existsSync(started)).toBe(false);
    expect(spooled(home)).toHaveLength(1);
  });

  test.for(HOOKS.filter((hook) => hook !== SESSION_START))('$event starts none', async (hook, scope) => {
    const { home, folder } = makeHome(scope);
    const mark = newMark();
    const { started } = waitingNode(home, folder);
    expect(await runHook(hook, home, { more: mark })).toMatchObject(SILENT);
    expect(processesWith(mark)).toEqual([]);
    expect(existsSync(started)).toBe(false);
  });

  test.for([
    { what: 'names a node that is not there', text: '/nonexistent/node\n/x/cli.js\n', leaves: true },
    {
      what: 'names a command line that is not there',
      text: `${process.execPath}\n/nonexistent/cli.js\n`,
      leaves: true,
    },
    { what: 'has no second line', text: '/nonexistent/node\n', leaves: false },
    { what: 'is empty', text: '', leaves: false },
  ])('a launch file that $what', async ({ text, leaves }, scope) => {
    const { home } = makeHome(scope);
    const mark = newMark();
    writeFileSync(home.launch, text);
    expect(await runHook(SESSION_START, home, { more: mark })).toMatchObject(SILENT);
    await until('the attempt to be over', () => processesWith(mark).length === 0);
    expect(existsSync(home.notRunning)).toBe(leaves);
    if (!leaves) return;
    expect(readFileSync(home.notRunning, 'utf8')).toMatch(
      /^Holdfast is not running: .* Run: holdfast start\n$/,
    );
    const { stdout } = await runHook(SESSION_START, home, { more: mark });
    expect(JSON.parse(stdout)).toEqual({ systemMessage: readFileSync(home.notRunning, 'utf8').trimEnd() });
    await until('the attempt to be over', () => processesWith(mark).length === 0);
  });
});

describe('state/not-running', () => {
  const NOTE = 'Not "running": C:\\path\\n \\" \t tab, \x1b[1m bold, ü 日本 🙂, 100%s & \\& $(x) `x` *';

  test('is told as valid JSON when a session starts', async (scope) => {
    const { home } = makeHome(scope);
    nobodyListens(home);
    for (const end of ['\n', '', '\r\nsecond line\n']) {
      writeFileSync(home.notRunning, NOTE + end);
      const ended = await runHook(SESSION_START, home);
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      const expected = NOTE.replaceAll('\t', ' ').replaceAll('\x1b', ' ') + (end.startsWith('\r') ? ' ' : '');
      expect(JSON.parse(ended.stdout)).toEqual({ systemMessage: expected });
    }
  });

  test('nothing is told where it is empty or a folder', async (scope) => {
    const { home } = makeHome(scope);
    writeFileSync(home.notRunning, '');
    expect(await runHook(SESSION_START, home)).toMatchObject(SILENT);
    const other = makeHome(scope).home;
    mkdirSync(other.notRunning);
    expect(await runHook(SESSION_START, other)).toMatchObject(SILENT);
  });

  test.for(HOOKS.filter((hook) => hook !== SESSION_START))('$event does not tell', async (hook, scope) => {
    const { home } = makeHome(scope);
    writeFileSync(home.notRunning, NOTE);
    expect(await runHook(hook, home)).toMatchObject(SILENT);
  });

  test('is not told where a sidecar answers', async (scope) => {
    const { home } = makeHome(scope);
    writeFileSync(home.notRunning, NOTE);
    await fakeSidecar(scope, home, answering(response(200, '{}')));
    expect((await runHook(SESSION_START, home)).stdout).toBe('{}\n');
  });
});
