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
import type { OpenedStore } from '../kit/opened-store.ts';
import { until } from '../kit/until.ts';
import { FAKE_CLAUDE, type Scene, scene } from '../runs/runs-kit.ts';
import { clientsIn, type Ledger, type Machine, overLedger } from './sessions-kit.ts';

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

const CALM: MachineLoad = { load: 0.1, memoryFree: 0.5 };

export type QueueOptions = {
  /** What the fake client plays, one line a start: of runs too. */
  plays?: string[];
  limits?: Partial<ResumeLimits>;
  world?: Partial<World>;
  /** The client of revived sessions. */
  client?: () => string;
  maxTurns?: number;
  maxUsd?: number;
  stallSeconds?: number;
  /** Over this ledger. */
  opened?: OpenedStore;
  /** Rows are forgotten, of which the change log keeps the end alone. */
  forgetful?: boolean;
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
  const opened = scene(
    plays,
    {
      limits: { maxTurns: of.maxTurns ?? 20, maxUsd: of.maxUsd ?? 10 },
      ...(forgetful && { forgetful }),
      stallSeconds: of.stallSeconds ?? 0,
      tickMs: 10,
    },
    of.opened,
  );
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

type Asked = { limits: ResumeLimits; world: Partial<World> | undefined; client: (() => string) | undefined };

/** What one sidecar has of the queue: what it remembers is new, what it knows is in the ledger. */
function queueOver(
  { store, runs, turns, warnings, folder }: Scene,
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
    world: { ...realWorld, clientsOf: clientsIn(folder), load: () => machine.load, ...world },
    eventsWait: () => machine.eventsWait,
    clock: { now, steady },
    warn: (what, facts) => warnings.push(`${what}: ${facts.why}`),
  };
  const gates = newGates(rooms);
  const drainer = newDrainer(rooms, gates);
  const collect = newCollector(rooms);

  /** Twice, as one: a death counts once it was seen for a second. */
  async function collectAll() {
    const first = await collect();
    machine.steadyMs += 1_001;
    const { collected, refused, waiting } = await collect();
    return { collected: first.collected + collected, refused: first.refused + refused, waiting };
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
