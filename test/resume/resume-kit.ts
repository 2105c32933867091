import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openPlans } from '../../sidecar/plans/index.ts';
import { followAttempt } from '../../sidecar/resume/attempt.ts';
import { brakeStore } from '../../sidecar/resume/brake-store.ts';
import { byHand } from '../../sidecar/resume/by-hand.ts';
import { newCollector } from '../../sidecar/resume/collect.ts';
import { describeQueue } from '../../sidecar/resume/describe.ts';
import { newDrainer } from '../../sidecar/resume/drain.ts';
import { type Entry, isOpen, shownState } from '../../sidecar/resume/entry.ts';
import { entryStore } from '../../sidecar/resume/entry-store.ts';
import { newGates } from '../../sidecar/resume/gates.ts';
import type { MachineLoad } from '../../sidecar/resume/machine-load.ts';
import { pruneQueue } from '../../sidecar/resume/prune.ts';
import { refusalStore } from '../../sidecar/resume/refusal-store.ts';
import type { ResumeLimits, ResumeRooms, World } from '../../sidecar/resume/rooms.ts';
import { realWorld } from '../../sidecar/resume/world.ts';
import { findClaude } from '../../sidecar/runs/index.ts';
import { lastEvents, sessionStore, type Unfinished } from '../../sidecar/sessions/index.ts';
import { newSweep } from '../../sidecar/sessions/sweep.ts';
import { cutOffTurn } from '../../sidecar/turns/index.ts';
import { openUnfinished } from '../../sidecar/unfinished/index.ts';
import type { Given } from '../kit/ledger.ts';
import { takeInto } from '../kit/take-into.ts';
import { until } from '../kit/until.ts';
import { FAKE_CLAUDE, type Scene, scene } from '../runs/runs-kit.ts';

export const LIMITS: ResumeLimits = {
  enabled: true,
  dryRun: false,
  tickSeconds: 30,
  calmTicks: 1,
  maxAttempts: 3,
  maxResurrections: 2,
  entryTtlHours: 24,
  maxQueueSize: 50,
  maxUsdPerDay: 10,
  maxLiveSessions: 3,
  permissionMode: 'acceptEdits',
};

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** No process has it: the kernel gives none so high. */
const NOBODY = { pid: 2 ** 30, processStart: '1' };
const CALM: MachineLoad = { load: 0.1, memoryFree: 0.5 };

type Machine = {
  /** How far its clocks are ahead of the real ones. A set clock moves the wall alone. */
  wallMs: number;
  steadyMs: number;
  lockIsOurs: boolean;
  load: MachineLoad;
  eventsWait: boolean;
  /** Instead of what is really undone of a session. */
  unfinished: Map<string, Unfinished | Error>;
};

