import { applyEdits, type Node } from 'jsonc-parser';
import { indentationIfFirst, indentationOf, type Layout, render } from './json-layout.ts';

/*
 * One edit each, into text whose tree was just read. jsonc-parser finds the places; its own `modify` is
 * not used: it lays out the whole line around an edit anew (in a one-line file that is everything) and
 * takes array elements out wrongly (its issues #108 and #120). Here no byte outside of the edit changes,
 * and what was appended comes out again without a trace.
 */

export function appendElement(text: string, array: Node, value: unknown, layout: Layout): string {
  return append(text, array, (inner, base) => render(value, inner, base), layout);
}

export function appendProperty(
  text: string,
  object: Node,
  key: string,
  value: unknown,
  layout: Layout,
): string {
  const write = (inner: Layout, base: string) =>
    JSON.stringify(key) + inner.colon + render(value, inner, base);
  return append(text, object, write, layout);
}

export function replaceValue(text: string, node: Node, value: unknown, layout: Layout): string {
  const spansLines = /[\r\n]/.test(text.slice(node.offset, node.offset + node.length));
  // What stood on one line stays on one, whatever the file does elsewhere.
  const inner = spansLines ? layout : { ...layout, unit: null };
  return splice(text, node.offset, node.length, render(value, inner, indentationOf(text, node.offset)));
}

/** Takes out a child and the comma that joins it to its neighbour. */
export function removeChild(text: string, container: Node, child: Node): string {
  const children = container.children ?? [];
  const index = children.indexOf(child);
  const [previous, next] = [children[index - 1], children[index + 1]];
  if (previous) {
    const from = previous.offset + previous.length;
    return splice(text, from, child.offset + child.length - from, '');
  }
  if (next) return splice(text, child.offset, next.offset - child.offset, '');
  return splice(text, container.offset + 1, container.length - 2, '');
}

function append(
  text: string,
  container: Node,
  write: (layout: Layout, base: string) => string,
  layout: Layout,
): string {
  const last = container.children?.at(-1);
  return last ? appendAfter(text, last, write, layout) : fillEmpty(text, container, write, layout);
}

/** A new child looks like the one before it: on a line of its own, or on the same line. */
function appendAfter(
  text: string,
  last: Node,
  write: (layout: Layout, base: string) => string,
  layout: Layout,
): string {
  const end = last.offset + last.length;
  const own = indentationIfFirst(text, last.offset);
  if (own !== null) return splice(text, end, 0, `,${layout.lineEnd}${own}${write(layout, own)}`);
  const spansLines = /[\r\n]/.test(text.slice(last.offset, end));
  const inner = spansLines ? layout : { ...layout, unit: null };
  return splice(text, end, 0, layout.comma + write(inner, indentationOf(text, last.offset)));
}

function fillEmpty(
  text: string,
  container: Node,
  write: (layout: Layout, base: string) => string,
  layout: Layout,
): string {
  const base = indentationOf(text, container.offset);
  const inside =
    layout.unit === null
      ? write(layout, base)
      : `${layout.lineEnd}${base}${layout.unit}${write(layout, base + layout.unit)}${layout.lineEnd}${base}`;
  return splice(text, container.offset + 1, container.length - 2, inside);
}

function splice(text: string, offset: number, length: number, content: string): string {
  return applyEdits(text, [{ offset, length, content }]);
}
