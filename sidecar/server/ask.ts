import { get } from 'node:http';
import type { Endpoint } from '../home/index.ts';

export type Health = { ok: true; version: string; pid: number; startedAt: string; instance: string };

/** Whether somebody serves at this endpoint, and who. Null: nobody, or nobody who answers in time. */
export async function askHealth(
  { port }: Pick<Endpoint, 'port'>,
  timeLimitMs = 2_000,
): Promise<Health | null> {
  try {
    const body: unknown = JSON.parse(await readHealth(port, timeLimitMs));
    return isHealth(body) ? body : null;
  } catch {
    return null; // Refused, hung, or something else that took the port: nobody of ours answers there.
  }
}

/** By node:http, which every starter has loaded: loading fetch costs more than the question. */
function readHealth(port: number, timeLimitMs: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const signal = AbortSignal.timeout(timeLimitMs);
    const request = get({ host: '127.0.0.1', port, path: '/health', agent: false, signal }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (part: string) => {
        text += part;
        if (text.length > 10_000) request.destroy(new Error('that is no health'));
      });
      response.once('end', () => resolve(text)).once('error', reject);
    });
    request.once('error', reject);
  });
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
