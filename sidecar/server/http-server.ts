import { createServer, type RequestListener, type Server } from 'node:http';
import type { Socket } from 'node:net';
import { errorEnvelope, HoldfastError } from '../errors/index.ts';
import { answerClientError } from './answer-client-errors.ts';

export type HttpServer = {
  server: Server;
  /** Takes no new connection, lets requests finish for so long, and closes every connection. */
  close: (finishMs: number) => Promise<void>;
};

/** node:http, where what is no good HTTP is answered in our envelope, and not by Node. */
export function createHttpServer(listener: RequestListener): HttpServer {
  // A request without a Host reaches the listener, which refuses it in the envelope like any other.
  const server = createServer({ requireHostHeader: false }, listener);
  server.on('clientError', answerClientError);
  server.on('checkExpectation', (_request, response) => {
    const { status, text } = refusal('it expects what is not known here');
    response.writeHead(status, { 'content-type': 'application/json', connection: 'close' }).end(text);
  });

  /** Each open connection, and how many of its requests are not answered yet. */
  const connections = new Map<Socket, number>();
  const count = (socket: Socket, by: number) => {
    const busy = connections.get(socket);
    if (busy !== undefined) connections.set(socket, busy + by);
  };
  server.on('connection', (socket) => {
    connections.set(socket, 0);
    socket.once('close', () => connections.delete(socket));
  });
  server.on('request', ({ socket }, response) => {
    count(socket, 1);
    response.once('close', () => count(socket, -1));
  });

  return {
    server,
    close: (finishMs) =>
      new Promise((resolve) => {
        // Also a connection that never asked for anything, as browsers open ahead of need.
        const closeIdle = () => {
          for (const [socket, busy] of connections) if (busy === 0) socket.destroy();
        };
        const sweep = setInterval(closeIdle, 10);
        const limit = setTimeout(() => server.closeAllConnections(), finishMs);
        server.close(() => {
          clearInterval(sweep);
          clearTimeout(limit);
          resolve();
        });
        closeIdle();
      }),
  };
}

export function refusal(why: string): { status: number; text: string } {
  const error = new HoldfastError(
    'BAD_INPUT',
    `The request cannot be read: ${why}.`,
    'Send plain HTTP/1.1 with a Host header.',
  );
  return { status: error.status, text: JSON.stringify(errorEnvelope(error)) };
}
