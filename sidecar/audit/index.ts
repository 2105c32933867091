export { type AuditOptions, audit, type Progress, type Report } from './audit.ts';
export { transcriptFolder } from './find-transcripts.ts';
export { ledgerJudges } from './ledger-judge.ts';
export { auditPage } from './page/page.ts';
export { readRow } from './row.ts';
export { parseSince } from './since.ts';
export type { Worst } from './tally.ts';
export { counted, judgement, megabytes, share, skippedInWords, spanInWords, speedInWords } from './words.ts';
