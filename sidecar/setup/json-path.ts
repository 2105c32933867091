import { findNodeAtLocation, type Node, parseTree } from 'jsonc-parser';
import { layoutOf } from './json-layout.ts';
import { appendProperty, removeChild, replaceValue } from './json-splice.ts';

/** The text with a value at a path of keys; no byte outside of that value, and what must hold it, changes. */
export function setAtPath(text: string, path: readonly string[], value: unknown): string {
  const root = treeOf(text);
  const layout = layoutOf(text, root);
  let holder = root;
  for (const [depth, key] of path.entries()) {
    const child = findNodeAtLocation(holder, [key]);
    if (!child) {
      const missing = path.slice(depth + 1);
      return appendProperty(text, holder, key, nested(missing, value), layout);
    }
    holder = child;
  }
  return replaceValue(text, holder, value, layout);
}

/** The text without that value, and without the objects that it leaves empty. */
export function removeAtPath(text: string, path: readonly string[]): string {
  const property = findNodeAtLocation(treeOf(text), [...path])?.parent;
  const holder = property?.parent;
  if (!property || !holder) return text;
  const isLast = holder.children?.length === 1 && path.length > 1;
  return isLast ? removeAtPath(text, path.slice(0, -1)) : removeChild(text, holder, property);
}

function treeOf(text: string): Node {
  const root = parseTree(text);
  if (!root) throw new Error('this text was parsed before'); // By JSON.parse, which is stricter.
  return root;
}

function nested(keys: readonly string[], value: unknown): unknown {
  return keys.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
}
