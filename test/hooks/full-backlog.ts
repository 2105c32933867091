import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { TOKEN } from './fake-sidecar.ts';
import type { Scope } from './run-hook.ts';

const LISTENER = `const server = require('node:net').createServer();
server.listen({ port: 0, host: '127.0.0.1', backlog: 1 }, () => console.log(server.address().port));`;

/** A process that listens and is stopped (SIGSTOP), with so many waiting that the next connect blocks. */
export async function fullBacklog({ onTestFinished }: Scope, home: HomePaths): Promise<void> {
  const child = spawn(process.execPath, ['-e', LISTENER], { env: {}, stdio: ['ignore', 'pipe', 'ignore'] });
  const waiting: Socket[] = [];
  onTestFinished(async () => {
    for (const socket of waiting) socket.destroy();
    const exited = once(child, 'exit');
    child.kill('SIGKILL');
    await exited;
  });
  const [printed] = await once(child.stdout, 'data');
  const port = Number(printed);
  child.kill('SIGSTOP');
  for (let count = 0; ; count++) {
    if (count > 20) throw new Error('the backlog never fills');
    const socket = connect(port, '127.0.0.1').on('error', () => {});
    waiting.push(socket);
    const connected = once(socket, 'connect').then(() => true);
    if (!(await Promise.race([connected, sleep(300, false)]))) break;
  }
  writeFileSync(home.endpoint, `${port} ${TOKEN}\n`, { mode: 0o600 });
}
