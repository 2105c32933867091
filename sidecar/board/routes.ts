import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../errors/index.ts';
import { createRoute, failures, json, newRoutes, type OpenAPIHono, Timestamp, z } from '../http/index.ts';
import { PACKAGE_ROOT } from '../machine/index.ts';
import { ERROR_PAGE_POLICY, onwardPage } from './error-page.tsx';
import type { Logins } from './login.ts';
import { boardPage } from './page.tsx';
import { type BoardSources, LISTS } from './sources.ts';

/** No script and no style in the page itself, and nothing from elsewhere. */
const PAGE_POLICY = [
  "default-src 'none'",
  ...['script-src', 'style-src', 'img-src', 'connect-src'].map((what) => `${what} 'self'`),
  ...['base-uri', 'form-action', 'frame-ancestors'].map((what) => `${what} 'none'`),
].join('; ');

const ASSETS = [
  ['board.js', 'text/javascript; charset=utf-8', "The board's script"],
  ['board.css', 'text/css; charset=utf-8', "The board's style"],
  ['board.svg', 'image/svg+xml', "The board's icon"],
] as const;

const html = (description: string) => ({ description, content: { 'text/html': { schema: z.string() } } });

const page = createRoute({
  method: 'get',
  path: '/',
  summary: 'The board: what is going on, in a browser',
  request: {
    query: z.object({
      list: z.enum(LISTS).optional().openapi({ description: 'one list in full, and not the board' }),
      before: z.string().optional().openapi({ description: 'where the page before this one ended' }),
    }),
  },
  responses: { 200: html('a page'), ...failures('BAD_INPUT') },
});

const link = createRoute({
  method: 'post',
  path: '/open',
  summary: 'Makes a link to the board that works once, soon',
  responses: { 201: json('the link', z.object({ path: z.string(), expiresAt: Timestamp })) },
});

const open = createRoute({
  method: 'get',
  path: '/open/{code}',
  summary: 'The one-time link: logs this browser in, and dies; needs no token',
  security: [],
  request: { params: z.object({ code: z.string() }) },
  responses: {
    200: html('logged in, for a browser that comes from another site'),
    303: { description: 'logged in; on to the board' },
    ...failures('UNAUTHORIZED'),
  },
});

/** What is asked before anybody is logged in. */
export function boardDoor(logins: Logins): OpenAPIHono {
  return newRoutes().openapi(open, (c) => {
    const isNew = logins.redeem(c.req.valid('param').code);
    // A reload of the used link, in the browser that used it, leads where it led before.
    if (!isNew && !logins.isLoggedIn(c.req.header('cookie'))) throw deadLink();
    if (isNew) c.header('set-cookie', logins.newCookie());
    c.header('cache-control', 'no-store');
    c.header('referrer-policy', 'no-referrer');
    if (c.req.header('sec-fetch-site') !== 'cross-site') return c.redirect('/', 303);
    return c.html(onwardPage(), 200, { 'content-security-policy': ERROR_PAGE_POLICY });
  });
}

export function boardRoutes({ sources, logins }: { sources: BoardSources; logins: Logins }): OpenAPIHono {
  const routes = newRoutes();
  routes.openapi(page, async (c) => {
    const { list, before } = c.req.valid('query');
    return c.html(await boardPage(sources, list ? { name: list, before } : null), 200, {
      'content-security-policy': PAGE_POLICY,
      'cache-control': 'no-store',
      'referrer-policy': 'no-referrer',
      'cross-origin-opener-policy': 'same-origin',
      'x-frame-options': 'DENY',
    });
  });
  routes.openapi(link, (c) => {
    const { code, expiresAt } = logins.newLink();
    return c.json({ path: `/open/${code}`, expiresAt: expiresAt.toISOString() }, 201);
  });
  for (const [name, type, summary] of ASSETS) {
    const body = readFileSync(join(PACKAGE_ROOT, 'sidecar', 'board', 'assets', name));
    routes.get(`/${name}`, (c) => c.body(body, 200, { 'content-type': type, 'cache-control': 'no-cache' }));
    const responses = { 200: { description: type } };
    routes.openAPIRegistry.registerPath({ method: 'get', path: `/${name}`, summary, responses });
  }
  return routes;
}

function deadLink(): HoldfastError {
  return new HoldfastError(
    'UNAUTHORIZED',
    'This link to the board was used already, or is older than two minutes.',
    'Run `holdfast open` again.',
  );
}
