import { turnStore } from '../../sidecar/turns/store.ts';
import type { Machine } from '../resume/model-engine.ts';
import { aRun, hears, type Life } from '../resume/model-world.ts';

export type QueueSize = { open: number; terminal: number; runs: number };

const TURNS_OF_A_RUN = 3;
const EVENTS_OF_A_TURN = 20;
const MINUTE_MS = 60_000;

/**
 * Runs that crashed, each in its last turn. The newest of them have an open entry, half of which are of marked
 * sessions; what is over belongs to the others, and all of it is of the last day, as is all that was spent.
 */
export function fillQueue(life: Life, machine: Machine, folder: string, size: QueueSize): void {
  const { store, rooms, runs, send } = life;
  const turns = turnStore(store);
  const event = store.db.prepare<[string, number, string]>(
    `INSERT INTO turn_events (turn_id, number, source, type, tools, at, body_bytes, cut, body)
     VALUES (?, ?, 'stream', 'assistant', 1, ?, 2, 0, '{}')`,
  );
  const ago = (minutes: number) => new Date(machine.wallMs - minutes * MINUTE_MS).toISOString();
  store.write(() => {
    for (let n = 0; n < size.runs; n++) {
      const id = `run-${n}`;
      const at = ago(1 + (n % 1_400));
      const crashed = {
        state: 'failed',
        reason: 'crashed',
        detail: 'Its process was gone.',
        endedAt: at,
      } as const;
      runs.rooms.runs.add({ ...aRun(id, folder), ...crashed });
      for (let turn = 0; turn < TURNS_OF_A_RUN; turn++) addTurn(id, turn, at);
      const death = `run:${id}:${at}`;
      if (n < size.open / 2) addEntry(id, `s-${id}`, death, null);
      else {
        const reason = 'insufficient-evidence';
        rooms.refusals.add({
          death,
          sessionId: `s-${id}`,
          runId: id,
          at,
          reason,
          detail: 'It left nothing.',
        });
      }
    }
    for (let n = 0; n < size.open / 2; n++) {
      const session = `marked-${n}`;
      hears(send, session, folder, { pid: 2 ** 30, processStart: '1' });
      rooms.sessions.mark(session, true);
      const row = rooms.sessions.one(session);
      const gone = { at: ago(1), why: 'process-gone' as const, unfinished: { strong: [], weak: [] } };
      if (row) rooms.sessions.reap({ ...row, pid: row.pid ?? 0 }, gone);
      addEntry(null, session, `reaped:${session}`, null);
    }
    for (let n = 0; n < size.terminal; n++) {
      const run = `run-${Math.ceil(size.open / 2) + (n % Math.max(1, size.runs - size.open))}`;
      addEntry(run, `s-${run}`, `run:${run}:${n}`, ago(n % 1_400));
    }
  });

  function addTurn(runId: string, n: number, at: string): void {
    const id = `${runId}-turn-${n}`;
    const request = { runId, sessionId: `s-${runId}`, resume: n > 0, directory: folder, prompt: 'x' };
    turns.add(id, { ...request, claude: process.execPath, model: null, permissionMode: 'default' }, at);
    for (let number = 1; number <= EVENTS_OF_A_TURN; number++) event.run(id, number, at);
    const ended = n < TURNS_OF_A_RUN - 1 ? 'clean' : 'crashed';
    turns.change(id, { state: ended, seen_session_id: `s-${runId}`, cost_usd: 0.001, ended_at: at });
  }

  function addEntry(runId: string | null, sessionId: string, death: string, endedAt: string | null): void {
    const at = endedAt ?? ago(1);
    rooms.entries.add({
      ...{ id: death, death, sessionId, runId, diedAt: at, why: 'Its process was gone.', directory: folder },
      ...{ state: endedAt === null ? 'queued' : 'cancelled', reason: null, endedAt, attempts: 0 },
      ...{
        branch: machine.branch,
        transcript: null,
        transcriptMark: null,
        nextAttemptAt: null,
        turnId: null,
      },
      ...{ unfinished: { strong: [], weak: [] }, wouldResumeAt: null, queuedAt: at, version: 1 },
      expiresAt: new Date(machine.wallMs + 86_400_000).toISOString(),
    });
    rooms.entries.tell(death, at, 'queued', 'Its process was gone.');
    if (endedAt !== null) rooms.entries.tell(death, at, 'cancelled', null);
  }
}
