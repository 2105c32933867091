import type { Node } from 'jsonc-parser';

/** How a file is written. `unit` is one level of indentation; null: everything on one line. */
export type Layout = { lineEnd: string; unit: string | null; colon: string; comma: string };

/** Read off the first property: the file's author wrote the others like it, or does not mind. */
export function layoutOf(text: string, root: Node): Layout {
  const lineEnd = /\r\n|\n|\r/.exec(text)?.[0] ?? '\n';
  const [first] = root.children ?? [];
  if (!first) return { lineEnd, unit: '  ', colon: ': ', comma: ', ' };
  const unit = indentationIfFirst(text, first.offset);
  const spaced = first.colonOffset === undefined || /\s/.test(text.charAt(first.colonOffset + 1));
  if (unit !== null) return { lineEnd, unit, colon: ': ', comma: ', ' };
  return { lineEnd, unit, colon: spaced ? ': ' : ':', comma: spaced ? ', ' : ',' };
}

/** The white space before an offset where nothing else stands before it on its line, else null. */
export function indentationIfFirst(text: string, offset: number): string | null {
  const lineStart = startOfLine(text, offset);
  const before = text.slice(lineStart, offset);
  return lineStart > 0 && /^[ \t]*$/.test(before) ? before : null;
}

/** The white space at the start of the line that an offset lies on. */
export function indentationOf(text: string, offset: number): string {
  return /^[ \t]*/.exec(text.slice(startOfLine(text, offset), offset))?.[0] ?? '';
}

/** A value as the file would write it; every line after the first starts with `base`. */
export function render(value: unknown, layout: Layout, base: string): string {
  // No raw line break and no raw tab stands inside a JSON string: each one here is layout.
  const lines = JSON.stringify(value, null, '\t').split('\n');
  if (layout.unit === null) return oneLine(lines, layout);
  const { unit, lineEnd } = layout;
  return lines
    .map(
      (line, index) => (index === 0 ? '' : base) + line.replace(/^\t+/, (tabs) => unit.repeat(tabs.length)),
    )
    .join(lineEnd);
}

function oneLine(lines: string[], { colon, comma }: Layout): string {
  return lines
    .map((line) => line.trim())
    .map((line) => line.replace(/^("(?:[^"\\]|\\.)*"): /, `$1${colon}`))
    .map((line) => (line.endsWith(',') ? line.slice(0, -1) + comma : line))
    .join('');
}

function startOfLine(text: string, offset: number): number {
  return Math.max(text.lastIndexOf('\n', offset - 1), text.lastIndexOf('\r', offset - 1)) + 1;
}
