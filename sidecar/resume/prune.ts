import { daysBefore } from '../store/index.ts';
import type { ResumeRooms } from './rooms.ts';

const KEEP_DAYS = 30;
const STEP = 500;

/** What is over, tombstones and refusals go after 30 days; open entries stay. Returns whether there may be more. */
export function pruneQueue({ store, entries, brakes, refusals }: ResumeRooms) {
  return (now: Date): boolean => {
    const before = daysBefore(now, KEEP_DAYS);
    return store.write(() =>
      [
        entries.dropEndedBefore(before, STEP),
        brakes.dropBefore(before, STEP),
        refusals.dropBefore(before, STEP),
      ].some((dropped) => dropped === STEP),
    );
  };
}
