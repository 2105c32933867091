/**
 * The states of a session and every move that an event may make. A move that is not here is refused
 * and recorded, never forced.
 *
 *   booting → in_turn ⇄ between_turns → ended
 *   any live state → reaped (the process is gone without a SessionEnd)
 *   any live state → stalled (a StopFailure; the process may live)
 *
 * `ended` is left by a SessionStart alone: a resumed session is the same session. `reaped` and
 * `stalled` are left by any sign of life.
 */
export type SessionState = 'booting' | 'in_turn' | 'between_turns' | 'ended' | 'reaped' | 'stalled';

const UNLESS_ENDED: readonly SessionState[] = ['booting', 'in_turn', 'between_turns', 'reaped', 'stalled'];
const ANY: readonly SessionState[] = [...UNLESS_ENDED, 'ended'];

type Move = { to: SessionState; from: readonly SessionState[] };

const MOVES: Record<string, Move> = {
  SessionStart: { to: 'between_turns', from: ANY }, // A new session begins as booting instead.
  UserPromptSubmit: { to: 'in_turn', from: UNLESS_ENDED },
  PreToolUse: { to: 'in_turn', from: UNLESS_ENDED },
  PostToolUse: { to: 'in_turn', from: UNLESS_ENDED },
  PostToolUseFailure: { to: 'in_turn', from: UNLESS_ENDED },
  Stop: { to: 'between_turns', from: UNLESS_ENDED },
  StopFailure: { to: 'stalled', from: UNLESS_ENDED },
  SessionEnd: { to: 'ended', from: UNLESS_ENDED },
};

/** What the facts of one event would do to a session in this state. Null: the event moves nothing. */
export function moveOf(event: string, facts: { source?: unknown; is_interrupt?: unknown }): Move | null {
  const move = MOVES[event];
  if (!move) return null;
  if (event === 'SessionStart' && facts.source === 'compact') return null; // In the middle of a turn.
  if (event === 'PostToolUseFailure' && facts.is_interrupt === true) {
    return { to: 'between_turns', from: UNLESS_ENDED }; // The person pressed Esc: no Stop follows.
  }
  return move;
}
