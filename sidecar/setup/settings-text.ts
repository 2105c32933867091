import { type Node, type ParseError, parseTree, printParseErrorCode } from 'jsonc-parser';
import { HoldfastError, messageOf } from '../errors/index.ts';

export type JsonObject = Record<string, unknown>;
export type Settings = { value: JsonObject; root: Node };

const BYTE_ORDER_MARK = '\uFEFF';

/** Claude Code 2.1.197 reads a file with a byte order mark as if it had none; so do we, and keep it. */
export function splitByteOrderMark(text: string): { mark: string; body: string } {
  return text.startsWith(BYTE_ORDER_MARK)
    ? { mark: BYTE_ORDER_MARK, body: text.slice(1) }
    : { mark: '', body: text };
}

/**
 * Strict JSON with one value for each key, or a refusal that names the line. Of two equal keys JSON.parse
 * takes the last, but an edit could land in the first: the file would look right and do nothing.
 */
export function parseSettings(body: string, file: string): Settings {
  let value: unknown;
  try {
    value = JSON.parse(body);
  } catch (cause) {
    throw notJson(body, file, cause);
  }
  if (!isObject(value)) throw refusal(file, `it holds ${kindOf(value)}, not an object`);
  const root = parseTree(body, [], { disallowComments: true });
  if (!root) throw refusal(file, 'its structure could not be understood');
  refuseDuplicateKeys(body, root, file);
  return { value, root };
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

export function refusal(file: string, what: string, options: { line?: number; cause?: unknown } = {}) {
  const { line, cause } = options;
  return new HoldfastError(
    'SETTINGS_UNREADABLE',
    `${file}${line === undefined ? '' : `, line ${line}`}: ${what}. Nothing was changed.`,
    line === undefined ? 'Mend the file and try again.' : `Mend line ${line} of the file and try again.`,
    { cause, details: line === undefined ? { file } : { file, line } },
  );
}

function notJson(body: string, file: string, cause: unknown): HoldfastError {
  const errors: ParseError[] = [];
  parseTree(body, errors, { disallowComments: true });
  const [first] = errors;
  if (!first) {
    // JSON.parse names a place in some of its messages only.
    const offset = Number(/position (\d+)/.exec(messageOf(cause))?.[1] ?? 0);
    return refusal(file, `it is not JSON (${messageOf(cause)})`, { line: lineAt(body, offset), cause });
  }
  const line = lineAt(body, first.offset);
  const name = printParseErrorCode(first.error);
  if (name === 'InvalidCommentToken') {
    const what = 'a comment, and Claude Code drops a settings file with comments as a whole';
    return refusal(file, what, { line, cause });
  }
  const words = name.replace(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`).toLowerCase();
  return refusal(file, `it is not JSON (${words})`, { line, cause });
}

function refuseDuplicateKeys(body: string, node: Node, file: string): void {
  const seen = new Set<string>();
  for (const child of node.children ?? []) {
    if (child.type === 'property') {
      const key = String(child.children?.[0]?.value);
      if (seen.has(key)) {
        const what = `the key ${JSON.stringify(key)} stands twice in one object`;
        throw refusal(file, what, { line: lineAt(body, child.offset) });
      }
      seen.add(key);
    }
    refuseDuplicateKeys(body, child, file);
  }
}

function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split(/\r\n|\n|\r/).length;
}
