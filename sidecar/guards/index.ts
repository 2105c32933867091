export {
  ATTENTION_KINDS,
  ATTENTION_STATUSES,
  type AttentionItem,
  type AttentionKind,
  type AttentionStatus,
  type Notice,
} from './attention.ts';
export type { GuardStatus, StatusOf } from './status.ts';
