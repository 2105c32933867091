import type { Driver } from './drive-runs.ts';
import { requireHandle, requireRun } from './require-run.ts';
import { goOn } from './restore.ts';
import type { RunRooms } from './rooms.ts';
import type { Run } from './run.ts';

/** One at work keeps the text for its next turn; any other gets one more turn, which is told. */
export async function sayToRun(rooms: RunRooms, driver: Driver, id: string, text: string): Promise<Run> {
  const add = (run: Run) => ({ says: [...run.says, text] });
  const keep = (run: Run) => (isAtWork(run) ? rooms.runs.replace(run, add(run)) : null);
  const kept = rooms.store.write(() => keep(requireRun(rooms, id)));
  if (kept) return kept;
  requireHandle(requireRun(rooms, id));
  return goOn(rooms, driver, id, add, keep);
}

function isAtWork({ state }: Run): boolean {
  return state === 'seed' || state === 'spawning' || state === 'running';
}
