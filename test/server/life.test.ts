import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { readEndpoint, readSidecarRecord } from '../../sidecar/home/index.ts';
import { pidExists } from '../../sidecar/machine/index.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';
import { CLI, callApi, startRealSidecar } from '../kit/real-sidecar.ts';
import { until } from '../kit/until.ts';

const modeOf = (file: string) => statSync(file).mode & 0o777;

async function started() {
  const home = livelyHome();
  const sidecar = await startRealSidecar(home);
  onTestFinished(sidecar.kill);
  const { port, token } = readEndpoint(home) ?? { port: 0, token: '' };
  return { home, sidecar, port, token };
}

describe('start and stop', () => {
  test('twice each: no error, one sidecar, and each says what is so', async () => {
    const home = livelyHome({ made: false });
    const first = await holdfast(home, ['start']);
    expect(first).toMatchObject({ code: 0, stderr: '' });
    const [, pid, port] = /^Running: process (\d+) on port (\d+), version \S+\.$/m.exec(first.stdout) ?? [];
    const second = await holdfast(home, ['start']);
    expect(second).toMatchObject({ code: 0, stderr: '' });
    expect(second.stdout).toContain(`Already running: process ${pid} on port ${port}, version `);

    const stop = await holdfast(home, ['stop']);
    expect(stop).toMatchObject({ code: 0, stderr: '' });
    expect(stop.stdout).toContain(`Stopped: process ${pid} finished what it had and left.`);
    await until('the process to be gone', () => !pidExists(Number(pid)));
    const again = await holdfast(home, ['stop']);
    expect(again).toMatchObject({ code: 0, stderr: '' });
    expect(again.stdout).toContain('Nothing was running.');
  });

  test('stop --hold keeps it down, also where nothing ran, until the next start', async () => {
    const home = livelyHome({ made: false });
    expect(await holdfast(home, ['stop', '--hold'])).toMatchObject({ code: 0 });
    expect(existsSync(home.hold)).toBe(true);
    const status = await holdfast(home, ['status', '--json']);
    expect(JSON.parse(status.stdout)).toMatchObject({ running: false, held: true });
    expect(await holdfast(home, ['start'])).toMatchObject({ code: 0 });
    expect(existsSync(home.hold)).toBe(false);
  });

  test('what lies in the home is for its owner alone, and says who serves', async () => {
    const { home, sidecar, port } = await started();
    expect(modeOf(home.root)).toBe(0o700);
    for (const file of [home.endpoint, home.sidecar, home.launch, home.database, `${home.database}-wal`])
      expect(modeOf(file), file).toBe(0o600);
    expect(readFileSync(home.endpoint, 'utf8')).toMatch(new RegExp(`^${port} [\\w-]{43}\\n$`));
    expect(readSidecarRecord(home)).toMatchObject({ pid: sidecar.pid, port, version: expect.any(String) });
    expect(readFileSync(home.launch, 'utf8')).toBe(`${process.execPath}\n${CLI}\n`);
    await sidecar.stop();
    expect(sidecar.child.exitCode).toBe(0);
    expect(existsSync(home.endpoint) || existsSync(home.sidecar)).toBe(false);
    expect(existsSync(home.launch)).toBe(true);
  });

  test('each start has a token of its own', async () => {
    const { home, sidecar, token } = await started();
    await sidecar.stop();
    const next = await startRealSidecar(home);
    onTestFinished(next.kill);
    expect(readEndpoint(home)?.token).not.toBe(token);
  });

  test('where the port is taken, another one serves', async () => {
    const home = livelyHome();
    const other = createServer();
    other.listen(0, '127.0.0.1');
    onTestFinished(() => void other.close());
    await until('the port to be taken', () => other.listening);
    const { port } = other.address() as { port: number };
    writeFileSync(home.config, JSON.stringify({ server: { port } }));
    const sidecar = await startRealSidecar(home);
    onTestFinished(sidecar.kill);
    expect(readEndpoint(home)?.port).not.toBe(port);
    expect((await sidecar.api('/health')).status).toBe(200);
  });

  test('it listens on loopback alone', async () => {
    const { port } = await started();
    const tables = ['/proc/net/tcp', '/proc/net/tcp6'].filter((file) => existsSync(file));
    if (tables.length === 0) return; // Seen on Linux only.
    const hex = port.toString(16).toUpperCase().padStart(4, '0');
    const listening = tables.flatMap(
      (file) => readFileSync(file, 'utf8').match(new RegExp(`\\S+:${hex} \\S+ 0A`, 'g')) ?? [],
    );
    expect(listening.map((entry) => entry.split(':')[0])).toEqual(['0100007F']);
  });

  test('after a kill -9 the next start serves at once, with everything that was acknowledged', async () => {
    const { home, sidecar } = await started();
    for (let i = 0; i < 20; i++)
      await sidecar.api('/hook/Stop', { method: 'POST', body: JSON.stringify({ session_id: `s${i}` }) });
    await sidecar.kill();
    expect(existsSync(home.endpoint)).toBe(true);
    const next = await startRealSidecar(home);
    onTestFinished(next.kill);
    expect((await next.api<{ events: unknown[] }>('/events')).body.events).toHaveLength(20);
  });

  test('an endpoint whose port belongs to the sidecar of another home is nobody', async () => {
    const { home: theirs, sidecar } = await started();
    const home = livelyHome();
    for (const name of ['endpoint', 'sidecar'] as const)
      writeFileSync(home[name], readFileSync(theirs[name]));
    rmSync(home.sidecar);
    expect(JSON.parse((await holdfast(home, ['status', '--json'])).stdout)).toMatchObject({ running: false });
    expect((await holdfast(home, ['stop'])).stdout).toContain('Nothing was running.');
    expect((await sidecar.api('/health')).status).toBe(200);
  });
});

