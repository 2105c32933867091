import { CODES, type ErrorCode, HoldfastError } from '../errors/index.ts';
import { type HomePaths, readEndpoint } from '../home/index.ts';

/** Asks the running sidecar. Its errors come back as they are; nobody there is SIDECAR_NOT_RUNNING. */
export async function callApi<T>(home: HomePaths, path: string, body?: unknown): Promise<T> {
  const endpoint = readEndpoint(home);
  if (!endpoint) throw notRunning();
  const response = await fetch(`http://127.0.0.1:${endpoint.port}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: { authorization: `Bearer ${endpoint.token}`, 'content-type': 'application/json' },
    signal: AbortSignal.timeout(30_000),
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  }).catch((cause: unknown) => {
    throw notRunning(cause);
  });
  const answer: unknown = await response.json().catch((cause: unknown) => {
    throw notRunning(cause); // Cut short by its end, or another program that took the port.
  });
  if (response.ok) return answer as T;
  throw asError(answer);
}

/** A newer sidecar may have codes that this version does not know: its words are told all the same. */
function asError(answer: unknown): HoldfastError {
  const error = typeof answer === 'object' && answer !== null && 'error' in answer ? answer.error : null;
  if (typeof error !== 'object' || error === null || !('code' in error)) return notRunning();
  const { code, message, hint } = error as { code: string; message: string; hint: string };
  return new HoldfastError(Object.hasOwn(CODES, code) ? (code as ErrorCode) : 'INTERNAL', message, hint);
}

function notRunning(cause?: unknown): HoldfastError {
  return new HoldfastError('SIDECAR_NOT_RUNNING', 'No sidecar answers.', 'Start it with `holdfast start`.', {
    cause,
  });
}
