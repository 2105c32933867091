import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPlans } from '../../sidecar/plans/index.ts';
import type { MachineLoad } from '../../sidecar/resume/machine-load.ts';
import type { World } from '../../sidecar/resume/rooms.ts';
import { realWorld } from '../../sidecar/resume/world.ts';
import { lastEvents, sessionStore, type Unfinished } from '../../sidecar/sessions/index.ts';
import { newSweep } from '../../sidecar/sessions/sweep.ts';
import { cutOffTurn, type Turn } from '../../sidecar/turns/index.ts';
import { openUnfinished } from '../../sidecar/unfinished/index.ts';
import type { Given } from '../kit/ledger.ts';
import { takeInto } from '../kit/take-into.ts';
import { until } from '../kit/until.ts';
import { FAKE_CLAUDE, type Scene } from '../runs/runs-kit.ts';

/** No process has it: the kernel gives none so high. */
const NOBODY = { pid: 2 ** 30, processStart: '1' };

export type Machine = {
  /** How far its clocks are ahead of the real ones. A set clock moves the wall alone. */
  wallMs: number;
  steadyMs: number;
  lockIsOurs: boolean;
  load: MachineLoad;
  eventsWait: boolean;
  /** Instead of what is really undone of a session. */
  unfinished: Map<string, Unfinished | Error>;
};

export type SessionGiven = {
  marked?: boolean;
  directory?: string;
  /** Null: no hook told where it is. */
  transcript?: string | null;
  permissionMode?: string;
  client?: Given['client'];
  prompt?: string;
};

/** Sessions by their hook events, and what is undone of them. */
export function overLedger({ store, word, turns, folder, project }: Scene, machine: Machine) {
  const sessions = sessionStore(store);
  const heard = lastEvents(store);
  const plans = openPlans({ store, isLive: sessions.isLive });
  const now = () => new Date(Date.now() + machine.wallMs);
  const steady = () => performance.now() + machine.steadyMs;
  const told = openUnfinished({
    ...{ sessions, plans, word, now, lastEvents: heard },
    cutOffTurn: (sessionId) => cutOffTurn(turns.lastOfSession(sessionId)),
  });
  const take = takeInto(store, { sessions, word, plans, notices: { tell: () => null } }, now);
  const sweep = newSweep({
    ...{ store, sessions, lastEvents: heard },
    unfinishedOf: (id) => unfinishedOf(id),
    eventsWait: () => false,
    closing: new AbortController().signal,
    reaped: () => {},
    failed: () => {},
    clock: { now: () => now().getTime(), steady },
  });

  async function unfinishedOf(sessionId: string): Promise<Unfinished> {
    const made = machine.unfinished.get(sessionId);
    if (made instanceof Error) throw made;
    return made ?? told(sessionId);
  }

  const bodyOf = (id: string, { directory = project, transcript, permissionMode }: SessionGiven) => ({
    session_id: id,
    cwd: directory,
    permission_mode: permissionMode ?? 'default',
    ...(transcript !== null && { transcript_path: transcript ?? transcriptOf(id) }),
  });
  const transcriptOf = (id: string) => join(folder, `${id}.jsonl`);

  /** In the middle of a tool call, with a transcript on the disk. */
  function session(id: string, of: SessionGiven = {}): void {
    const { marked = true, client = NOBODY, prompt = 'Do it.' } = of;
    const body = bodyOf(id, of);
    if (of.transcript === undefined) writeFileSync(transcriptOf(id), `{"session":"${id}"}\n`);
    take('SessionStart', { ...body, source: 'startup' }, { client });
    take('UserPromptSubmit', { ...body, prompt }, { client });
    take('PreToolUse', { ...body, tool_name: 'Bash', tool_input: { command: 'make' } }, { client });
    if (marked) sessions.mark(id, true);
  }

  /** What the watchdog does once it is certain. */
  async function reap(): Promise<number> {
    await sweep();
    machine.steadyMs += 1_001;
    machine.wallMs += 1_001;
    return (await sweep()).reaped;
  }

  /** A turn of a session without a run, not launched before its end is waited for. */
  function turnOf(sessionId: string) {
    const { id } = store.write(() =>
      turns.begin({
        ...{ runId: null, sessionId, resume: true, directory: project, prompt: 'x' },
        ...{ claude: FAKE_CLAUDE, model: null, permissionMode: 'default' },
      }),
    );
    const end = (state: Turn['state']): Promise<boolean> => {
      turns.launch(id);
      return until(`the turn to be ${state}`, () => turns.one(id)?.state === state);
    };
    return { id, end };
  }

  return {
    ...{ sessions, heard, plans, turnOf, now, steady, unfinishedOf, transcriptOf, session, reap },
    send: (event: string, id: string, body: Record<string, unknown> = {}, given: Given = {}) =>
      take(event, { ...bodyOf(id, {}), ...body }, given).row,
    /** A session that a person marked, gone in mid-tool. */
    died: async (id: string, of: SessionGiven = {}): Promise<void> => {
      session(id, of);
      await reap();
    },
  };
}

export type Ledger = ReturnType<typeof overLedger>;

/** Of all processes of the machine those of this scene: its sessions have names that others have too. */
export function clientsIn(folder: string): World['clientsOf'] {
  return async (sessionId) => {
    const pids = await realWorld.clientsOf(sessionId);
    return pids?.filter((pid) => environmentOf(pid).includes(`HOME=${folder}\0`)) ?? null;
  };
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'latin1');
  } catch {
    return ''; // Gone meanwhile, or another user's.
  }
}
