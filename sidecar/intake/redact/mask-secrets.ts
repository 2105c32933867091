import { isQuotedSecret } from './judge.ts';
import { namesSecret } from './key-names.ts';
import { maskText } from './mask-text.ts';
import { isMask, mask, withoutMasks } from './pattern.ts';

/** What the rooms find a session, its files and its calls by: masked, an event would belong to nobody. */
const UNTOUCHED = new Set([
  'session_id',
  'hook_event_name',
  'transcript_path',
  'cwd',
  'tool_use_id',
  'tool_name',
  'permission_mode',
  'agent_id',
  'agent_type',
  'prompt_id',
]);

/** No event is so deep, and the stack ends somewhere: what lies below is dropped and not stored unread. */
const DEEPEST = 500;

/** The same JSON value with its secrets masked; the very same reference where it holds none. */
export function maskSecrets<T>(value: T): T {
  return maskValue(value, 0) as T;
}

function maskValue(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return maskText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth > DEEPEST) return mask('too-deep');
  return Array.isArray(value) ? maskItems(value, depth) : maskFields(value, depth);
}

function maskItems(items: unknown[], depth: number): unknown[] {
  let changed = false;
  const masked = items.map((item) => {
    const after = maskValue(item, depth + 1);
    changed ||= after !== item;
    return after;
  });
  return changed ? masked : items;
}

function maskFields(fields: object, depth: number): object {
  let changed = false;
  const masked = Object.entries(fields).map((entry): [string, unknown] => {
    const [key, value] = entry;
    if (depth === 0 && UNTOUCHED.has(key)) return entry;
    const maskedKey = maskText(key);
    const after = maskField(maskedKey, value, depth);
    if (after === value && maskedKey === key) return entry;
    changed = true;
    return [maskedKey, after];
  });
  return changed ? fromEntries(masked) : fields;
}

/** Not by assignment, which for `__proto__` would set the prototype. */
function fromEntries(entries: [string, unknown][]): object {
  const fields = new Map<string, unknown>();
  for (const [key, value] of entries) fields.set(freeKey(key, fields), value);
  return Object.fromEntries(fields);
}

/** Two keys may come out the same; neither's value is to be lost. */
function freeKey(key: string, taken: Map<string, unknown>): string {
  let free = key;
  for (let next = 2; taken.has(free); next++) free = `${key} ${next}`;
  return free;
}

function maskField(key: string, value: unknown, depth: number): unknown {
  const masked = maskValue(value, depth + 1);
  return typeof masked === 'string' && namesSecret(withoutMasks(key)) ? maskNamedValue(masked) : masked;
}

/** The scheme of a header stays: `Bearer [masked:secret]`. */
function maskNamedValue(value: string): string {
  const scheme = /^(?:Bearer|Basic|Token|Digest)\s+/i.exec(value)?.[0] ?? '';
  const secret = value.slice(scheme.length);
  return !isMask(secret) && isQuotedSecret(secret) ? scheme + mask('secret') : value;
}
