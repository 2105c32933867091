import type { Turn } from '../turns/index.ts';
import { failed, killed, waiting } from './changes-of-state.ts';
import type { RunRooms } from './rooms.ts';
import type { Run } from './run.ts';

/** What passes by itself: the API is asked again. */
const PASSES = ['rate_limit', 'overloaded', 'server_error'];
const MOST_TRIES = 6;
const LONGEST_BACKOFF_MINUTES = 30;
/** What an API asks for beyond this is no waiting time that anybody meant. */
const LONGEST_ASKED_MS = 7 * 86_400_000;

/** Runs inside the transaction that closes the turn, so that turn and run never tell different stories. */
export function turnEnded({ runs, now }: Pick<RunRooms, 'runs' | 'now'>, turn: Turn): Run | null {
  const run = turn.runId === null ? undefined : runs.one(turn.runId);
  if (!run || (run.state !== 'spawning' && run.state !== 'running')) return null;
  // Another session than asked for: the client goes on there, and so does the run.
  const sessionId = (turn.state === 'aborted' ? null : turn.seenSessionId) ?? run.sessionId;
  return runs.replace(run, { ...stateAfter(run, turn, now()), sessionId });
}

function stateAfter(run: Run, turn: Turn, at: Date): Partial<Run> {
  if (run.killAskedAt !== null) return killed(at);
  if (turn.state === 'clean') return waiting('look', { tries: 0 });
  // A person's kill is written down before its turn is stopped: this one was not what the queue had asked for.
  if (turn.state === 'aborted')
    return failed('crashed', 'Its turn was stopped: it was in another session.', at);
  if (turn.state === 'error') return afterError(run, turn, at);
  const reason = turn.state === 'stalled' ? 'stalled' : 'crashed';
  const why = turn.state === 'stalled' ? 'Nothing came from its turn any more' : 'Its process was gone';
  return failed(reason, turn.error?.text ?? `${why}.`, at);
}

function afterError(run: Run, { error }: Turn, at: Date): Partial<Run> {
  const name = error?.class ?? 'unknown';
  if (!PASSES.includes(name)) return failed('error', `${name}: ${error?.text ?? ''}`, at);
  const tries = run.tries + 1;
  if (tries >= MOST_TRIES) {
    return { ...failed('api-error', `${tries} times in a row ${name}: ${error?.text ?? ''}`, at), tries };
  }
  const waitUntil = new Date(at.getTime() + waitMs(tries, error?.retryAfterMs ?? null)).toISOString();
  const detail = `The API answered with ${name}; asked again at ${waitUntil} (${tries} of ${MOST_TRIES}).`;
  return waiting('turn', { tries, waitUntil, reason: name, detail });
}

/** For the time asked for, else 1, 2, 4 … 30 minutes. */
export function waitMs(tries: number, asked: number | null): number {
  if (asked !== null && asked >= 0) return Math.min(asked, LONGEST_ASKED_MS);
  return Math.min(2 ** (tries - 1), LONGEST_BACKOFF_MINUTES) * 60_000;
}

/** A turn that the API refused did nothing, and counts for nothing. */
export function wasRefused({ state, error }: Turn): boolean {
  return state === 'error' && PASSES.includes(error?.class ?? '');
}
