import { hash, randomUUID } from 'node:crypto';
import { bootId, processStart } from '../machine/index.ts';
import { dispatch, type HookEvent, type Rooms } from './dispatch.ts';
import { maskSecrets } from './redact/index.ts';
import type { HookBody } from './schemas.ts';
import { shortenOutput } from './shorten-output.ts';
import type { EventRow, EventStore, Via } from './store.ts';

/** One event as it reached the sidecar, live or from the spool. */
export type Incoming = {
  event: string;
  /** The hook's idempotency key. */
  id: string;
  source: string;
  via: Via;
  /** When it happened: when it came, or its spool file's time. */
  at: Date;
  client: { pid: number; processStart: string | null } | null;
  text: string;
  body: HookBody;
};

export type Taken = { row: EventRow | null; answer: Record<string, unknown> };

export type TakeOptions = {
  events: EventStore;
  rooms: Rooms;
  redact: boolean;
  /** Whether nothing about this event may be kept. */
  isIgnored: (body: HookBody) => boolean;
  now: () => Date;
  warn: (what: string, facts: Record<string, unknown>) => void;
};

/**
 * Takes one event: its row and everything that follows from it. Runs inside a transaction of the
 * caller's. `row` is null where nothing was stored: the event was there already, or its project is ignored.
 */
export function takeEvent(
  { events, rooms, redact, isIgnored, now, warn }: TakeOptions,
  incoming: Incoming,
): Taken {
  const { event, body, source, via, text } = incoming;
  if (isIgnored(body)) return { row: null, answer: {} };

  const bodyHash = hash('sha256', text, 'base64');
  const id = idFor(incoming, bodyHash, events, warn);
  if (id === null) return { row: null, answer: {} };

  const masked = redact ? maskSecrets(body) : body;
  const sessionId = body.session_id ?? null;
  const row: EventRow = {
    id,
    event,
    session_id: sessionId,
    agent_id: body.agent_id ?? null,
    tool_name: textOrNull(body.tool_name),
    tool_use_id: textOrNull(body.tool_use_id),
    source,
    via,
    at: incoming.at.toISOString(),
    received_at: now().toISOString(),
    outcome: 'stored',
    detail: null,
    body: JSON.stringify(bodyToKeep(masked)),
    body_bytes: Buffer.byteLength(text),
    body_hash: bodyHash,
  };

  let answer: Record<string, unknown> = {};
  if (body.holdfast_sample) row.outcome = 'sample';
  else if (events.hasUnpaired(bodyHash, source, sessionId)) row.outcome = 'duplicate';
  else if (sessionId !== null) {
    const facts = hookEvent({ ...incoming, body: masked }, row, sessionId, events);
    ({ outcome: row.outcome, detail: row.detail, answer } = dispatch(rooms, facts));
  }
  events.insert(row);
  return { row, answer };
}

/** Null: this very event is there already. A key that was used for another body is not ours to drop. */
function idFor({ id, event }: Incoming, bodyHash: string, events: EventStore, warn: TakeOptions['warn']) {
  const known = events.hashOf(id);
  if (known === undefined) return id;
  if (known === bodyHash) return null;
  // Named after both, so that a retry of the second body meets its own row.
  const other = `${id}~${Buffer.from(bodyHash, 'base64').toString('hex').slice(0, 16)}`;
  if (events.hashOf(other) !== undefined) return null;
  warn('an event id came again with another body; kept under a new id', { event, id, keptAs: other });
  return other;
}

function bodyToKeep(masked: HookBody): HookBody {
  if (masked.tool_response === undefined) return masked;
  // Masked first: a secret that crosses the cut would be left in half otherwise.
  const { response, cut } = shortenOutput(masked.tool_response);
  if (Object.keys(cut).length === 0) return masked;
  return { ...masked, tool_response: response, holdfast_true_length: cut };
}

function hookEvent(
  { client, via, body, event }: Incoming,
  row: EventRow,
  sessionId: string,
  events: EventStore,
): HookEvent {
  return {
    event,
    sessionId,
    via,
    at: row.at,
    lastAppliedAt: () => events.lastAppliedAt(sessionId),
    body,
    client: client && {
      pid: client.pid,
      identify: () => ({
        pid: client.pid,
        // A spooled event's process may be gone and its pid reused: only the hook's own word counts then.
        processStart: client.processStart ?? (via === 'live' ? processStart(client.pid) : null),
        bootId: bootId(),
      }),
    },
  };
}

export function newEventId(): string {
  return randomUUID();
}

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
