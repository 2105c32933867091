import { messageOf } from '../errors/index.ts';
import type { GuardStatus } from './status.ts';

export type Ticking = {
  /** It is at work: what went wrong before may still be so. */
  alive: () => void;
  /** It did its work once more, and what went wrong before is over. */
  ticked: () => void;
  /** It ticked, and could not do its work. */
  failed: (error: unknown) => void;
  status: () => GuardStatus;
};

/** Keeps what a part with a cadence has to say of itself. */
export function newTicking(now: () => Date = () => new Date()): Ticking {
  let lastTickAt: string | null = null;
  let fault: string | null = null;

  function tick(why: string | null): void {
    lastTickAt = now().toISOString();
    fault = why;
  }

  return {
    alive: () => tick(fault),
    ticked: () => tick(null),
    failed: (error) => tick(messageOf(error)),
    status: () => ({
      runtime: 'on',
      lastTickAt,
      ...(fault !== null && { blind: true, reason: `Its last try failed: ${fault}` }),
    }),
  };
}
