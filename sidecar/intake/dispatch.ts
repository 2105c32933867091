import type { Word } from '../commitments/index.ts';
import type { Telling } from '../guards/index.ts';
import type { Plans } from '../plans/index.ts';
import { applySessionEvent, type SessionEvent, type SessionStore } from '../sessions/index.ts';
import type { Via } from './store.ts';

/** The rooms that hear of events. */
export type Rooms = {
  sessions: SessionStore;
  word: Word;
  plans: Plans;
  /** What the person is to know, for a session that nobody was told it by yet. */
  notices: { tell: (sessionId: string) => Telling | null };
};

/** One hook event for the rooms. Its body is masked already, and whole. */
export type HookEvent = SessionEvent & { via: Via };

export type Dispatched = {
  outcome: 'applied' | 'stored' | 'refused-move';
  detail: string | null;
  /** What the hook prints for Claude. */
  answer: Record<string, unknown>;
};

/** Moves the session: its outcome is the event's. */
type Mover = (
  rooms: Rooms,
  event: HookEvent,
) => Pick<Dispatched, 'detail'> & { outcome: 'applied' | 'refused-move' };
/** What follows besides, also where the session did not move: an older event is news to the ledger all the same. */
type Follower = (rooms: Rooms, event: HookEvent) => Dispatched['answer'] | null;

const session: Mover = ({ sessions }, event) => applySessionEvent(sessions, event);

/**
 * The one list of who handles what: reading it tells the whole story of a turn. Everything here runs in
 * the transaction that stores the event, so an event and its effects are there together or not at all.
 * An event that is not listed is stored, and nothing follows from it.
 */
const HANDLERS: Record<string, [Mover, ...Follower[]]> = {
  SessionStart: [session, tellWhatIsOpen, tellNotices],
  UserPromptSubmit: [session, tellWhatIsOpen],
  PreToolUse: [session],
  PostToolUse: [session, recordCall, keepPlan],
  PostToolUseFailure: [session, recordCall],
  Stop: [session, hearTheTurn],
  StopFailure: [session],
  SessionEnd: [session],
};

export function dispatch(rooms: Rooms, event: HookEvent): Dispatched {
  const handlers = Object.hasOwn(HANDLERS, event.event) ? HANDLERS[event.event] : undefined;
  if (!handlers) return { outcome: 'stored', detail: null, answer: {} };
  const [move, ...followers] = handlers;
  const moved = move(rooms, event);
  let answer: Dispatched['answer'] = {};
  for (const follow of followers) answer = joined(answer, follow(rooms, event));
  return { ...moved, answer };
}

function recordCall({ word, sessions }: Rooms, event: HookEvent): null {
  const { body, sessionId, at } = event;
  const tool = textOf(body.tool_name);
  if (tool === null) return null;
  const ok = event.event === 'PostToolUse';
  const finished = {
    sessionId,
    topicId: topicOf(sessions, sessionId),
    agentId: textOf(body.agent_id),
    toolUseId: textOf(body.tool_use_id),
    at,
    call: { tool, input: body.tool_input, ok, response: ok ? body.tool_response : body.error },
    interrupted: body.is_interrupt === true,
    cwd: textOf(body.cwd),
  };
  word.callFinished(finished, { live: event.via === 'live' });
  return null;
}

function keepPlan({ plans }: Rooms, { body, sessionId, at }: HookEvent): null {
  const tool = textOf(body.tool_name);
  if (tool === null) return null;
  plans.callFinished({
    sessionId,
    agentId: textOf(body.agent_id),
    tool,
    input: body.tool_input,
    response: body.tool_response,
    durationMs: typeof body.duration_ms === 'number' ? body.duration_ms : null,
    at,
  });
  return null;
}

function hearTheTurn({ word, sessions }: Rooms, event: HookEvent): Dispatched['answer'] | null {
  const { body, sessionId, at } = event;
  if (textOf(body.agent_id) !== null) return null; // A subagent speaks to its parent, and to nobody else.
  const topicId = topicOf(sessions, sessionId);
  const message = textOf(body.last_assistant_message);
  const live = event.via === 'live';
  if (message !== null) word.turnEnded({ message, topicId, sessionId, at, live });
  if (!live) return null;
  const somethingRuns = isFilled(body.background_tasks) || isFilled(body.session_crons);
  const place = { sessionId, topicId, at };
  return asContext(
    'Stop',
    word.nudge({ ...place, stopHookActive: body.stop_hook_active === true, somethingRuns }),
  );
}

function tellWhatIsOpen({ word, sessions }: Rooms, event: HookEvent): Dispatched['answer'] | null {
  const { body, sessionId, at } = event;
  // What nobody reads was not told: a spooled event's hook is gone, and a subagent has no such prompt.
  if (event.via === 'spool' || textOf(body.agent_id) !== null) return null;
  const goesOn = body.source === 'resume' || body.source === 'compact';
  if (event.event === 'SessionStart' && !goesOn) return null;
  const facts = word.context({ sessionId, topicId: topicOf(sessions, sessionId), at });
  return asContext(event.event, facts);
}

function tellNotices(
  { notices }: Rooms,
  { event, via, sessionId, body }: HookEvent,
): Dispatched['answer'] | null {
  if (via === 'spool' || textOf(body.agent_id) !== null) return null;
  const told = notices.tell(sessionId);
  return told && { ...asContext(event, told.additionalContext), systemMessage: told.systemMessage };
}

/** Two that have something to tell the agent do not talk each other down. */
function joined(answer: Dispatched['answer'], more: Dispatched['answer'] | null): Dispatched['answer'] {
  if (more === null) return answer;
  const [first, second] = [contextOf(answer), contextOf(more)];
  if (first === null || second === null) return { ...answer, ...more };
  return {
    ...answer,
    ...more,
    hookSpecificOutput: {
      ...first,
      additionalContext: `${first.additionalContext}\n\n${second.additionalContext}`,
    },
  };
}

type ContextOutput = { hookEventName: string; additionalContext: string };

function contextOf({ hookSpecificOutput }: Dispatched['answer']): ContextOutput | null {
  return (hookSpecificOutput as ContextOutput | undefined) ?? null;
}

function asContext(hookEventName: string, additionalContext: string | null): Dispatched['answer'] | null {
  return additionalContext === null ? null : { hookSpecificOutput: { hookEventName, additionalContext } };
}

/** Where a session's promises belong: its project. One that never named a directory is a place of its own. */
function topicOf(sessions: SessionStore, sessionId: string): string {
  return sessions.one(sessionId)?.project ?? `session:${sessionId}`;
}

function isFilled(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}
