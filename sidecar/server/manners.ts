import { timingSafeEqual } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';
import { HoldfastError } from '../errors/index.ts';

export type Manners = { token: string; ownPort: () => number };

/** The names under which a browser or a program reaches this machine and no other. */
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** The token, which no page has, for every route of the app. Health asks for none, and is not in the app. */
export function manners({ token, ownPort }: Manners): MiddlewareHandler {
  const expected = Buffer.from(`Bearer ${token}`);

  return async function checkManners(c, next) {
    checkSender({ host: c.req.header('host'), origin: c.req.header('origin') }, ownPort());
    if (!isToken(c.req.header('authorization'), expected)) throw noToken();
    await next();
  };
}

/**
 * `Host` first: a page that had its own name resolved to 127.0.0.1 (DNS rebinding) still sends that name.
 * Then `Origin`: a page may send requests that it cannot read.
 */
export function checkSender(sent: { host?: string; origin?: string }, ownPort: number): void {
  if (sent.host === undefined || !LOOPBACK_HOST.test(sent.host)) throw foreignHost(sent.host);
  if (sent.origin !== undefined && !isOwnOrigin(sent.origin, ownPort)) throw foreignOrigin(sent.origin);
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
