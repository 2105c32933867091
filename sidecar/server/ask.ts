import type { Endpoint } from '../home/index.ts';

export type Health = { ok: true; version: string; pid: number; startedAt: string; instance: string };

/** Whether somebody serves at this endpoint, and who. Null: nobody, or nobody who answers in time. */
export async function askHealth(
  { port }: Pick<Endpoint, 'port'>,
  timeLimitMs = 2_000,
): Promise<Health | null> {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/health`, {
      signal: AbortSignal.timeout(timeLimitMs),
      redirect: 'error',
    });
    const body: unknown = response.ok ? await response.json() : null;
    return isHealth(body) ? body : null;
  } catch {
    return null; // Refused, hung, or something else that took the port: nobody of ours answers there.
  }
}

function isHealth(body: unknown): body is Health {
  return (
    typeof body === 'object' &&
    body !== null &&
    'ok' in body &&
    body.ok === true &&
    'instance' in body &&
    typeof body.instance === 'string' &&
    'pid' in body &&
    typeof body.pid === 'number' &&
    'version' in body &&
    typeof body.version === 'string'
  );
}
