import { timingSafeEqual } from 'node:crypto';
import type { Context, HonoRequest, MiddlewareHandler, Next } from 'hono';
import { HoldfastError } from '../errors/index.ts';

export type Manners = { token: string; ownPort: () => number };
/** Whether a `Cookie` header is one of the board's. */
export type IsLoggedIn = (cookie: string | undefined) => boolean;

/** The names under which a browser or a program reaches this machine and no other. */
const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/** What every request has to pass, one-time link and board among them. */
export function sentFromHere({ ownPort }: Pick<Manners, 'ownPort'>): MiddlewareHandler {
  return async function checkWhoSends(c, next) {
    checkSender({ host: c.req.header('host'), origin: c.req.header('origin') }, ownPort());
    c.header('x-content-type-options', 'nosniff');
    c.header('cross-origin-resource-policy', 'same-origin');
    await next();
  };
}

/** The token, which no page has, or the board's cookie. Health asks for none, and is not in the app. */
export function manners({ token, isLoggedIn }: Pick<Manners, 'token'> & { isLoggedIn: IsLoggedIn }) {
  const expected = Buffer.from(`Bearer ${token}`);

  return async function checkManners(c: Context, next: Next): Promise<void> {
    if (!isToken(c.req.header('authorization'), expected)) {
      if (!isLoggedIn(c.req.header('cookie'))) throw noToken();
      checkPage(c.req);
    }
    await next();
  };
}

/**
 * A browser sends the cookie for whatever page asks, and to a browser every port of this machine is the same
 * site: so what comes by cookie must come from the board itself. Older browsers do not say where a request that
 * only reads comes from; they let no other page see the answer.
 */
function checkPage(request: HonoRequest): void {
  const origin = request.header('origin');
  const site = request.header('sec-fetch-site') ?? 'same-origin';
  const reads = request.method === 'GET' || request.method === 'HEAD';
  const isOwn = origin === `http://${request.header('host')}`;
  if ((origin === undefined ? !reads : !isOwn) || (site !== 'same-origin' && site !== 'none'))
    throw foreignOrigin(origin ?? site);
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
    'The request carries no valid token, and no cookie of the board.',
    'For the board run `holdfast open`. A program sends "Authorization: Bearer TOKEN"; the token is the second word of the endpoint file in the home.',
  );
}
