export { acquireHostLock, type HeldLock, type HostLock, type HostLockOptions } from './host-lock.ts';
export type { Refusal } from './judge-lock.ts';
