export { applySessionEvent, type SessionEvent, type SessionOutcome } from './apply-event.ts';
export { type LastEvents, lastEvents, type TurnEvent } from './last-events.ts';
export { projectOf } from './project-of.ts';
export type { Sign, Unfinished } from './signs.ts';
export { type Reaping, type SessionStore, sessionStore } from './store.ts';
export type { Swept } from './sweep.ts';
export { keepWatch } from './watchdog.ts';