describe('being asked to leave', () => {
  test('a request in flight is finished first', async () => {
    const { home, sidecar, port, token } = await started();
    const body = JSON.stringify({ session_id: 's1' });
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.on('data', (bytes) => (heard += bytes));
    socket.write(
      `POST /hook/Stop HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer ${token}\r\nx-holdfast-event: slow\r\nContent-Length: ${body.length}\r\n\r\n`,
    );
    socket.write(body.slice(0, 5));
    await until('the sidecar to have its head', async () => (await sidecar.api('/health')).status === 200);
    sidecar.child.kill('SIGTERM');
    await until('the endpoint to be withdrawn', () => !existsSync(home.endpoint));
    socket.write(body.slice(5));
    await until('the answer', () => heard.includes('\r\n\r\n{}'));
    expect(heard).toMatch(/^HTTP\/1\.1 200 /);
    await until('the sidecar to leave', () => sidecar.child.exitCode === 0);
    const next = await startRealSidecar(home);
    onTestFinished(next.kill);
    expect((await next.api('/events/slow')).status).toBe(200);
  });

  test.each(['SIGTERM', 'SIGINT'] as const)('%s is enough, and streams end with it', async (signal) => {
    const { sidecar, port, token } = await started();
    const stream = await fetch(`http://127.0.0.1:${port}/changes/stream`, {
      headers: { authorization: `Bearer ${token}` },
    });
    const began = Date.now();
    sidecar.child.kill(signal);
    expect(await stream.text()).toBe('retry: 1000\n\n');
    await until('the sidecar to leave', () => sidecar.child.exitCode === 0);
    expect(Date.now() - began).toBeLessThan(4_000);
  });

  // A browser opens such connections ahead of need.
  test('a connection that never asked for anything is not waited for', async () => {
    const { sidecar, port } = await started();
    const silent = connect(port, '127.0.0.1');
    onTestFinished(() => void silent.destroy());
    await until(
      'it to be accepted',
      async () => !silent.connecting && (await sidecar.api('/health')).status === 200,
    );
    const began = Date.now();
    await sidecar.stop();
    expect(Date.now() - began).toBeLessThan(4_000);
  });

  test('a terminal that closes is no reason', async () => {
    const { home, sidecar } = await started();
    sidecar.child.kill('SIGHUP');
    for (let i = 0; i < 3; i++) expect((await callApi(home, '/health')).status).toBe(200);
    expect(sidecar.child.exitCode).toBeNull();
  });
});
