import type { Refusal } from './judge-lock.ts';

export type LockReason = Refusal | 'lock-lost' | 'starting' | 'off';

const HEAL = '`holdfast config set monitoring.resumeQueue.autoHealStaleHostLock true`';
const UNLOCK = '`holdfast queue unlock` shows the lock and asks before it ends it';
const AGAIN = 'It is tried again every 5 minutes';

/** What a person can do about it, in a sentence or two. */
export function lockHint(
  reason: LockReason,
  { autoHeal, otherMachine }: { autoHeal: boolean; otherMachine: boolean },
): string {
  switch (reason) {
    case 'starting':
      return 'Wait a moment: the lock is being looked at.';
    case 'off':
      return 'Start the sidecar: `holdfast start`.';
    case 'lock-live-other':
      return `Let that sidecar drain the queue, or stop it there with \`holdfast stop\`. ${AGAIN}; if it is gone for good, ${UNLOCK}.`;
    case 'lock-foreign-host':
      if (otherMachine)
        return `This home was restored, copied or is shared: drain it on one machine alone. If the other one does not use it any more, ${UNLOCK}.`;
      if (autoHeal)
        return `If no other machine uses this home, ${UNLOCK}: on this disk that cannot be proved by itself.`;
      return `If this machine was renamed: ${HEAL}, then restart the sidecar. Or, if no other machine uses this home, ${UNLOCK}.`;
    case 'lock-foreign-host-would-heal':
      return `\`holdfast config set monitoring.resumeQueue.dryRun false\` lets it heal by itself; or ${UNLOCK}.`;
    case 'lock-lost-race':
      return `Somebody else has just taken it. ${AGAIN}.`;
    case 'lock-unreadable':
      return `Look what lies in its place. A file that is not understood is taken over once it is 5 minutes old, or ${UNLOCK}; anything else is yours to remove.`;
    case 'lock-error':
      return `Make the folder \`state\` of the Holdfast home writable, with room on its disk. ${AGAIN}.`;
    case 'lock-lost':
      return `Somebody removed or replaced it: \`holdfast queue\` says who holds it now. ${AGAIN}.`;
  }
}
