import { channel } from 'node:diagnostics_channel';

/** The points between which a sidecar may be killed, in their order. */
export type StepName =
  | 'seeded'
  | 'worktree-made'
  | 'set-up'
  | 'turn-begun'
  | 'turn-launched'
  | 'looking'
  | 'looked';

const steps = channel('holdfast:runs');

/** Says where a run is, to whoever listens: tests alone. Nobody listening, it costs a comparison. */
export function step(name: StepName, runId: string): void {
  if (steps.hasSubscribers) steps.publish({ name, runId });
}
