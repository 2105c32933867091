/** The resume queue, as the sidecar answers it. */
export type Queue = {
  enabled: boolean;
  disabledReason: string | null;
  hint?: string;
  dryRun: boolean;
  paused: boolean;
  pausedAt: string | null;
  heldBy: string | null;
  heldWhy: string | null;
  entries: QueueEntry[];
  tombstones: {
    runId: string | null;
    sessionId: string;
    revivals: number;
    lastAt: string;
    capped: boolean;
    cappedUntil: string | null;
  }[];
  refusals: { sessionId: string; runId: string | null; at: string; reason: string; detail: string }[];
  lock: { held: boolean; how: string | null; reason: string | null; detail: string; found: Lock | null };
};

export type QueueEntry = {
  id: string;
  runId: string | null;
  sessionId: string;
  state: string;
  open: boolean;
  gate: string | null;
  why: string;
  diedAt: string;
  unfinished: { kind: string; strength: 'strong' | 'weak'; text: string }[];
  directory: string;
  branch: string | null;
  attempts: number;
  nextAttemptAt: string | null;
  wouldResumeAt: string | null;
  turnId: string | null;
  queuedAt: string;
  expiresAt: string;
  endedAt: string | null;
  history: { at: string; what: string; detail: string | null }[];
};

export type Lock = {
  pid: number | null;
  hostname: string | null;
  machineId: string | null;
  heartbeatAt: string | null;
  generation: string | null;
  ours: boolean;
  understood: boolean;
};

export const QUEUE_PATH = '/sessions/resume-queue';
