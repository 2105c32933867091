import type { Begun, Run } from '../runs/index.ts';
import type { LastEvents, SessionStore } from '../sessions/index.ts';
import type { Store } from '../store/index.ts';
import type { Turn, TurnRequest } from '../turns/index.ts';
import type { UnfinishedOf } from '../unfinished/index.ts';
import type { BrakeStore } from './brake-store.ts';
import type { EntryStore } from './entry-store.ts';
import type { LockState, LockView } from './keep-lock.ts';
import type { MachineLoad } from './machine-load.ts';
import type { RefusalStore } from './refusal-store.ts';

/** What the queue asks of the room of runs. */
export type RunsFace = {
  one: (id: string) => Run | undefined;
  ofSession: (sessionId: string) => Run | undefined;
  endedSince: (at: string) => Run[];
  /** Why a run that died may not go on by itself; null: it may. */
  notRevivable: (run: Run) => string | null;
  /** Inside the caller's transaction. */
  beginRevival: (run: Run, paragraph: string) => Begun | null;
  /** After its commit. */
  launch: (begun: Begun) => Run;
  /** The client that a session without a run is revived with. */
  findClaude: () => string;
};

/** What the queue asks of the turn engine. */
export type TurnsFace = {
  begin: (request: TurnRequest) => Turn;
  launch: (turnId: string) => void;
  stop: (turnId: string) => Promise<Turn>;
  one: (id: string) => Turn | undefined;
  lastOfSession: (sessionId: string) => Turn | undefined;
  /** Not ended yet, whether or not a hook has told of them. */
  live: () => Turn[];
  spentSince: (at: string) => number;
};

/** The disk and the process table, as they are now. */
export type World = {
  isFolder: (path: string) => boolean;
  /** Null: no branch is checked out, or there is no repository. */
  branchOf: (directory: string) => Promise<string | null>;
  /** Another one as soon as the file is; null: it is not there. */
  markOf: (transcript: string) => Promise<string | null>;
  /** Processes that run a session, whoever started them; null: nobody can tell. */
  clientsOf: (sessionId: string) => Promise<number[] | null>;
  load: () => MachineLoad;
};

export type ResumeLimits = {
  enabled: boolean;
  dryRun: boolean;
  tickSeconds: number;
  calmTicks: number;
  maxAttempts: number;
  maxResurrections: number;
  entryTtlHours: number;
  maxQueueSize: number;
  maxUsdPerDay: number;
  maxLiveSessions: number;
  /** `runs.permissionMode`. */
  permissionMode: string;
};

export type HostLockFace = {
  state: () => LockState;
  stillMine: () => boolean;
  look: () => LockView | null;
};

export type Clock = {
  now: () => Date;
  /** Milliseconds since some moment; no setting of a clock moves it. */
  steady: () => number;
};

/** What every part of this room works with. */
export type ResumeRooms = {
  store: Store;
  entries: EntryStore;
  refusals: RefusalStore;
  brakes: BrakeStore;
  limits: ResumeLimits;
  lock: HostLockFace;
  sessions: SessionStore;
  lastEvents: LastEvents;
  runs: RunsFace;
  turns: TurnsFace;
  unfinishedOf: UnfinishedOf;
  world: World;
  /** Hook events are still to be taken: one of them may tell that nothing died. */
  eventsWait: () => boolean;
  clock: Clock;
  warn: (what: string, facts: Record<string, unknown>) => void;
};
