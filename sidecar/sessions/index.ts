export { applySessionEvent, type SessionEvent, type SessionOutcome } from './apply-event.ts';
export { projectOf } from './project-of.ts';
export { type SessionStore, sessionStore } from './store.ts';
