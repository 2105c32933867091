import { type ErrorCode, HoldfastError } from '../errors/index.ts';
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
  const answer = (await response.json()) as T & {
    error?: { code: ErrorCode; message: string; hint: string };
  };
  if (answer.error) throw new HoldfastError(answer.error.code, answer.error.message, answer.error.hint);
  return answer;
}

function notRunning(cause?: unknown): HoldfastError {
  return new HoldfastError('SIDECAR_NOT_RUNNING', 'No sidecar answers.', 'Start it with `holdfast start`.', {
    cause,
  });
}
