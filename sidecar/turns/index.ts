export { cutOffTurn } from './cut-off.ts';
export type { TurnEvent } from './event-store.ts';
export { forgetTurns } from './forget.ts';
export { TURN_STATES, type Turn, type TurnRequest, type TurnState } from './turn.ts';
export { openTurns, type Turns, type TurnsOptions } from './turns.ts';
