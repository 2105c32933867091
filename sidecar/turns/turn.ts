/**
 * One headless turn of `claude`: one process, from one prompt to its result.
 *
 *   spawning → running → clean | error | stalled | aborted | crashed
 *
 * spawning  the row is committed, the process may not exist yet
 * running   its process is known by pid, start and boot
 * clean     a result without error
 * error     a result with one
 * stalled   no event for the stall time; ended by force
 * aborted   somebody asked it to stop
 * crashed   gone without a result
 */
export const TURN_STATES = [
  'spawning',
  'running',
  'clean',
  'error',
  'stalled',
  'aborted',
  'crashed',
] as const;
export type TurnState = (typeof TURN_STATES)[number];

export type TurnRequest = {
  /** Null: a turn of no run, of a session that a person marked. */
  runId: string | null;
  /** Chosen by us for a first turn, so that it is known before the process is. */
  sessionId: string;
  /** `--resume` instead of `--session-id`. */
  resume: boolean;
  directory: string;
  prompt: string;
  /** Absolute path of the client. */
  claude: string;
  model: string | null;
  permissionMode: string;
};

export type Turn = {
  seq: number;
  id: string;
  runId: string | null;
  /** As asked for. */
  sessionId: string;
  /** As the stream said; another one than asked for is a `resume_mismatch`. */
  seenSessionId: string | null;
  state: TurnState;
  directory: string;
  pid: number | null;
  processStart: string | null;
  bootId: string | null;
  /** Counted when somebody looks. */
  events: number;
  toolCalls: number;
  /** Lines that were no event. */
  malformed: number;
  costUsd: number;
  tokens: { input: number; output: number };
  /** The class of an `error` (`rate_limit`, `overloaded`, …) and how long to wait where it says so. */
  error: { class: string; text: string; retryAfterMs: number | null } | null;
  /** Tools that the turn was not allowed to use. */
  denials: string[];
  /** The last text of the agent. */
  text: string | null;
  lastActivityAt: string | null;
  startedAt: string;
  endedAt: string | null;
  version: number;
};
