import { timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { HoldfastError } from '../errors/index.ts';

export type Manners = { token: string; ownPort: () => number };

/** The names under which a browser or a program reaches this machine and no other. */
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * The checks before every route. `Host` first: a page that had its own name resolved to 127.0.0.1 (DNS
 * rebinding) still sends that name. Then `Origin`: a page may send requests that it cannot read. Then
 * the token, which no page has.
 */
export function manners({ token, ownPort }: Manners): MiddlewareHandler {
  const expected = Buffer.from(`Bearer ${token}`);

  return async function checkManners(c, next) {
    const host = c.req.header('host');
    if (host === undefined || !LOOPBACK_HOST.test(host)) throw foreignHost(host);
    const origin = c.req.header('origin');
    if (origin !== undefined && !isOwnOrigin(origin, ownPort())) throw foreignOrigin(origin);
    const open = c.req.path === '/health' && (c.req.method === 'GET' || c.req.method === 'HEAD');
    if (!open && !isToken(c.req.header('authorization'), expected)) throw noToken();
    await next();
  };
}

/** In constant time for all of one length; the length of the token is no secret. */
function isToken(sent: string | undefined, expected: Buffer): boolean {
  const given = Buffer.from(sent ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function isOwnOrigin(origin: string, port: number): boolean {
  return origin === `http://127.0.0.1:${port}` || origin === `http://localhost:${port}`;
}

function foreignHost(host: string | undefined): HoldfastError {
  return new HoldfastError(
    'FORBIDDEN_HOST',
    `The request names the host ${JSON.stringify(host ?? '').slice(0, 200)}, which is not this machine's loopback.`,
    'Use http://127.0.0.1 and the port of the endpoint file.',
  );
}

function foreignOrigin(origin: string): HoldfastError {
  return new HoldfastError(
    'FORBIDDEN_ORIGIN',
    `The request comes from the page ${JSON.stringify(origin).slice(0, 200)}, and only Holdfast's own may ask.`,
    'Use the command line, or a program that sends no Origin header.',
  );
}

function noToken(): HoldfastError {
  return new HoldfastError(
    'UNAUTHORIZED',
    'The request carries no valid token.',
    'Send "Authorization: Bearer TOKEN"; the token is the second word of the endpoint file in the home.',
  );
}
