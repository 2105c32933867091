import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { processStart } from '../../sidecar/machine/index.ts';
import { cleanEnvironment, type RealSidecar } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { answering, fakeSidecar, response } from './fake-sidecar.ts';
import { NO_UNSHARE, UNSHARE } from './rights.ts';
import {
  anyPort,
  bodyOf,
  HOOKS,
  makeHome,
  runHook,
  SCRIPTS,
  SESSION_START,
  STOP,
  spooled,
  startServing,
} from './run-hook.ts';

const { home, folder, remove } = temporaryHome();
let sidecar: RealSidecar;

beforeAll(async () => {
  anyPort(home);
  sidecar = await startServing(home);
});

afterAll(async () => {
  await sidecar?.stop();
  remove();
});

type Session = { pid: number | null; processStart: string | null };

async function sessionOf(id: string): Promise<Session> {
  const { body } = await sidecar.api<Session>(`/sessions/${id}`);
  return { pid: body.pid, processStart: body.processStart };
}

const MYSELF = { pid: process.pid, processStart: processStart(process.pid) };
const SCRIPT = join(SCRIPTS, SESSION_START.script);
const AS_REGISTERED = `"${SCRIPT}" 2>/dev/null || :`;

/** Its name holds what /proc/…/stat has around names: a space, a parenthesis; and a newline. */
const RENAMED = `
  process.title = 'a) S (\\nb';
  require('node:child_process').spawnSync('/bin/sh', ['-c', process.argv[1]], { stdio: ['inherit', 'ignore'] });
  const stat = require('node:fs').readFileSync('/proc/self/stat', 'latin1');
  console.log(JSON.stringify({ pid: process.pid, processStart: stat.split(') ').at(-1).split(' ')[19] }));`;

describe('a session that starts', () => {
  test.for([
    { how: 'by the registered command', program: '/bin/sh', args: ['-c', AS_REGISTERED] },
    { how: 'directly', program: SCRIPT, args: [] },
    {
      how: 'through three shells',
      program: '/bin/bash',
      args: ['-c', `sh -c 'bash -c "${SCRIPT}; :"; :'; :`],
    },
  ])('$how belongs to the first ancestor that is no shell', async ({ how, program, args }) => {
    const session = how.replaceAll(' ', '-');
    const input = bodyOf(SESSION_START, { session_id: session });
    await runProgram(program, { args, input, env: cleanEnvironment(home, { SHLVL: '1' }) });
    expect(await sessionOf(session)).toEqual(MYSELF);
  });

  test('belongs to a client of an odd name', async (scope) => {
    const { home } = makeHome(scope);
    const options = { args: ['-e', RENAMED, AS_REGISTERED], input: bodyOf(SESSION_START) };
    const { stdout } = await runProgram(process.execPath, { ...options, env: cleanEnvironment(home) });
    const client = JSON.parse(stdout) as Session;
    expect(spooled(home)[0]?.firstLine).toMatch(new RegExp(` ${client.pid} ${client.processStart}$`));
  });

  test('belongs to nobody where all ancestors are shells', async (scope) => {
    scope.skip(!UNSHARE, NO_UNSHARE);
    const input = bodyOf(SESSION_START, { session_id: 'orphan' });
    const args = [...(UNSHARE ?? []), '--pid', '--fork', '--mount-proc', '/bin/sh', '-c', AS_REGISTERED];
    await runProgram('unshare', { args, input, env: cleanEnvironment(home) });
    expect(await sessionOf('orphan')).toEqual({ pid: null, processStart: null });
  });

  test('keeps its process through the spool', async (scope) => {
    const { home } = makeHome(scope);
    await runHook(SESSION_START, home);
    expect(spooled(home)[0]?.firstLine).toMatch(new RegExp(` ${MYSELF.pid} ${MYSELF.processStart}$`));
  });
});

describe('CLAUDE_PID', () => {
  test.for(HOOKS)('is sent by $event', async (hook, scope) => {
    const { home } = makeHome(scope);
    const { requests } = await fakeSidecar(scope, home, answering(response(200, '{}')));
    await runHook(hook, home, { more: { CLAUDE_PID: '4242' } });
    expect(requests[0]).toMatch(/\r\nx-holdfast-client: 4242\r\n/);
  });

  test('makes the session that of the process', async () => {
    const input = bodyOf(STOP, { session_id: 'named' });
    await runHook(STOP, home, { input, more: { CLAUDE_PID: String(sidecar.pid) } });
    const named = { pid: sidecar.pid, processStart: processStart(sidecar.pid) };
    expect(await sessionOf('named')).toEqual(named);
  });

  test('is kept with its start time through the spool', async (scope) => {
    const { home } = makeHome(scope);
    await runHook(STOP, home, { more: { CLAUDE_PID: String(process.pid) } });
    expect(spooled(home)[0]?.firstLine).toMatch(new RegExp(` ${MYSELF.pid} ${MYSELF.processStart}$`));
  });

  test.for(['', 'x', '-1', '1 2', '12\r\nx-evil: 1', '12345678901', '$(echo 1)'])(
    'that is no process id (%j) costs no event',
    async (CLAUDE_PID) => {
      const session = `odd-${Buffer.from(CLAUDE_PID).toString('hex')}`;
      for (const hook of [STOP, SESSION_START]) {
        const input = bodyOf(hook, { session_id: `${session}-${hook.event}` });
        expect(await runHook(hook, home, { input, more: { CLAUDE_PID } })).toMatchObject({ stdout: '{}\n' });
      }
      expect(await sessionOf(`${session}-Stop`)).toEqual({ pid: null, processStart: null });
      expect(await sessionOf(`${session}-SessionStart`)).toEqual(MYSELF);
    },
  );

  test('that names no process leaves one that ended out of the spool line', async (scope) => {
    const { home } = makeHome(scope);
    await runHook(STOP, home, { more: { CLAUDE_PID: '4194999' } }); // Above the highest that Linux gives.
    expect(spooled(home)[0]?.firstLine).toMatch(/ 4194999 -$/);
  });
});

test('the other events alone name nobody', async () => {
  const hook = STOP;
  await runHook(hook, home, { input: bodyOf(hook, { session_id: 'unnamed' }), cwd: folder });
  expect(await sessionOf('unnamed')).toEqual({ pid: null, processStart: null });
});
