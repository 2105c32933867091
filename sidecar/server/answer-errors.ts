import type { Context } from 'hono';
import { errorEnvelope, HoldfastError, messageOf } from '../errors/index.ts';
import { storageError } from '../store/index.ts';
import type { Log } from './log.ts';

/** Every failing answer, in the one envelope. */
export function answerErrors(log: Log) {
  return function answerError(thrown: unknown, c: Context): Response {
    const error = named(thrown, log);
    if (error.status >= 500)
      log.error({ code: error.code, path: c.req.path, why: error.message }, 'a request failed');
    else if (c.req.path.startsWith('/hook/'))
      log.warn({ code: error.code, path: c.req.path, why: error.message }, 'an event was refused');
    if (error.status === 401) c.header('www-authenticate', 'Bearer');
    return c.json(errorEnvelope(error), error.status as 400);
  };
}

export function unknownRoute(c: Context): Response {
  const error = new HoldfastError(
    'NOT_FOUND',
    `There is no ${c.req.method} ${c.req.path}.`,
    'GET /openapi.json lists every route.',
  );
  return c.json(errorEnvelope(error), 404);
}

function named(thrown: unknown, log: Log): HoldfastError {
  if (thrown instanceof HoldfastError) return thrown;
  const storage = storageError(thrown);
  if (storage) return storage;
  log.error({ stack: thrown instanceof Error ? thrown.stack : undefined }, 'unexpected');
  return new HoldfastError(
    'INTERNAL',
    `Something in Holdfast failed that should not: ${messageOf(thrown)}.`,
    'logs/sidecar.ndjson in the home says where. Please report it.',
  );
}