export type QueueOptions = {
  /** What the fake client plays, one line a start: of runs too. */
  plays?: string[];
  limits?: Partial<ResumeLimits>;
  world?: Partial<World>;
  /** The client of revived sessions. */
  client?: () => string;
  maxTurns?: number;
  maxUsd?: number;
  /** Rows are forgotten, of which the change log keeps the end alone. */
  forgetful?: boolean;
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

/**
 * The resume queue in its parts over a real ledger with real runs, real git, the real turn engine and the
 * fake client. Time, the host lock and the machine's load stand in `machine` and move by hand.
 */
export function queueScene({
  plays = ['result'],
  limits,
  world,
  client,
  forgetful,
  ...of
}: QueueOptions = {}) {
  const opened = scene(plays, {
    limits: { maxTurns: of.maxTurns ?? 20, maxUsd: of.maxUsd ?? 10 },
    ...(forgetful && { forgetful }),
    tickMs: 10,
  });
  const machine: Machine = {
    wallMs: 0,
    steadyMs: 0,
    lockIsOurs: true,
    load: CALM,
    eventsWait: false,
    unfinished: new Map(),
  };
  const ledger = overLedger(opened, machine);
  const given: ResumeLimits = { ...LIMITS, ...limits };
  const parts = queueOver(opened, ledger, machine, { limits: given, world, client });
  return { ...opened, ...ledger, ...parts, machine, limits: given, pass, setClock, newSidecar };

  /** Both clocks go on, as they do while the machine is awake. */
  function pass(ms: number): void {
    machine.steadyMs += ms;
    setClock(ms);
  }

  /** Forward or back, by somebody's hand or because the machine slept. */
  function setClock(ms: number): void {
    machine.wallMs += ms;
    opened.clock.aheadMs += ms;
  }

  /** The same ledger in the hands of a sidecar that remembers nothing. */
  function newSidecar() {
    return queueOver(opened, ledger, machine, { limits: given, world, client });
  }
}

export type QueueScene = ReturnType<typeof queueScene>;

/** Sessions by their hook events, and what is undone of them. */
function overLedger({ store, word, turns, folder, project }: Scene, machine: Machine) {
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

  return {
    ...{ sessions, heard, plans, now, steady, unfinishedOf, transcriptOf, session, reap },
    send: (event: string, id: string, body: Record<string, unknown> = {}, given: Given = {}) =>
      take(event, { ...bodyOf(id, {}), ...body }, given).row,
    /** A session that a person marked, gone in mid-tool. */
    died: async (id: string, of: SessionGiven = {}): Promise<void> => {
      session(id, of);
      await reap();
    },
  };
}

type Ledger = ReturnType<typeof overLedger>;
type Asked = { limits: ResumeLimits; world: Partial<World> | undefined; client: (() => string) | undefined };

/** What one sidecar has of the queue: what it remembers is new, what it knows is in the ledger. */
function queueOver(
  { store, runs, turns, warnings }: Scene,
  ledger: Ledger,
  machine: Machine,
  { limits, world, client }: Asked,
) {
  const { sessions, heard, now, steady } = ledger;
  const rooms: ResumeRooms = {
    ...{ store, sessions, turns, limits },
    entries: entryStore(store),
    refusals: refusalStore(store),
    brakes: brakeStore(store),
    lastEvents: heard,
    unfinishedOf: (id) => ledger.unfinishedOf(id),
    lock: {
      state: () =>
        machine.lockIsOurs
          ? { held: true, how: 'created', detail: 'it was free' }
          : { held: false, reason: 'lock-foreign-host', detail: 'another one has it', hint: 'Ask there.' },
      stillMine: () => machine.lockIsOurs,
      look: () => null,
    },
    runs: {
      one: runs.rooms.runs.one,
      ofSession: runs.rooms.runs.ofSession,
      endedSince: runs.rooms.runs.endedSince,
      notRevivable: runs.notRevivable,
      beginRevival: runs.beginRevival,
      launch: runs.launch,
      findClaude: client ?? (() => findClaude(FAKE_CLAUDE)),
    },
    world: { ...realWorld, load: () => machine.load, ...world },
    eventsWait: () => machine.eventsWait,
    clock: { now, steady },
    warn: (what, facts) => warnings.push(`${what}: ${facts.why}`),
  };
  const gates = newGates(rooms);
  const drainer = newDrainer(rooms, gates);
  const collect = newCollector(rooms);

  /** Twice: a death counts once it was seen for a second. */
  async function collectAll() {
    await collect();
    machine.steadyMs += 1_001;
    return collect();
  }

  /** Follows every attempt to its end, as the loop does. */
  async function followAll(): Promise<void> {
    for (const entry of rooms.entries.open()) {
      if (entry.state !== 'starting') continue;
      await until('the attempt to tell', async () => {
        const fresh = rooms.entries.one(entry.id);
        return fresh?.state !== 'starting' || !(await followAttempt(rooms, fresh));
      });
    }
  }

  function one(id: string): Entry {
    const entry = rooms.entries.one(id);
    if (!entry) throw new Error(`there is no entry ${id}`);
    return entry;
  }

  return {
    ...{ rooms, gates, drainer, collect, collectAll, followAll },
    hand: byHand(rooms),
    prune: pruneQueue(rooms),
    describe: () => describeQueue(rooms, gates),
    tick: () => drainer.tick(),
    /** A tick, and what came of what it started. */
    revive: async () => {
      const ticked = await drainer.tick();
      await followAll();
      return ticked;
    },
    entry: one,
    /** The newest of a session. */
    entryOf: (sessionId: string): Entry => {
      const entry = rooms.entries.lastOf(sessionId);
      if (!entry) throw new Error(`the session ${sessionId} has no entry`);
      return entry;
    },
    entryState: (sessionId: string): string | null => {
      const entry = rooms.entries.lastOf(sessionId);
      return entry ? shownState(entry) : null;
    },
    openIds: (): string[] =>
      rooms.entries
        .open()
        .filter(isOpen)
        .map(({ sessionId }) => sessionId),
    /** What was said of each refused death, newest first. */
    refused: (): string[] => rooms.refusals.newest(100).map(({ reason }) => reason),
    told: (sessionId: string): string[] => {
      const entry = rooms.entries.lastOf(sessionId);
      return entry ? rooms.entries.history(entry.id).map(({ what }) => what) : [];
    },
  };
}
