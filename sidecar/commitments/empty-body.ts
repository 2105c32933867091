import type { MiddlewareHandler } from 'hono';

/** A program that always sends the type of its body may send no body: that is no broken JSON. */
export const emptyIsNone: MiddlewareHandler = async (c, next) => {
  if ((await c.req.text()) === '') {
    const headers = new Headers(c.req.raw.headers);
    headers.delete('content-type');
    c.req.raw = new Request(c.req.url, { method: c.req.method, headers });
  }
  await next();
};
