/** Promises stand at the end of a message: of a longer one only this much is read. */
export const READ_AT_MOST = 16 * 1024;

export type LastPart = { text: string; readFrom: number; truncated: boolean };

/** The last 16 KB of a message (UTF-16 units), from the beginning of a line where there is one nearby. */
export function lastPart(text: string): LastPart {
  if (text.length <= READ_AT_MOST) return { text, readFrom: 0, truncated: false };
  const cut = text.length - READ_AT_MOST;
  const line = text.indexOf('\n', cut) + 1;
  const readFrom = line > 0 && line - cut < 1000 ? line : wholeCharacter(text, cut);
  return { text: text.slice(readFrom), readFrom, truncated: true };
}

/** Where a cut leaves no half of a surrogate pair behind it. */
export function wholeCharacter(text: string, at: number): number {
  return /[\uDC00-\uDFFF]/.test(text.charAt(at)) ? at + 1 : at;
}
