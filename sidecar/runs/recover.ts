import { changeRun, failed } from './changes-of-state.ts';
import { liveTurn } from './require-run.ts';
import type { RunRooms } from './rooms.ts';
import { endCommand } from './run-command.ts';

/**
 * At the start, after the turns were taken over: what an earlier sidecar was in the middle of.
 *
 * A seed is brought up again from its first step: it was answered for, and nothing of a client exists yet.
 * Its command, or the `--until` of a waiting one, may still run: it is ended before it is begun again. A run
 * with a turn is where its turn is, since both are written in one transaction.
 */
export function recoverRuns(rooms: RunRooms): void {
  for (const run of rooms.runs.live()) {
    if (run.command !== null) {
      endCommand(run.command);
      changeRun(rooms, run.id, () => ({ command: null }));
    }
    const turn = liveTurn(rooms, run);
    if (turn && run.state === 'spawning') {
      changeRun(rooms, run.id, ({ state }) => (state === 'spawning' ? { state: 'running' } : null));
    }
    if (run.killAskedAt !== null && turn) void rooms.turns.stop(turn.id); // A kill that was asked for goes on.
    if (turn || (run.state !== 'spawning' && run.state !== 'running')) continue;
    const detail = 'Its turn is not in the ledger any more.';
    changeRun(rooms, run.id, ({ state }) =>
      state === 'spawning' || state === 'running' ? failed('crashed', detail, rooms.now()) : null,
    );
  }
}
