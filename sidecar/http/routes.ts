import { OpenAPIHono, z } from '@hono/zod-openapi';
import { CODES, type ErrorCode, HoldfastError } from '../errors/index.ts';

export { createRoute, type OpenAPIHono, z } from '@hono/zod-openapi';

/** The routes of one room. What a schema refuses is BAD_INPUT, with the field named. */
export function newRoutes(): OpenAPIHono {
  return new OpenAPIHono({
    defaultHook: (result) => {
      if (result.success) return;
      const issue = result.error.issues[0];
      const field = issue?.path.join('.') || result.target;
      throw new HoldfastError(
        'BAD_INPUT',
        `${field}: ${issue?.message}.`,
        'GET /openapi.json tells what is taken.',
        {
          details: { field, in: result.target },
        },
      );
    },
  });
}

const ErrorBody = z
  .object({
    error: z.object({
      code: z.enum(Object.keys(CODES) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      hint: z.string(),
      details: z.record(z.string(), z.unknown()).optional(),
    }),
  })
  .openapi('Error');

/** The failing answers of a route, for its description. Those that every route can give go without saying. */
export function failures(...codes: ErrorCode[]) {
  const byStatus = new Map<number, ErrorCode[]>();
  for (const code of codes) {
    const { status } = CODES[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return Object.fromEntries(
    [...byStatus].map(([status, named]) => [status, json(named.join(', '), ErrorBody)]),
  );
}

export function json<T extends z.ZodType>(description: string, schema: T) {
  return { description, content: { 'application/json': { schema } } };
}

export const Timestamp = z.string().openapi({ format: 'date-time', example: '2026-11-21T08:00:00.000Z' });

/** Too large a limit is the largest, so that a reader can ask for "as many as there are". */
export function limitUpTo(most: number, usual: number) {
  return z.coerce
    .number()
    .int()
    .min(1)
    .default(usual)
    .transform((limit) => Math.min(limit, most))
    .openapi({ type: 'integer', description: `at most ${most}; ${usual} unless told` });
}

export const Cursor = z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER);
