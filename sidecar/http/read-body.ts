import { HoldfastError } from '../errors/index.ts';

/** The bytes of a request, or PAYLOAD_TOO_LARGE: by its Content-Length before anything is read, else while reading. */
export async function readBody(request: Request, limit: number): Promise<Uint8Array> {
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
