import { randomUUID } from 'node:crypto';
import type { Turn } from '../turns/index.ts';
import { promptOf } from './prompt.ts';
import type { RunRooms } from './rooms.ts';
import type { OpenThing, Run } from './run.ts';

export type Begun = { run: Run; turnId: string };

/**
 * The next turn of a run: its row, the lease of its session and the run's own state in one transaction of
 * the caller's, so that no turn is ever begun that the run does not know of. The caller launches it after
 * the commit. Null where the run was changed meanwhile.
 */
export function beginTurn(
  { runs, turns }: Pick<RunRooms, 'runs' | 'turns'>,
  run: Run,
  {
    open = [],
    change = {},
    revival = null,
  }: { open?: OpenThing[]; change?: Partial<Run>; revival?: string | null } = {},
): Begun | null {
  const after = { ...run, ...change };
  const before = turns.ofRun(run.id);
  const sessionId = after.sessionId ?? randomUUID();
  // Asked to resume what it never wrote down, the client ends at once.
  const resume = before.some(({ seenSessionId }) => seenSessionId !== null);
  const turn = turns.begin({
    runId: run.id,
    sessionId,
    resume,
    directory: after.directory,
    prompt: promptOf(after, { resume, open, revival, interrupted: interruption(before.at(-1)) }),
    claude: after.claude,
    model: after.model,
    permissionMode: after.permissionMode,
  });
  const begun = runs.replace(run, {
    ...change,
    sessionId,
    state: run.state === 'seed' ? 'spawning' : 'running',
    nextStep: null,
    waitUntil: null,
    reason: null,
    detail: null,
    endedAt: null,
    says: [],
  });
  return begun && { run: begun, turnId: turn.id };
}

function interruption(last: Turn | undefined): string | null {
  if (last === undefined || last.state === 'clean') return null;
  if (last.state === 'error') return `the API answered with ${last.error?.class ?? 'an error'}`;
  if (last.state === 'aborted') return 'it was stopped by a person';
  return last.state === 'stalled' ? 'nothing came from it any more' : 'its process was gone';
}
