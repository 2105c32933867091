import type { IncomingMessage, RequestListener } from 'node:http';
import { VERSION } from '../machine/index.ts';
import { checkSender } from './manners.ts';

export type HealthFacts = { instance: string; startedAt: string; ownPort: () => number };

/**
 * Health by node:http alone, so that a start can be asked as soon as it listens: hono takes longer to load
 * than all that stands before it. Every other request is `others`', a badly sent one for health too.
 */
export function answerHealth(facts: HealthFacts, others: RequestListener): RequestListener {
  const { instance, startedAt, ownPort } = facts;
  const body = JSON.stringify({ ok: true, version: VERSION, pid: process.pid, startedAt, instance });

  return function answerOrHandOn(request, response) {
    if (!asksForHealth(request) || !isWellSent(request, ownPort())) return others(request, response);
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
  };
}

function asksForHealth({ method, url = '' }: IncomingMessage): boolean {
  return (method === 'GET' || method === 'HEAD') && /^\/health(\?|$)/.test(url);
}

function isWellSent({ headers }: IncomingMessage, ownPort: number): boolean {
  try {
    checkSender(headers, ownPort);
    return true;
  } catch {
    return false; // The app says why, in the envelope, and counts it.
  }
}
