// Loaded into a real sidecar before its first line: ends it with SIGKILL when a run reaches a named step.
import { subscribe } from 'node:diagnostics_channel';

subscribe('holdfast:runs', ({ name }) => {
  if (name !== process.env.RUNS_KILL_AT) return;
  process.kill(process.pid, 'SIGKILL');
  for (;;); // Nothing may run between the step and the end.
});
