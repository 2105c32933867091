import type { ProcessIdentity } from '../machine/index.ts';
import { projectOf } from './project-of.ts';
import { moveOf, type SessionState } from './states.ts';
import type { SessionRow, SessionStore } from './store.ts';

/** The facts of one hook event that concern its session. */
export type SessionEvent = {
  event: string;
  sessionId: string;
  at: string;
  /** The newest event of this session that was applied before; null: none. */
  lastAppliedAt: () => string | null;
  /** The client's process, where the hook could name it. Asked for its identity only when it is news. */
  client: { pid: number; identify: () => ProcessIdentity } | null;
  body: Record<string, unknown>;
};

export type SessionOutcome = { outcome: 'applied' | 'refused-move'; detail: string | null };

const APPLIED: SessionOutcome = { outcome: 'applied', detail: null };

/** Brings the registry up to date with one event. Runs inside the intake transaction. */
export function applySessionEvent(sessions: SessionStore, event: SessionEvent): SessionOutcome {
  const before = sessions.one(event.sessionId);
  if (!before) {
    sessions.insert(newSession(event));
    return APPLIED;
  }
  if (typeof event.body.agent_id === 'string') return APPLIED; // A subagent's: the parent goes on.
  const lastAppliedAt = event.lastAppliedAt();
  if (lastAppliedAt !== null && event.at < lastAppliedAt) {
    return refused(`older than the session's last event (${lastAppliedAt})`);
  }
  const move = moveOf(event.event, event.body);
  if (move && !move.from.includes(before.state)) return refused(`no way from ${before.state} to ${move.to}`);

  const after = describe({ ...before, ...(move && stateFields(move.to, event)) }, event);
  if (sameRow(before, after)) return APPLIED;
  return sessions.replace(before, after) ? APPLIED : refused('the session was changed meanwhile');
}

function refused(detail: string): SessionOutcome {
  return { outcome: 'refused-move', detail };
}

/** A session that is first seen in its middle (Holdfast came later) begins where its first event puts it. */
function newSession(event: SessionEvent): SessionRow {
  const move = typeof event.body.agent_id === 'string' ? null : moveOf(event.event, event.body);
  const state = event.event === 'SessionStart' ? 'booting' : (move?.to ?? 'booting');
  const blank: SessionRow = {
    id: event.sessionId,
    state,
    reason: null,
    project: null,
    cwd: null,
    model: null,
    transcript_path: null,
    permission_mode: null,
    pid: null,
    process_start: null,
    boot_id: null,
    autonomous: 0,
    started_at: event.at,
    ended_at: null,
    version: 1,
  };
  return describe({ ...blank, ...stateFields(state, event) }, event);
}

function stateFields(to: SessionState, { body, at }: SessionEvent): Partial<SessionRow> {
  if (to === 'ended') return { state: to, reason: textOf(body.reason), ended_at: at };
  if (to === 'stalled') return { state: to, reason: errorClass(body.error), ended_at: null };
  return { state: to, reason: null, ended_at: null };
}

/** Fills in what the event says about the session itself. What it does not say stays as it was. */
function describe(row: SessionRow, { event, body, client }: SessionEvent): SessionRow {
  const cwd = textOf(body.cwd) ?? row.cwd;
  const begins = event === 'SessionStart' && body.source !== 'compact';
  const described: SessionRow = {
    ...row,
    cwd,
    // The project stays where the session began, wherever its shell goes; a resume may begin elsewhere.
    project: cwd !== null && (row.project === null || begins) ? projectOf(cwd) : row.project,
    model: modelOf(body.model) ?? row.model,
    transcript_path: textOf(body.transcript_path) ?? row.transcript_path,
    permission_mode: textOf(body.permission_mode) ?? row.permission_mode,
  };
  if (client === null) {
    // A resumed session runs in another process: the old one's identity would declare it dead.
    return begins ? { ...described, pid: null, process_start: null, boot_id: null } : described;
  }
  if (row.pid === client.pid && !begins) return described;
  const { pid, processStart, bootId } = client.identify();
  return { ...described, pid, process_start: processStart, boot_id: bootId };
}

function sameRow(a: SessionRow, b: SessionRow): boolean {
  return (Object.keys(a) as (keyof SessionRow)[]).every((column) => a[column] === b[column]);
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' && value !== '' ? value : null;
}

/** A name, or in some versions an object with one. */
function modelOf(value: unknown): string | null {
  if (typeof value === 'object' && value !== null && 'id' in value) return textOf(value.id);
  return textOf(value);
}

function errorClass(value: unknown): string | null {
  if (typeof value === 'object' && value !== null && 'type' in value) return textOf(value.type);
  return textOf(value);
}
