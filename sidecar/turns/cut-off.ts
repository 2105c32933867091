import type { Turn } from './turn.ts';

/** How a turn was cut off in the middle of its work, in a sentence; null: it was not, or a person wanted it. */
export function cutOffTurn(turn: Turn | undefined): string | null {
  if (turn?.state === 'crashed') return 'Its turn had no result when its client was gone.';
  if (turn?.state === 'stalled') return 'Its turn was ended when nothing came from it any more.';
  if (turn?.state === 'error') return `Its turn was cut off by an error (${turn.error?.class ?? 'unknown'}).`;
  // No person stops a turn for that: it never was in the session that it was asked for.
  if (turn?.state === 'aborted' && turn.seenSessionId !== null && turn.seenSessionId !== turn.sessionId)
    return 'Its last turn went on in another session, and was stopped.';
  return null;
}
