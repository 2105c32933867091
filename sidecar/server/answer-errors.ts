import type { Context } from 'hono';
import { HTTPException } from 'hono/http-exception';
import { ERROR_PAGE_POLICY, errorPage } from '../board/index.ts';
import { errorEnvelope, HoldfastError, messageOf } from '../errors/index.ts';
import { storageError } from '../store/index.ts';
import type { Log } from './log.ts';
import type { Tally } from './tally.ts';

/** Every failing answer, counted, in the one envelope; for somebody who opens a page, as a page. */
export function answerErrors(log: Log, tally: Tally) {
  return function answerError(thrown: unknown, c: Context): Response {
    const error = named(thrown, log);
    const facts = { code: error.code, path: c.req.path, why: error.message };
    if (error.status >= 500) log.error(facts, 'a request failed');
    else if (c.req.path.startsWith('/hook/')) log.warn(facts, 'an event was refused');
    tally.add('holdfast_refused_total', `status="${error.status}"`);
    if (error.status === 401) c.header('www-authenticate', 'Bearer');
    const status = error.status as 400;
    if (!opensPage(c)) return c.json(errorEnvelope(error), status);
    return c.html(errorPage(error), status, { 'content-security-policy': ERROR_PAGE_POLICY });
  };
}

export function unknownRoute(c: Context): never {
  throw new HoldfastError(
    'NOT_FOUND',
    `There is no ${c.req.method} ${c.req.path}.`,
    'GET /openapi.json lists every route.',
  );
}

/** Browsers name HTML first when they open a page; their scripts, and programs, ask for anything. */
function opensPage({ req }: Context): boolean {
  return req.method === 'GET' && (req.header('accept') ?? '').startsWith('text/html');
}

function named(thrown: unknown, log: Log): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  if (thrown instanceof HTTPException && thrown.status < 500) {
    return new HoldfastError(
      'BAD_INPUT',
      thrown.message,
      'Send JSON; GET /openapi.json tells what is taken.',
    );
  }
  const storage = storageError(thrown);
  if (storage) return storage;
  log.error({ stack: thrown instanceof Error ? thrown.stack : undefined }, 'unexpected');
  return new HoldfastError(
    'INTERNAL',
    `Something in Holdfast failed that should not: ${messageOf(thrown)}.`,
    'logs/sidecar.ndjson in the home says where. Please report it.',
  );
}
