export { readCalls } from './background.ts';
export { type CompletedClaim, type CompletedClaims, completedClaims, patience } from './completed-claims.ts';
export { detailOf } from './detail.ts';
export {
  type Evidence,
  type EvidenceLedger,
  type EvidenceNote,
  evidenceLedger,
  type FinishedCall,
  noteOf,
} from './ledger.ts';
export { type Met, meets } from './meets.ts';
export { readCall } from './read-call.ts';
export type { Claim, Deed, Reading, ToolCall } from './reading.ts';
export { type PromiseState, stateOf } from './state.ts';
export { type Verdict, verdictOf } from './verdict.ts';
