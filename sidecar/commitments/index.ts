export { type Commitment, STATUSES, type Status } from './commitment.ts';
export { sweepOften } from './sweep-often.ts';
export { openWord, type TurnHeard, type Word, type WordOptions } from './word.ts';
