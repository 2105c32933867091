import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import type { HomePaths } from '../../sidecar/home/index.ts';
import type { Scope } from './run-hook.ts';

export const TOKEN = 'fake-token-of-a-fake-sidecar';

export type FakeSidecar = { port: number; server: Server; requests: string[] };

/** What the fake does with a connection; `request` resolves when a whole request has come. */
export type Talk = (socket: Socket, request: () => Promise<string>) => void | Promise<void>;

/** A server in place of the sidecar, named by the home's endpoint file, with manners of its own. */
export async function fakeSidecar(
  { onTestFinished }: Scope,
  home: HomePaths,
  talk: Talk,
  token = TOKEN,
): Promise<FakeSidecar> {
  const requests: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer({ pauseOnConnect: true }, (socket) => {
    sockets.add(socket);
    socket.on('error', () => {}); // The hook may go at any moment.
    talk(socket, async () => {
      const request = await wholeRequest(socket);
      requests.push(request);
      return request;
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy();
    server.close();
    await once(server, 'close');
  });
  const { port } = server.address() as { port: number };
  writeFileSync(home.endpoint, `${port} ${token}\n`, { mode: 0o600 });
  return { port, server, requests };
}

export function response(status: number, body: string, headers: Record<string, string> = {}): string {
  const all = { 'Content-Type': 'application/json', 'Content-Length': String(body.length), ...headers };
  const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Status\r\n${lines.join('')}Connection: close\r\n\r\n${body}`;
}

/** Reads the request whole, then answers. */
export function answering(text: string): Talk {
  return async (socket, request) => {
    await request();
    socket.end(text);
  };
}

/** As latin1: one character a byte. Never resolves where less comes than was promised. */
async function wholeRequest(socket: Socket): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  let wanted = Number.POSITIVE_INFINITY;
  return new Promise((resolve) => {
    socket.on('data', (chunk) => {
      chunks.push(chunk);
      bytes += chunk.length;
      if (wanted === Number.POSITIVE_INFINITY) wanted = lengthOf(Buffer.concat(chunks).toString('latin1'));
      if (bytes >= wanted) resolve(Buffer.concat(chunks).toString('latin1'));
    });
    socket.resume();
  });
}

function lengthOf(begun: string): number {
  const end = begun.indexOf('\r\n\r\n');
  if (end < 0) return Number.POSITIVE_INFINITY;
  return end + 4 + Number(/^content-length: (\d+)/im.exec(begun)?.[1] ?? 0);
}
