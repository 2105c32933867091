import { connect } from 'node:net';

export type RawAnswer = { status: number; headers: string; body: string };

/**
 * Sends bytes as they are, in these pieces, and reads all that comes back until the server closes, or has
 * said nothing for a while. `end`: our half of the connection is closed after the last piece.
 */
export function sendRaw(
  port: number,
  pieces: readonly Buffer[],
  { end = true, quietMs = 1_000 }: { end?: boolean; quietMs?: number } = {},
): Promise<{ bytes: Buffer; closed: boolean }> {
  return new Promise((resolve, reject) => {
    const received: Buffer[] = [];
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
    socket.setTimeout(quietMs, () => finish(false));
    socket.on('error', (error: NodeJS.ErrnoException) =>
      // It may close in the middle of what it does not want to read.
      error.code === 'ECONNRESET' || error.code === 'EPIPE' ? finish(true) : reject(error),
    );
    socket.on('data', (chunk) => received.push(chunk));
    socket.on('end', () => finish(true));
    socket.on('close', () => finish(true));
    void write();

    async function write(): Promise<void> {
      for (const piece of pieces) {
        if (socket.destroyed) return;
        await new Promise<void>((written) => socket.write(piece, () => written()));
      }
      if (end && !socket.destroyed) socket.end();
    }

    function finish(closed: boolean): void {
      socket.destroy();
      resolve({ bytes: Buffer.concat(received), closed });
    }
  });
}

/** The answers of one connection, in order. A HEAD's has no body, whatever its length says. */
export function parseAnswers(bytes: Buffer, { head = false } = {}): RawAnswer[] {
  const answers: RawAnswer[] = [];
  let rest = bytes.toString('latin1');
  while (rest !== '') {
    const end = rest.indexOf('\r\n\r\n');
    const status = /^HTTP\/1\.1 (\d{3}) /.exec(rest)?.[1];
    if (end < 0 || !status) throw new Error(`no HTTP answer: ${JSON.stringify(rest.slice(0, 200))}`);
    const headers = rest.slice(0, end);
    const chunked = /\r\ntransfer-encoding: *chunked/i.test(headers);
    const length = Number(/\r\ncontent-length: *(\d+)/i.exec(headers)?.[1] ?? 0);
    const after = rest.slice(end + 4);
    // What cannot be parsed to its end is answered with a body, also where it began as a HEAD.
    const bodiless = head && (after === '' || after.startsWith('HTTP/1.1 '));
    const { body, used } = bodiless
      ? { body: '', used: 0 }
      : chunked
        ? unchunked(after)
        : { body: after.slice(0, length), used: length };
    rest = after.slice(used);
    if (status !== '100') answers.push({ status: Number(status), headers, body });
  }
  return answers;
}

function unchunked(text: string): { body: string; used: number } {
  let body = '';
  let at = 0;
  for (;;) {
    const line = text.indexOf('\r\n', at);
    const size = Number.parseInt(text.slice(at, line), 16);
    if (line < 0 || !(size > 0)) return { body, used: Math.min(text.length, line + 4) };
    body += text.slice(line + 2, line + 2 + size);
    at = line + 2 + size + 2;
  }
}

/** What is wrong with an answer to anything at all. */
export function answerFaults({ status, headers, body }: RawAnswer): string[] {
  if (status >= 500) return [`answered ${status}: ${body.slice(0, 300)}`];
  if (status < 400 || !isJson(headers) || body === '') return [];
  return hasEnvelope(body) ? [] : [`answered ${status} with ${body}`];
}

export function isJson(headers: string): boolean {
  return /\r\ncontent-type: *application\/json/i.test(headers);
}

/** `{"error": {"code", "message", "hint"}}`, each of them a sentence or a name. */
export function hasEnvelope(body: string): boolean {
  const { error } = JSON.parse(Buffer.from(body, 'latin1').toString()) as {
    error?: Record<string, unknown>;
  };
  const whole = [error?.code, error?.message, error?.hint].every((part) => typeof part === 'string' && part);
  return whole === true && /^[A-Z][A-Z_]+$/.test(String(error?.code));
}
