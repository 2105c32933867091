export { type Claim, type ClaimKind, VERBS, type Verb, type Withdrawal } from './claim.ts';
export { classifyMessage } from './classify.ts';
export { type LastPart, lastPart, READ_AT_MOST, wholeCharacter } from './last-part.ts';
