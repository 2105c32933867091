export {
  ATTENTION_KINDS,
  ATTENTION_STATUSES,
  type AttentionItem,
  type AttentionKind,
  type AttentionStatus,
  type Notice,
} from './attention.ts';
export { GUARD_STATES, type GuardState, LOUD_STATES } from './derive.ts';
export { forgetNotices } from './forget.ts';
export { type HookLife, type HookLifeOptions, openHookLife } from './hooks/hook-life.ts';
export { GUARDS, type Guard } from './manifest.ts';
export type { RunCommand } from './notify.ts';
export { type Guards, type GuardsOptions, openGuards } from './open-guards.ts';
export type { Summary } from './registry.ts';
export { type GuardRow, isLoud } from './row.ts';
export type { NoticesNow } from './sources.ts';
export type { GuardStatus, StatusOf } from './status.ts';
export type { Telling } from './tell-sessions.ts';
export { newTicking, type Ticking } from './ticking.ts';
