import type { Socket } from 'node:net';
import { CODES, type ErrorCode, errorEnvelope, HoldfastError, systemCode } from '../errors/index.ts';

const BY_SYSTEM_CODE: Record<string, ErrorCode> = {
  HPE_HEADER_OVERFLOW: 'HEADERS_TOO_LARGE',
  ERR_HTTP_REQUEST_TIMEOUT: 'REQUEST_TIMEOUT',
};

/** Answers what is no HTTP, or too slow, in the same envelope as everything else. */
export function answerClientError(cause: Error, socket: Socket): void {
  if (!socket.writable || systemCode(cause) === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const code = BY_SYSTEM_CODE[systemCode(cause) ?? ''] ?? 'BAD_INPUT';
  const error = new HoldfastError(
    code,
    `The request cannot be read: ${cause.message}.`,
    'Send plain HTTP/1.1.',
  );
  const body = JSON.stringify(errorEnvelope(error));
  socket.end(
    `HTTP/1.1 ${CODES[code].status} Refused\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\nConnection: close\r\n\r\n${body}`,
  );
}
