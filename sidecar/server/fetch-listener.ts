import type { RequestListener } from 'node:http';
import { getRequestListener } from '@hono/node-server';
import { messageOf } from '../errors/index.ts';
import { refusal } from './http-server.ts';

type Fetch = (request: Request, env: object) => Response | Promise<Response>;

/** A fetch function for node:http: what makes no good Request is answered in our envelope. */
export function fetchListener(fetch: Fetch): RequestListener {
  return getRequestListener(fetch as Parameters<typeof getRequestListener>[0], {
    errorHandler: (error) => {
      const { status, text } = refusal(messageOf(error));
      return new Response(text, { status, headers: { 'content-type': 'application/json' } });
    },
  });
}
