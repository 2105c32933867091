import { type LookAtProcess, processFate } from './process-fate.ts';
import { readable } from './readable.ts';
import type { ShownSession } from './schemas.ts';
import type { Unfinished } from './signs.ts';
import type { SessionRow, SessionStore } from './store.ts';

export type ShowSessionRooms = {
  sessions: SessionStore;
  unfinishedOf: (sessionId: string, options: { worktree: boolean }) => Promise<Unfinished>;
  planOf: (sessionId: string) => object | null;
  /** Whether a run works, or worked, in it. */
  isOfRun: (sessionId: string) => boolean;
  lookAt?: LookAtProcess;
};

/** A session as the door and the board show it: its row, and what ledger, plan and process table say now. */
export function showSession({
  sessions,
  unfinishedOf,
  planOf,
  isOfRun,
  lookAt = processFate,
}: ShowSessionRooms): (row: SessionRow, options: { worktree: boolean }) => Promise<ShownSession> {
  return async function show(row, options) {
    const { id, pid, process_start: processStart, boot_id: bootId } = row;
    const over = row.state === 'ended' || row.state === 'reaped';
    return readable({
      row,
      facts: sessions.facts(id),
      fate: over || pid === null ? null : lookAt({ pid, processStart, bootId }),
      reaping: row.state === 'reaped' ? sessions.lastReaping(id) : null,
      unfinished: await unfinishedOf(id, options),
      plan: planOf(id),
      isOfRun: isOfRun(id),
    });
  };
}
