import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { CLI, cleanEnvironment, type RealSidecar, startRealSidecar } from '../kit/real-sidecar.ts';
import { runProgram } from '../kit/run-program.ts';
import { type TemporaryHome, temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';

let place: TemporaryHome;
let sidecar: RealSidecar;

async function send(event: string, body: object): Promise<void> {
  const answer = await sidecar.api(`/hook/${event}`, { method: 'POST', body: JSON.stringify(body) });
  expect(answer.status).toBe(200);
}

beforeAll(async () => {
  place = temporaryHome();
  mkdirSync(join(place.folder, 'project'));
  sidecar = await startRealSidecar(place.home);
  await send('SessionStart', { session_id: 's1', source: 'startup', cwd: join(place.folder, 'project') });
  await send('PreToolUse', { session_id: 's1', tool_name: 'Bash' });
  await send('StopFailure', { session_id: 's2', error: 'rate_limit' });
  await send('PreToolUse', { session_id: 'odd', tool_name: '\u001b[31mred\u001b]0;title\u0007\r\nx' });
});
afterAll(async () => {
  await sidecar.stop();
  place.remove();
});

const say = (...args: string[]) => holdfast(place.home, args);

describe('status', () => {
  test('of a running sidecar exits 0, and --json tells it all', async () => {
    const { code, stdout } = await say('status', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({
      running: true,
      pid: sidecar.pid,
      port: expect.any(Number),
      version: expect.any(String),
      startedAt: expect.stringMatching(/^\d{4}-.*Z$/),
      home: place.home.root,
      spool: { waiting: 0, rejected: 0, overflow: false },
      lastFailure: null,
    });
    expect((await say('status')).stdout).toContain(`process ${sidecar.pid}`);
  });
});

describe('sessions', () => {
  test('as a table, and as JSON', async () => {
    const table = await say('sessions');
    expect(table).toMatchObject({ code: 0, stderr: '' });
    expect(table.stdout).toMatch(/s1 +in_turn +\S+\/project +0 +1 +Bash/);
    expect(table.stdout).toContain('stalled (rate_limit)');
    const json = await say('sessions', '--json', '--limit', '1');
    expect(JSON.parse(json.stdout)).toMatchObject({
      sessions: [{ id: 'odd' }],
      nextCursor: expect.any(String),
    });
    const some = await say('sessions', '--state', 'stalled', '--json');
    expect(JSON.parse(some.stdout).sessions).toMatchObject([{ id: 's2', reason: 'rate_limit' }]);
  });

  test('one of them in detail: how it stands, how that is known, and what is undone', async () => {
    const { code, stdout, stderr } = await say('sessions', 's1');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toMatch(/^s1\n +state +in_turn\n +why +No hook could name its process\.\n/);
    expect(stdout).toContain('undone now:\n  Bash was running.\n');
    const json = await say('sessions', 's1', '--json');
    expect(JSON.parse(json.stdout)).toMatchObject({ id: 's1', alive: null, plan: null, reaped: null });
    // What a tool calls itself must not reach the terminal as it is.
    expect((await say('sessions', 'odd')).stdout).not.toContain('\u001b');
    expect(await say('sessions', 'nobody')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('No session nobody is known.'),
    });
  });

  test.each([
    ['--state', 'asleep'],
    ['--limit', 'x'],
    ['--limit', '0'],
  ])('%s %s is bad usage', async (...args) => {
    const { code, stderr } = await say('sessions', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(`${args[0].slice(2)}: `);
  });
});

describe('events', () => {
  test('the last ones, those after a number, those of a session', async () => {
    const seqs = async (...args: string[]) =>
      JSON.parse((await say('events', '--json', ...args)).stdout).events.map(
        ({ seq }: { seq: number }) => seq,
      );
    expect(await seqs()).toEqual([1, 2, 3, 4]);
    expect(await seqs('--limit', '2')).toEqual([3, 4]);
    expect(await seqs('--after', '1', '--limit', '2')).toEqual([2, 3]);
    expect(await seqs('--session', 's1')).toEqual([1, 2]);
  });

  test('what a tool was called cannot reach the terminal', async () => {
    for (const verb of ['events', 'sessions']) {
      const { stdout } = await say(verb);
      expect(stdout.replaceAll('\n', '')).not.toMatch(/\p{Cc}/u);
    }
  });

  test('without a terminal there is no colour, with and without NO_COLOR', async () => {
    for (const env of [{ NO_COLOR: '1' }, { NO_COLOR: '' }]) {
      for (const verb of ['events', 'status']) {
        expect((await holdfast(place.home, [verb], { env })).stdout).not.toContain('\u001b');
      }
    }
  });

  test.each(['--after', '--limit'])('%s with what is no number is bad usage', async (option) => {
    expect((await say('events', option, 'x')).code).toBe(2);
    expect((await say('events', '--follow', option, 'x')).code).toBe(2);
  });

  test('a reader that has enough (`| head -1`) ends it quietly', async () => {
    for (let i = 0; i < 40; i++)
      await send('UserPromptSubmit', { session_id: 'many', prompt: 'p'.repeat(100) });
    const { code, stdout, stderr } = await runProgram('bash', {
      args: ['-c', `set -o pipefail; "${process.execPath}" "${CLI}" events --json --limit 1000 | head -1`],
      env: cleanEnvironment(place.home),
    });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '{\n', stderr: '' });
  });
});

