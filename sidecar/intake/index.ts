import type { Word } from '../commitments/index.ts';
import type { HomePaths } from '../home/index.ts';
import type { OpenAPIHono } from '../http/index.ts';
import type { Plans } from '../plans/index.ts';
import type { SessionStore } from '../sessions/index.ts';
import type { Store } from '../store/index.ts';
import type { Rooms } from './dispatch.ts';
import { type Draining, keepDraining } from './drain-spool.ts';
import { groupCommit } from './group-commit.ts';
import { ignoredProjects } from './ignored-projects.ts';
import { intakeRoutes } from './routes.ts';
import { eventStore } from './store.ts';
import { type Incoming, type Taken, takeEvent } from './take.ts';

export { forget } from './forget.ts';
export { ignoredProjects } from './ignored-projects.ts';
export { maskSecrets, maskText } from './redact/index.ts';

export type IntakeOptions = {
  store: Store;
  home: HomePaths;
  sessions: SessionStore;
  word: Word;
  plans: Plans;
  redact: boolean;
  ignoreProjects: readonly string[];
  warn: (what: string, facts: Record<string, unknown>) => void;
  /** Told of every event that was stored. */
  taken: (event: { event: string; via: string; outcome: string }) => void;
  draining: Draining;
  notices: Rooms['notices'];
  now?: () => Date;
};

export type Intake = {
  routes: OpenAPIHono;
  /** Looks into the spool now. */
  lookIntoSpool: () => void;
  prune: (now: Date, keepDays: number) => boolean;
  /** Commits what is in flight, then takes nothing more. */
  stop: () => Promise<void>;
};

/** Opens the door for events: over HTTP, and from the spool, which is drained from now on. */
export function openIntake(options: IntakeOptions): Intake {
  const { store, home, sessions, word, plans, redact, warn, taken, now = () => new Date() } = options;
  const events = eventStore(store);
  const isIgnored = ignoredProjects(options.ignoreProjects);
  const take = {
    events,
    rooms: { sessions, word, plans, notices: options.notices },
    redact,
    isIgnored,
    now,
    warn,
  };
  const commits = groupCommit(store, (incoming: Incoming) => takeEvent(take, incoming));

  async function submit(incoming: Incoming): Promise<Taken> {
    const result = await commits.submit(incoming);
    if (result.row) taken(result.row);
    return result;
  }

  const spool = keepDraining({ home, submit, warn, now }, options.draining);
  return {
    routes: intakeRoutes({ events, submit, now }),
    lookIntoSpool: spool.look,
    prune: events.prune,
    stop: async () => {
      const drained = spool.stop();
      commits.close();
      await drained;
    },
  };
}
