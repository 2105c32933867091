import { bodyLimit } from 'hono/body-limit';
import { HoldfastError } from '../errors/index.ts';

/** A larger body is refused with 413. The hooks know the same number. */
export const BODY_LIMIT = 8 * 1024 * 1024;

/** For routes whose body is read by their schema. */
export const limitBody = bodyLimit({
  maxSize: BODY_LIMIT,
  onError: () => {
    throw tooLarge(BODY_LIMIT);
  },
});

/** The bytes of a request, or PAYLOAD_TOO_LARGE: by its Content-Length before anything is read, else while reading. */
export async function readBody(request: Request, limit: number = BODY_LIMIT): Promise<Uint8Array> {
  const declared = request.headers.get('content-length');
  if (declared !== null && Number(declared) > limit) throw tooLarge(limit);
  if (declared !== null) return new Uint8Array(await request.arrayBuffer());
  if (request.body === null) return new Uint8Array();
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request.body) {
    bytes += chunk.byteLength;
    if (bytes > limit) throw tooLarge(limit);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

function tooLarge(limit: number): HoldfastError {
  return new HoldfastError(
    'PAYLOAD_TOO_LARGE',
    `The body is larger than ${limit} bytes.`,
    'Send less; of a tool output only the first 64 KB are kept anyway.',
    { details: { limit } },
  );
}
