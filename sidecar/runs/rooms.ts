import type { Store } from '../store/index.ts';
import type { Turn, TurnRequest } from '../turns/index.ts';
import type { Git } from './git.ts';
import type { OneAtATime } from './one-at-a-time.ts';
import type { RunStore } from './store.ts';
import type { OpenSources } from './what-is-open.ts';

/** What a run asks of the turn engine. */
export type TurnsFace = {
  /** Inside the caller's transaction. */
  begin: (request: TurnRequest) => Turn;
  /** After its commit. */
  launch: (turnId: string) => void;
  stop: (turnId: string) => Promise<Turn>;
  ofRun: (runId: string) => Turn[];
};

export type RunLimits = {
  claudePath: string | null;
  permissionMode: string;
  /** 0: no limit; so are the two below. */
  maxTurns: number;
  maxUsd: number;
  untilSeconds: number;
  /** Where worktrees are made. */
  worktrees: string;
  /** A command for every run that names none. */
  setup: string | null;
};

/** What every part of this room works with. */
export type RunRooms = {
  store: Store;
  runs: RunStore;
  turns: TurnsFace;
  open: OpenSources;
  limits: RunLimits;
  homeRoot: string;
  git: Git;
  /** Sees that the scripts are there that its turns' hooks name. */
  deployHooks: () => Promise<void>;
  /** By project: git takes one writer of worktrees at a time. */
  exclusive: OneAtATime;
  /** Hook events of a turn that has ended are still to be taken: one of them may open a promise. */
  eventsWait: () => boolean;
  /** Masks the secrets in what a command printed. */
  mask: (text: string) => string;
  warn: (what: string, facts: Record<string, unknown>) => void;
  now: () => Date;
  freeBytes?: (directory: string) => number | null;
};
