/** Where each guard lives that ticks, locks, masks or prunes. The others are asked for their word alone. */
export const PARTS: Record<string, string[]> = {
  spool: ['sidecar/intake/drain-spool.ts'],
  redaction: ['sidecar/intake/redact/mask-text.ts', 'sidecar/intake/redact/mask-secrets.ts'],
  singleInstance: ['sidecar/server/instance-lock.ts'],
  migrator: ['sidecar/store/migrate.ts'],
  commitmentSweep: ['sidecar/commitments/sweep-often.ts'],
  sessionWatchdog: ['sidecar/sessions/watchdog.ts', 'sidecar/sessions/sweep.ts'],
  turnStall: ['sidecar/turns/drive-turn.ts'],
  changeLogPruning: ['sidecar/server/keep-tidy.ts'],
  attention: ['sidecar/guards/look-often.ts'],
};

/** What ticks, waits or sounds like protection, and is none that could be off by itself. */
export const NOT_GUARDS: Record<string, string> = {
  'sidecar/audit/find-transcripts.ts': 'part of a verb',
  'sidecar/runs/create.ts': 'one pause of a request',
  'sidecar/runs/drive-runs.ts': 'the work itself: a run that stands still shows in its own list',
  'sidecar/runs/look.ts': 'one wait of a run, for hooks on their way',
  'sidecar/runs/preflight.ts': 'refuses the request that asks, and runs with no other',
  'sidecar/runs/prune.ts': 'a step of changeLogPruning',
  'sidecar/runs/run-program.ts': 'the time limit of one program',
  'sidecar/server/become-sidecar.ts': 'waits for the lock once',
  'sidecar/server/http-server.ts': 'the end of a stop',
  'sidecar/server/serve.ts': 'loads the rooms a moment after the start',
  'sidecar/server/start.ts': 'part of a verb',
  'sidecar/server/stop.ts': 'part of a verb',
  'sidecar/setup/doctor/live-proof.ts': 'part of a verb',
  'sidecar/store/change-stream.ts': 'the heartbeat of one reader',
  'sidecar/turns/drive-turns.ts': 'tries one thing again',
  'sidecar/turns/end-processes.ts': 'waits for one process to end',
  'sidecar/turns/leases.ts': 'held by the ledger itself: a unique key, in every transaction',
  'sidecar/turns/prune.ts': 'a step of changeLogPruning',
  'sidecar/turns/turns.ts': 'the work itself: adopts turns of a sidecar that died',
  'sidecar/intake/ignored-projects.ts': 'asked for each event, in the call that takes it',
  'sidecar/cli/demo.ts': 'part of a verb',
  'sidecar/cli/events.ts': 'part of a verb',
  'sidecar/cli/follow-run.ts': 'part of a verb',
  'sidecar/setup/sweep-temporaries.ts': 'part of a verb',
};

/** The resume queue's, until it registers them. */
export const EXPECTED: Record<string, string> = {
  'sidecar/resume/host-lock.ts': 'hostLock',
  'sidecar/resume/judge-lock.ts': 'hostLock',
  'sidecar/resume/lock-file.ts': 'hostLock',
  'sidecar/resume/lock-text.ts': 'hostLock',
  'sidecar/resume/local-disk.ts': 'hostLock',
  'sidecar/resume/sweep-claims.ts': 'hostLock',
};
