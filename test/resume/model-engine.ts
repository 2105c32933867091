import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { HoldfastError } from '../../sidecar/errors/index.ts';
import type { Store } from '../../sidecar/store/index.ts';
import type { Turn, TurnRequest, TurnState } from '../../sidecar/turns/index.ts';
import { turnStore } from '../../sidecar/turns/store.ts';

/** What outlives a sidecar: the machine, its clients and its clocks. */
export type Machine = {
  wallMs: number;
  steadyMs: number;
  calm: boolean;
  lockIsOurs: boolean;
  branch: string;
  /** By turn, or by session where a person works with it. */
  clients: Map<string, { sessionId: string; child: ChildProcess | null }>;
  launched: string[];
  /** Turns whose client has said that it is the session that was asked for. */
  proven: Set<string>;
  /** What no machine may ever see. */
  faults: string[];
};

export function aMachine(): Machine {
  return {
    wallMs: Date.parse('2030-01-01T12:00:00Z'),
    steadyMs: 1_000_000,
    calm: true,
    lockIsOurs: true,
    branch: 'main',
    clients: new Map(),
    launched: [],
    proven: new Set(),
    faults: [],
  };
}

/** The turn engine's promises, over its own rows: one turn a session, and clients that outlive the sidecar. */
export function standInEngine(store: Store, machine: Machine, now: () => Date, ended: (turn: Turn) => void) {
  const turns = turnStore(store);
  const pending = new Set<string>();

  function close(id: string, state: TurnState, error: object | null = null): void {
    store.write(() => {
      const fields = { state, ended_at: now().toISOString(), error: error && JSON.stringify(error) };
      if (!turns.change(id, fields)) return;
      const turn = turns.one(id);
      if (turn) ended(turn);
    });
  }

  return {
    ...turns,
    begin: (request: TurnRequest): Turn => {
      if (turns.live().some(({ sessionId }) => sessionId === request.sessionId))
        throw new HoldfastError('SESSION_BUSY', 'The session is in a turn already.', 'Wait for its end.');
      const id = randomUUID();
      turns.add(id, request, now().toISOString());
      pending.add(id);
      return turns.one(id) as Turn;
    },
    launch: (id: string): void => {
      if (!store.db.open) throw new Error('its sidecar is dead');
      const turn = turns.one(id);
      if (!pending.delete(id) || !turn) return;
      machine.launched.push(id);
      if ([...machine.clients.values()].some(({ sessionId }) => sessionId === turn.sessionId))
        machine.faults.push(`${turn.sessionId} has two clients`);
      machine.clients.set(id, { sessionId: turn.sessionId, child: null });
      store.write(() => turns.change(id, { state: 'running' }));
    },
    stop: async (id: string): Promise<Turn> => {
      const child = machine.clients.get(id)?.child ?? null;
      pending.delete(id);
      machine.clients.delete(id);
      await endChild(child);
      close(id, 'aborted');
      return turns.one(id) as Turn;
    },
    recover: (): void => {
      for (const { id } of turns.live()) if (!machine.clients.has(id)) close(id, 'crashed');
    },
    /** What its client says first. */
    says: (id: string, sessionId: string): void => {
      store.write(() => turns.change(id, { seen_session_id: sessionId }));
    },
    close,
    liveOf: (sessionId: string): Turn | undefined =>
      turns.live().find((turn) => turn.sessionId === sessionId),
  };
}

export async function endChild(child: ChildProcess | null): Promise<void> {
  if (child === null || child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, 'exit');
  child.kill('SIGKILL');
  await ended;
}
