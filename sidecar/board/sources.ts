import type { Word } from '../commitments/index.ts';
import type { GuardState } from '../guards/index.ts';
import type { Plans } from '../plans/index.ts';
import type { Runs } from '../runs/index.ts';
import type { SessionRow, SessionStore, ShownSession } from '../sessions/index.ts';
import type { Turns } from '../turns/index.ts';

/** What the board reads. It writes nothing: its buttons ask the same routes as everybody. */
export type BoardSources = {
  sessions: SessionStore;
  showSession: (row: SessionRow, options: { worktree: boolean }) => Promise<ShownSession>;
  word: Word;
  plans: Plans;
  runs: Runs;
  turns: Turns;
  /** As `GET /sessions/resume-queue` answers. */
  queue?: () => Queue;
  /** As `GET /guards` and `GET /attention` answer. */
  guards?: () => { guards: GuardRow[] };
  attention?: () => { items: AttentionItem[] };
  /** The number of the newest change: the page goes on from there. */
  lastChange: () => number;
  now?: () => Date;
};

export type Queue = {
  enabled: boolean;
  disabledReason: string | null;
  hint?: string | null | undefined;
  dryRun: boolean;
  paused: boolean;
  entries: QueueEntry[];
  lock: {
    held: boolean;
    detail: string;
    /** What lies there, ours or not. A null part is unknown. */
    found: { pid: number | null; hostname: string | null; heartbeatAt: string | null } | null;
  };
};

export type QueueEntry = {
  id: string;
  runId?: string | null | undefined;
  sessionId: string;
  state: string;
  gate: string | null;
  why: string | null;
  attempts: number;
  nextAttemptAt: string | null;
  wouldResumeAt: string | null;
};

export type GuardRow = {
  key: string;
  effective: GuardState;
  runtimeReason?: string | undefined;
  error?: string | undefined;
  hint?: string | undefined;
  description: string;
  criticalPath?: boolean | undefined;
};

export type AttentionItem = {
  id: string;
  guard: string;
  kind: string;
  status: 'open' | 'acknowledged' | 'closed';
  openedAt: string;
  closedAt?: string | null | undefined;
  count: number;
  title: string;
  why: string;
  hint: string;
};

export const LISTS = [
  'sessions',
  'open',
  'kept',
  'dropped',
  'contradicted',
  'runs',
  'queue',
  'guards',
] as const;

/** One list in full, a page at a time, instead of the five views. */
export type OneList = { name: (typeof LISTS)[number]; before: string | undefined };

/** A page of one list in full. */
export const PAGE_ROWS = 100;
