import type { RunRooms } from './rooms.ts';
import type { FailReason, Run } from './run.ts';

type Fields = Partial<Run>;

/** What every end has in common. */
function ended(state: 'completed' | 'failed' | 'killed', at: Date): Fields {
  return { state, nextStep: null, waitUntil: null, command: null, endedAt: at.toISOString() };
}

export const completed = (at: Date): Fields => ({ ...ended('completed', at), reason: null, detail: null });

/** What a program or an API said can be long; the whole of it stands in its log. */
const LONGEST_DETAIL = 2_000;

export const failed = (reason: FailReason, detail: string, at: Date): Fields => ({
  ...ended('failed', at),
  reason,
  detail: detail.slice(0, LONGEST_DETAIL),
});

export const killed = (at: Date): Fields => ({ ...ended('killed', at), reason: null, detail: null });

export const waiting = (nextStep: 'look' | 'turn', more: Fields = {}): Fields => ({
  state: 'waiting',
  nextStep,
  waitUntil: null,
  reason: null,
  detail: null,
  ...more,
});

/**
 * Reads the run anew and writes it, in one transaction: what was read before something was waited for may
 * be old. Null where the run is gone, or where `change` finds that it is not its turn any more.
 */
export function changeRun(
  { store, runs }: Pick<RunRooms, 'store' | 'runs'>,
  id: string,
  change: (run: Run) => Fields | null,
): Run | null {
  return store.write(() => {
    const run = runs.one(id);
    const fields = run && change(run);
    return run && fields ? runs.replace(run, fields) : null;
  });
}
