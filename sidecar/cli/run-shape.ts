/** A run, as the sidecar answers it. */
export type Run = {
  id: string;
  state: string;
  reason: string | null;
  detail: string | null;
  hint: string | null;
  waitUntil: string | null;
  objective: string;
  project: string;
  directory: string;
  worktree: string | null;
  branch: string | null;
  sessionId: string | null;
  turns: number;
  costUsd: number;
  maxTurns: number | null;
  maxUsd: number | null;
  open: { kind: string; text: string }[];
  until: string | null;
  untilResult: { code: number | null; output: string; timedOut: boolean } | null;
  setup: string | null;
  setupOutput: string | null;
  waitingTexts: number;
  createdAt: string;
  endedAt: string | null;
  cleanedAt: string | null;
};

export type RunWork = {
  commits: { hash: string; subject: string }[];
  uncommitted: string[];
  merge: string | null;
};

export type RunTurn = {
  id: string;
  state: string;
  toolCalls: number;
  costUsd: number;
  startedAt: string;
  endedAt: string | null;
  log: string;
};

export const ENDED = ['completed', 'failed', 'killed'];