describe('events --follow', () => {
  function follow(...args: string[]) {
    const env = cleanEnvironment(place.home);
    const child: ChildProcess = spawn(process.execPath, [CLI, 'events', '--follow', '--json', ...args], {
      env,
    });
    onTestFinished(() => void child.kill('SIGKILL'));
    let printed = '';
    child.stdout?.on('data', (text) => (printed += text));
    child.stderr?.on('data', (text) => (printed += `stderr: ${text}`));
    const ids = () =>
      printed
        .split('\n')
        .slice(0, -1) // A line that is still being written is none yet.
        .map((line) => JSON.parse(line).sessionId);
    return { child, ids };
  }

  test('shows what comes, each once, also across a restart of the sidecar', async () => {
    const { child, ids } = follow('--session', 'followed');
    await send('Stop', { session_id: 'followed' });
    await until('the first', () => ids().length === 1);
    await sidecar.stop();
    sidecar = await startRealSidecar(place.home);
    await send('SessionStart', { session_id: 'followed', source: 'resume' });
    await until('the second', () => ids().length === 2);
    await sidecar.kill();
    sidecar = await startRealSidecar(place.home);
    await send('SessionEnd', { session_id: 'followed' });
    await until('the third', () => ids().length === 3);
    expect(ids()).toEqual(['followed', 'followed', 'followed']);
    expect(child.exitCode).toBeNull();
    child.kill('SIGINT');
    await once(child, 'exit');
  });
});

describe('forget', () => {
  test('by a relative directory and by session, without a question where there is no terminal', async () => {
    await send('SessionStart', { session_id: 'here', source: 'startup', cwd: join(place.folder, 'project') });
    const project = await holdfast(place.home, ['forget', '--project', 'project', '--json'], {
      cwd: place.folder,
    });
    expect(project.code).toBe(0);
    expect(JSON.parse(project.stdout)).toMatchObject({ sessions: 2 });
    expect((await say('forget', '--session', 's2')).stdout).toBe(
      'Forgotten: 1 sessions, 1 events, 0 promises, 0 claims, 0 tool calls, 0 rejected files.\n',
    );
    expect((await sidecar.api('/sessions/s1')).status).toBe(404);
  });
});

describe('an answer that this version does not know', () => {
  async function answering(body: string, type = 'application/json') {
    const home = livelyHome();
    const server = createServer((_request, response) => {
      response.writeHead(409, { 'content-type': type });
      response.end(body);
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    onTestFinished(() => void server.close());
    writeFileSync(home.endpoint, `${(server.address() as AddressInfo).port} ${'t'.repeat(43)}\n`);
    return home;
  }

  test('an error of a newer sidecar is told as it is', async () => {
    const home = await answering('{"error":{"code":"OF_TOMORROW","message":"Not now.","hint":"Later."}}');
    const { code, stderr } = await holdfast(home, ['sessions']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: 'holdfast: Not now.\n  → Later.\n' });
  });

  test.each([
    ['<html>hello</html>', 'text/html'],
    ['', 'text/plain'],
    ['null', 'application/json'],
    ['[]', 'application/json'],
  ])('another program that took the port and says %j is no sidecar', async (body, type) => {
    const { code, stdout, stderr } = await holdfast(await answering(body, type), ['sessions']);
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('No sidecar answers.');
  });
});
