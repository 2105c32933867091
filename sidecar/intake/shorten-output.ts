/** Of a tool's output this much is stored; its true length stands beside it. */
export const OUTPUT_LIMIT = 64 * 1024;

type Shortened = { response: unknown; cut: Record<string, number> };

/**
 * Cuts the strings of a tool's response so that together they hold at most `limit` UTF-16 units. The
 * structure stays, so that whoever reads it later finds `stdout` where the client put it.
 * `cut` says for each shortened string where it was and how long it truly is.
 */
export function shortenOutput(response: unknown, limit: number = OUTPUT_LIMIT): Shortened {
  const cut: Record<string, number> = {};
  let left = limit;

  function shorten(value: unknown, path: string): unknown {
    if (typeof value === 'string') {
      const kept = value.length <= left ? value : wholeCharacters(value, left);
      left -= kept.length;
      if (kept.length < value.length) cut[path] = value.length;
      return kept;
    }
    if (Array.isArray(value)) return value.map((entry, index) => shorten(entry, `${path}[${index}]`));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, entry]) => [key, shorten(entry, `${path}.${key}`)]),
    );
  }

  return { response: shorten(response, 'tool_response'), cut };
}

/** Never ends between the two halves of a surrogate pair. */
function wholeCharacters(text: string, length: number): string {
  const last = text.charCodeAt(length - 1);
  return text.slice(0, last >= 0xd800 && last <= 0xdbff ? length - 1 : length);
}
