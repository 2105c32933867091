import { json, type OpenAPIHono, z } from '../http/index.ts';

/** Routes that answer no JSON of a schema still stand in the document. */
export function describeTheRest(app: OpenAPIHono): void {
  const registry = app.openAPIRegistry;
  registry.registerComponent('securitySchemes', 'token', { type: 'http', scheme: 'bearer' });
  registry.registerComponent('securitySchemes', 'board', {
    ...{ type: 'apiKey', in: 'cookie', name: 'holdfast_*' },
    description:
      'of a browser that `holdfast open` logged in; what changes something also needs its own Origin',
  });
  registry.registerPath({
    method: 'get',
    path: '/health',
    summary: 'Who serves; needs no token',
    security: [],
    responses: {
      200: json(
        'it serves',
        z.object({
          ok: z.literal(true),
          version: z.string(),
          pid: z.number().int(),
          startedAt: z.string(),
          instance: z.string(),
        }),
      ),
    },
  });
  for (const [path, summary] of [
    ['/metrics', 'Counters for Prometheus'],
    ['/openapi.json', 'This document'],
    ['/docs', 'This document as a page'],
  ] as const) {
    registry.registerPath({ method: 'get', path, summary, responses: { 200: { description: 'text' } } });
  }
}
