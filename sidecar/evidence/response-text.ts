/** Of each end of an output this much is read: summaries stand at the end, refusals at the beginning. */
const END = 8 * 1024;
const DEPTH = 4;
const PARTS = 50;
const LONG_LINE = /([^\n]{400})/g;

/** The text of a tool's response, whatever its shape, shortened in the middle. */
export function responseText(response: unknown): string {
  // Patterns look at lines; a line without end would make each of them look at all of it again and again.
  return bothEnds(partsOf(response, DEPTH).join('\n')).replace(LONG_LINE, '$1\n');
}

function partsOf(value: unknown, depth: number): string[] {
  if (typeof value === 'string') return value === '' ? [] : [bothEnds(value)];
  if (typeof value === 'number' || typeof value === 'boolean') return [String(value)];
  if (typeof value !== 'object' || value === null || depth === 0) return [];
  if (Array.isArray(value)) return value.slice(0, PARTS).flatMap((entry) => partsOf(entry, depth - 1));
  return Object.entries(value)
    .slice(0, PARTS)
    .flatMap(([key, entry]) => {
      const parts = partsOf(entry, depth - 1);
      // stdout and the like are the text itself; of other fields the name tells what the value means.
      return /^(?:stdout|stderr|output|text|content|error|message|result)$/.test(key)
        ? parts
        : parts.map((part) => `${key}: ${part}`);
    });
}

function bothEnds(text: string): string {
  return text.length <= 2 * END ? text : `${text.slice(0, END)}\n…\n${text.slice(-END)}`;
}
