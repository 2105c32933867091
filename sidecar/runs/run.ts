import type { ProcessIdentity } from '../machine/index.ts';

/**
 * An objective that is driven through as many turns as it takes.
 *
 *   seed → spawning → running ⇄ waiting → completed | failed | killed
 *
 * seed       the row is there, and no turn was ever begun: its worktree is made, its set-up runs
 * spawning   its first turn is begun
 * running    a turn works on it
 * waiting    between two turns: it looks at what is open, or waits for an API that refused
 * completed  nothing is open
 * failed     it cannot or may not go on; the reason says why
 * killed     a person ended it
 *
 * A finished one is left by `restore` and `say` alone.
 */
export const RUN_STATES = [
  'seed',
  'spawning',
  'running',
  'waiting',
  'completed',
  'failed',
  'killed',
] as const;
export type RunState = (typeof RUN_STATES)[number];

export type FailReason =
  | 'setup'
  | 'max-turns'
  | 'max-usd'
  | 'no-progress'
  | 'api-error'
  | 'error'
  | 'stalled'
  | 'crashed';

/** How the `--until` command ended. `code` is null where it was ended by force. */
export type CommandResult = { code: number | null; output: string; timedOut: boolean; at: string };

export type Run = {
  seq: number;
  id: string;
  state: RunState;
  /** Of a failed one a `FailReason`; of a waiting one what it waits for. */
  reason: string | null;
  detail: string | null;
  /** What a waiting one does next, and not before `waitUntil`. */
  nextStep: 'look' | 'turn' | null;
  waitUntil: string | null;
  objective: string;
  project: string;
  /** Where its turns run: in the worktree the folder that the person named. */
  directory: string;
  /** Null: it works in place. */
  worktree: string | null;
  branch: string | null;
  /** The branch was made for this run. */
  newBranch: boolean;
  /** What a new branch is made from: a commit, or a remote's branch, which it then follows. */
  startPoint: string | null;
  baseCommit: string | null;
  /** Null until its first turn is begun. */
  sessionId: string | null;
  claude: string;
  model: string | null;
  permissionMode: string;
  /** Null: no limit. */
  maxTurns: number | null;
  maxUsd: number | null;
  /** Turns that do not count any more, since a person asked for more. */
  turnsBefore: number;
  until: string | null;
  untilResult: CommandResult | null;
  setup: string | null;
  setupOutput: string | null;
  /** The process of one of the two commands. */
  command: ProcessIdentity | null;
  /** Texts that wait for the next turn. */
  says: string[];
  /** Turns in a row that the API refused. */
  tries: number;
  /** Turns in a row that did nothing and left the same things open. */
  idle: number;
  openBefore: string | null;
  /** From here on it ends as killed, however its turn ends. */
  killAskedAt: string | null;
  externalKey: string | null;
  createdAt: string;
  endedAt: string | null;
  /** Its worktree was removed. */
  cleanedAt: string | null;
  version: number;
};

/** What somebody asks for. Checked in its form; nothing of the disk is known yet. */
export type RunRequest = {
  objective: string;
  project: string;
  branch?: string | undefined;
  worktree?: boolean | undefined;
  until?: string | undefined;
  setup?: string | undefined;
  maxTurns?: number | undefined;
  maxUsd?: number | undefined;
  model?: string | undefined;
  permissionMode?: string | undefined;
  externalKey?: string | undefined;
};

/** One thing that keeps a run from being completed. */
export type OpenThing = {
  kind: 'promise' | 'plan' | 'until';
  /** The same for the same thing at the next look. */
  key: string;
  text: string;
};

export function isFinished({ state }: Pick<Run, 'state'>): boolean {
  return state === 'completed' || state === 'failed' || state === 'killed';
}
