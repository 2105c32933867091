import type { NewTurnEvent } from './event-store.ts';
import type { Line } from './read-lines.ts';

/** In UTF-16 units. A longer body is stored cut. */
const LONGEST_BODY = 1024 * 1024;
/** Then the strings in it first, so that it stays what it was to whoever parses it. */
const LONGEST_TEXT = 64 * 1024;

/** `maskSecrets` of intake: the very same reference where it holds no secret. */
export type Mask = <T>(value: T) => T;

export type StreamEvent = NewTurnEvent & { sessionId: string | null };

/** One line of stream-json as an event. Null: it is none. */
export function understandLine({ text, bytes, whole }: Line, mask: Mask): StreamEvent | null {
  if (!whole) return beginningOf(text, bytes, mask);
  const parsed = parse(text);
  if (parsed === null || typeof parsed.type !== 'string') return null;
  const masked = mask(parsed);
  const cut = text.length > LONGEST_BODY;
  const body = masked === parsed && !cut ? text : JSON.stringify(cut ? shortened(masked) : masked);
  return {
    source: 'stream',
    type: parsed.type,
    subtype: typeof parsed.subtype === 'string' ? parsed.subtype : null,
    tools: toolCallsIn(parsed),
    bytes,
    cut,
    body: body.slice(0, LONGEST_BODY),
    sessionId: typeof parsed.session_id === 'string' ? parsed.session_id : null,
  };
}

/** Of a line that was too long to hold. The client writes the type first. */
function beginningOf(text: string, bytes: number, mask: Mask): StreamEvent | null {
  const type = /^\s*\{\s*"type"\s*:\s*"([^"\\]{1,100})"/.exec(text)?.[1];
  if (type === undefined) return null;
  const body = mask(text).slice(0, LONGEST_BODY);
  return { source: 'stream', type, subtype: null, tools: 0, bytes, cut: true, body, sessionId: null };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : null;
  } catch {
    return null; // Counted as malformed by the caller.
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function toolCallsIn({ type, message }: Record<string, unknown>): number {
  if (type !== 'assistant' || !isObject(message) || !Array.isArray(message.content)) return 0;
  return message.content.filter((block) => isObject(block) && block.type === 'tool_use').length;
}

function shortened(value: unknown): unknown {
  if (typeof value === 'string') {
    const over = value.length - LONGEST_TEXT;
    return over > 0 ? `${value.slice(0, LONGEST_TEXT)}… [${over} more characters]` : value;
  }
  if (Array.isArray(value)) return value.map(shortened);
  if (!isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, shortened(inner)]));
}
