import { setTimeout as sleep } from 'node:timers/promises';
import type { Turn } from '../turns/index.ts';
import { type Begun, beginTurn } from './begin-turn.ts';
import { changeRun, completed, failed } from './changes-of-state.ts';
import type { RunRooms } from './rooms.ts';
import type { CommandResult, OpenThing, Run } from './run.ts';
import { runCommand } from './run-command.ts';
import { limitReached } from './spent.ts';
import { step } from './step.ts';
import { fingerprintOf, whatIsOpen } from './what-is-open.ts';

/** So many turns in a row that did nothing and left the same things open are enough. */
const MOST_IDLE = 2;

/** After a clean turn: is anything open? Returns the turn that was begun, for the caller to launch. */
export async function look(rooms: RunRooms, run: Run, stop: AbortSignal): Promise<Begun | null> {
  step('looking', run.id);
  await spoolTaken(rooms, stop);
  const result = run.until === null ? null : await runUntil(rooms, run, run.until, stop);
  if (stop.aborted) return null;
  const begun = rooms.store.write(() => {
    const fresh = rooms.runs.one(run.id);
    if (fresh?.state !== 'waiting' || fresh.nextStep !== 'look' || fresh.killAskedAt !== null) return null;
    return decide(rooms, { ...fresh, untilResult: result ?? fresh.untilResult });
  });
  step('looked', run.id);
  return begun;
}

/** A spool that does not empty (a file that cannot be read) holds a run up no longer than this. */
const PATIENCE_MS = 10_000;

/** The hooks of the turn may have found no sidecar, or a slow one: what they left comes first. */
async function spoolTaken({ eventsWait }: RunRooms, stop: AbortSignal): Promise<void> {
  const limit = performance.now() + PATIENCE_MS;
  while (eventsWait() && !stop.aborted && performance.now() < limit) await sleep(50);
}

async function runUntil(rooms: RunRooms, run: Run, until: string, stop: AbortSignal): Promise<CommandResult> {
  const at = rooms.now().toISOString();
  try {
    const { code, output, timedOut } = await runCommand(until, {
      directory: run.directory,
      limitMs: rooms.limits.untilSeconds * 1000,
      stop,
      begun: (command) => changeRun(rooms, run.id, () => ({ command })),
    });
    return { code: timedOut ? null : code, output: rooms.mask(output), timedOut, at };
  } finally {
    changeRun(rooms, run.id, ({ command }) => (command === null ? null : { command: null }));
  }
}

/** Runs inside a transaction. */
function decide(rooms: RunRooms, run: Run): Begun | null {
  const { runs, turns, now } = rooms;
  const had = turns.ofRun(run.id);
  const open = whatIsOpen(rooms.open, run);
  const { untilResult } = run;
  if (run.says.length > 0) return beginTurn(rooms, run, { open, change: { untilResult, idle: 0 } });

  const after = { untilResult, ...idleness(run, had.at(-1), open) };
  if (open.length === 0) runs.replace(run, { ...after, ...completed(now()) });
  else if (after.idle >= MOST_IDLE) {
    runs.replace(run, { ...after, ...failed('no-progress', noProgress(open, had.at(-1)), now()) });
  } else {
    const limit = limitReached(run, had);
    if (limit === null) return beginTurn(rooms, run, { open, change: after });
    const left = `${limit.detail} Still open: ${named(open)}.`;
    runs.replace(run, { ...after, ...failed(limit.reason, left, now()) });
  }
  return null;
}

/** A call that was not allowed did nothing. */
function idleness(run: Run, last: Turn | undefined, open: OpenThing[]): Pick<Run, 'idle' | 'openBefore'> {
  const openBefore = fingerprintOf(open);
  const didNothing = last === undefined || last.toolCalls <= last.denials.length;
  const same = run.openBefore === null || run.openBefore === openBefore;
  return { openBefore, idle: didNothing ? (same ? run.idle + 1 : 1) : 0 };
}

function noProgress(open: OpenThing[], last: Turn | undefined): string {
  const denied =
    last && last.denials.length > 0 ? ` Not allowed: ${[...new Set(last.denials)].join(', ')}.` : '';
  return `Two turns in a row did nothing. Still open: ${named(open)}.${denied}`;
}

function named(open: OpenThing[]): string {
  const texts = open.slice(0, 3).map(({ text }) => (text.length > 120 ? `${text.slice(0, 119)}…` : text));
  return texts.join('; ') + (open.length > 3 ? ` and ${open.length - 3} more` : '');
}
