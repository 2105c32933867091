/** Of each end of an output this much is read: summaries stand at the end, refusals at the beginning. */
const END = 8 * 1024;
const DEPTH = 4;
const PARTS = 50;
const LONGEST_LINE = 400;

/** The text of a tool's response, whatever its shape, shortened in the middle. */
export function responseText(response: unknown): string {
  // Patterns look at lines; a line without end would make each of them look at all of it again and again.
  return brokenLines(bothEnds(partsOf(response, DEPTH).join('\n')));
}

/** Split and joined, since an expression would count each line again from each of its characters. */
function brokenLines(text: string): string {
  const lines = text.split('\n');
  if (lines.every(({ length }) => length < LONGEST_LINE)) return text;
  return lines.flatMap(pieces).join('\n');
}

function pieces(line: string): string[] {
  const found: string[] = [];
  for (let at = 0; at === 0 || at < line.length; at += LONGEST_LINE) {
    found.push(line.slice(at, at + LONGEST_LINE));
  }
  return found;
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
