import { channel } from 'node:diagnostics_channel';

/** The points between which a sidecar may be killed, in their order. */
export type StepName = 'queued' | 'decided' | 'starting' | 'launched' | 'alive' | 'respawned' | 'failed';

const steps = channel('holdfast:resume');

/** Says where an entry is, to whoever listens: tests alone. Nobody listening, it costs a comparison. */
export function step(name: StepName, entryId: string): void {
  if (steps.hasSubscribers) steps.publish({ name, entryId });
}
