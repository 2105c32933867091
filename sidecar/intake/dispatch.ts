import {
  applySessionEvent,
  SESSION_EVENTS,
  type SessionEvent,
  type SessionStore,
} from '../sessions/index.ts';

/** The rooms that hear of events. */
export type Rooms = { sessions: SessionStore };

export type Dispatched = {
  outcome: 'applied' | 'stored' | 'refused-move';
  detail: string | null;
  /** What the hook prints for Claude. */
  answer: Record<string, unknown>;
};

type Handler = (
  rooms: Rooms,
  event: SessionEvent,
) => { outcome: 'applied' | 'refused-move'; detail: string | null };

/**
 * The one list of who handles what: reading it tells the whole story of a turn. Everything here runs in
 * the transaction that stores the event, so an event and its effects are there together or not at all.
 * An event that is not listed is stored, and nothing follows from it.
 */
const HANDLERS: Record<string, readonly Handler[]> = Object.fromEntries(
  SESSION_EVENTS.map((event) => [event, [(rooms, facts) => applySessionEvent(rooms.sessions, facts)]]),
);

export function dispatch(rooms: Rooms, event: SessionEvent): Dispatched {
  const handlers = Object.hasOwn(HANDLERS, event.event) ? (HANDLERS[event.event] ?? []) : [];
  if (handlers.length === 0) return { outcome: 'stored', detail: null, answer: {} };
  for (const handle of handlers) {
    const { outcome, detail } = handle(rooms, event);
    if (outcome === 'refused-move') return { outcome, detail, answer: {} };
  }
  return { outcome: 'applied', detail: null, answer: {} };
}
