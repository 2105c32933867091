/** A text and the way back to its bytes. Decoded and encoded again, every byte is the one it was. */
export type Decoded = { text: string; encode: (text: string) => Buffer };

/**
 * Our block is ASCII, so every encoding that holds ASCII in one byte is read byte by byte: UTF-8, what
 * older editors wrote, and bytes that are no text at all. UTF-16 tells by its mark. Null: it cannot be told.
 */
export function decode(bytes: Buffer): Decoded | null {
  const isLittle = bytes[0] === 0xff && bytes[1] === 0xfe;
  const isBig = bytes[0] === 0xfe && bytes[1] === 0xff;
  if (!isLittle && !isBig) {
    return { text: bytes.toString('latin1'), encode: (text) => Buffer.from(text, 'latin1') };
  }
  if (bytes.length % 2 !== 0) return null;
  if (isLittle) return { text: bytes.toString('utf16le'), encode: (text) => Buffer.from(text, 'utf16le') };
  const swapped = Buffer.from(bytes).swap16();
  return { text: swapped.toString('utf16le'), encode: (text) => Buffer.from(text, 'utf16le').swap16() };
}
