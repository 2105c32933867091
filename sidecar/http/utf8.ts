import { HoldfastError } from '../errors/index.ts';

const STRICT_UTF8 = new TextDecoder('utf-8', { fatal: true });

/** Strictly: a replaced character would be kept as if it had been sent. */
export function decodeUtf8(bytes: Uint8Array): string {
  try {
    return STRICT_UTF8.decode(bytes);
  } catch {
    throw new HoldfastError('BAD_INPUT', 'The text is not UTF-8.', 'Send UTF-8, as JSON asks for.');
  }
}
