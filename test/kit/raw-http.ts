import { request } from 'node:http';
import { connect } from 'node:net';

export type RawAnswer = {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  body: string;
};
export type RawRequest = {
  port: number;
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string | Buffer;
};

/** One request with exactly these headers, `Host` too, which `fetch` would not let through. */
export function rawRequest({
  port,
  path = '/',
  method = 'GET',
  headers = {},
  body,
}: RawRequest): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const sent = request({ host: '127.0.0.1', port, path, method, headers, agent: false, setHost: false });
    sent.once('error', reject);
    sent.once('response', (response) => {
      let text = '';
      response.setEncoding('utf8');
      response.on('data', (part) => (text += part));
      response.once('error', reject);
      response.once('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: text }),
      );
    });
    sent.end(body);
  });
}

/** Writes bytes to a port, and gives everything that comes back until the other side closes. */
export function rawBytes(port: number, bytes: string | Buffer): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1');
    let heard = '';
    socket.setTimeout(10_000, () => socket.destroy(new Error(`no end after ${JSON.stringify(heard)}`)));
    socket.on('data', (part) => (heard += part.toString('latin1')));
    socket.once('error', (error) => (heard === '' ? reject(error) : resolve(heard)));
    socket.once('close', () => resolve(heard));
    socket.write(bytes);
  });
}
