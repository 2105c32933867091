import type { TurnEventStore } from './event-store.ts';
import type { TurnRow } from './store.ts';
import type { Turn } from './turn.ts';

/** The longest text of a turn that its row keeps; its events have all of it. */
const LONGEST_TEXT = 20_000;

type Result = Record<string, unknown>;

/** What the result line says of the turn: its state, what it cost, and what it was not allowed. Null: none came. */
export function outcomeOf(events: TurnEventStore, turnId: string, now: Date): Partial<TurnRow> | null {
  const result = events.last(turnId, 'result');
  if (result === undefined) return null;
  const error = isGood(result) ? null : errorOf(events, turnId, result, now);
  const usage = objectOf(result.usage);
  return {
    state: error === null ? 'clean' : 'error',
    cost_usd: numberOf(result.total_cost_usd),
    input_tokens:
      numberOf(usage.input_tokens) +
      numberOf(usage.cache_creation_input_tokens) +
      numberOf(usage.cache_read_input_tokens),
    output_tokens: numberOf(usage.output_tokens),
    error: error && JSON.stringify(error),
    denials: JSON.stringify(denialsOf(result)),
    text: textOf(result.result)?.slice(0, LONGEST_TEXT) ?? null,
  };
}

function isGood(result: Result): boolean {
  return result.is_error !== true && (result.subtype === undefined || result.subtype === 'success');
}

/**
 * The class: the status of the API where it alone tells (529 is told as a `server_error` by the client), else the
 * client's own word on the message that it made of the error, else the kind of the result.
 */
function errorOf(events: TurnEventStore, turnId: string, result: Result, now: Date): Turn['error'] {
  const said = textOf(events.last(turnId, 'assistant')?.error);
  const kind = textOf(result.subtype);
  const status = numberOf(result.api_error_status);
  const own = said === 'unknown' ? null : said;
  return {
    class: classOfStatus(status, own) ?? (kind === 'success' ? null : kind) ?? said ?? 'unknown',
    text: (textOf(result.result) ?? textOf(result.error) ?? errorsOf(result) ?? '').slice(0, LONGEST_TEXT),
    retryAfterMs: retryAfter(events, turnId, result, now),
  };
}

function classOfStatus(status: number, said: string | null): string | null {
  if (status === 529) return 'overloaded';
  if (status === 429) return 'rate_limit';
  if (said !== null) return said;
  if (status >= 500) return 'server_error';
  if (status === 401 || status === 403) return 'authentication_failed';
  return status >= 400 ? 'invalid_request' : null;
}

/** A limit of use says when it is lifted: in an event of its own, or in older clients at the end of the text. */
function retryAfter(events: TurnEventStore, turnId: string, result: Result, now: Date): number | null {
  const limit = objectOf(events.last(turnId, 'rate_limit_event')?.rate_limit_info);
  const told = limit.status === 'rejected' ? numberOf(limit.resetsAt) : 0;
  const seconds = told || Number(/\|(\d{10})$/.exec(textOf(result.result) ?? '')?.[1] ?? 0);
  return seconds > 0 ? Math.max(0, seconds * 1000 - now.getTime()) : null;
}

function denialsOf(result: Result): string[] {
  const denials = Array.isArray(result.permission_denials) ? result.permission_denials : [];
  const names = denials.flatMap((denial) => textOf(objectOf(denial).tool_name) ?? []);
  return [...new Set(names)];
}

function errorsOf(result: Result): string | null {
  return Array.isArray(result.errors) ? result.errors.map(String).join('; ') : null;
}

function objectOf(value: unknown): Result {
  return typeof value === 'object' && value !== null ? (value as Result) : {};
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

function numberOf(value: unknown): number {
  return typeof value === 'number' && Number.isFinite(value) ? value : 0;
}
