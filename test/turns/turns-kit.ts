import { randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import type { Store } from '../../sidecar/store/index.ts';
import {
  openTurns,
  type Turn,
  type TurnEvent,
  type TurnRequest,
  type Turns,
  type TurnsOptions,
} from '../../sidecar/turns/index.ts';
import { type OpenedStore, openedStore } from '../kit/opened-store.ts';
import { until } from '../kit/until.ts';

export const FAKE_CLAUDE = fileURLToPath(new URL('fixtures/claude', import.meta.url));

export type OpenedTurns = OpenedStore & {
  turns: Turns;
  /** What `ended` was told, in order. */
  ended: Turn[];
  warnings: string[];
  request: (prompt: string, given?: Partial<TurnRequest>) => TurnRequest;
  /** Begins in a transaction of its own and launches. */
  start: (prompt: string, given?: Partial<TurnRequest>) => Turn;
  /** Waits until it is closed. */
  end: (turn: Turn, limitMs?: number) => Promise<Turn>;
  /** Starts and waits. */
  play: (prompt: string, given?: Partial<TurnRequest>) => Promise<Turn>;
  events: (turn: Pick<Turn, 'id'>) => TurnEvent[];
};

/** The engine over a ledger of its own, with the fake client. What it leaves running fails the test. */
export function openedTurns(
  given: Partial<TurnsOptions> = {},
  opened: OpenedStore = openedStore(),
): OpenedTurns {
  const { store, home, folder } = opened;
  const ended: Turn[] = [];
  const warnings: string[] = [];
  const turns = openTurns({
    store,
    home,
    stallSeconds: 0,
    hookSettings: '{}',
    ended: (turn) => ended.push(turn),
    warn: (what, facts) => warnings.push(`${what}: ${facts.why}`),
    environment: { PATH: process.env.PATH, HOME: folder },
    ...given,
  });
  onTestFinished(async () => {
    turns.close();
    await nobodyLeft(store);
  });

  function request(prompt: string, more: Partial<TurnRequest> = {}): TurnRequest {
    return {
      runId: null,
      sessionId: randomUUID(),
      resume: false,
      directory: folder,
      prompt,
      claude: FAKE_CLAUDE,
      model: null,
      permissionMode: 'acceptEdits',
      ...more,
    };
  }

  function start(prompt: string, more: Partial<TurnRequest> = {}): Turn {
    const turn = store.write(() => turns.begin(request(prompt, more)));
    turns.launch(turn.id);
    return turn;
  }

  function end({ id }: Turn, limitMs = 10_000): Promise<Turn> {
    return until(
      `the end of the turn ${id}`,
      () => {
        const turn = turns.one(id);
        return turn?.endedAt ? turn : null;
      },
      limitMs,
    );
  }

  return {
    ...opened,
    turns,
    ended,
    warnings,
    request,
    start,
    end,
    play: (prompt, more) => end(start(prompt, more)),
    events: ({ id }) => turns.events(id, 0, 100_000),
  };
}

/** Every process that carries the mark of a turn of this ledger. */
export function processesOfTurns(store: Store): number[] {
  const ids = new Set(store.db.prepare<[], string>('SELECT id FROM turns').pluck().all());
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && ids.has(markOf(name)))
    .map(Number);
}

function markOf(pid: string): string {
  try {
    if (/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'))) return '';
    return /(?:^|\0)HOLDFAST_TURN=([^\0]*)/.exec(readFileSync(`/proc/${pid}/environ`, 'latin1'))?.[1] ?? '';
  } catch {
    return ''; // Gone meanwhile, or another user's.
  }
}

async function nobodyLeft(store: Store): Promise<void> {
  try {
    await until('the processes of the turns to end', () => processesOfTurns(store).length === 0, 3_000);
  } catch (error) {
    for (const pid of processesOfTurns(store)) process.kill(pid, 'SIGKILL');
    throw error;
  }
}
