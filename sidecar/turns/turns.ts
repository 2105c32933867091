import { randomUUID } from 'node:crypto';
import { HoldfastError, messageOf } from '../errors/index.ts';
import type { HomePaths } from '../home/index.ts';
import { identifyProcess, type ProcessIdentity } from '../machine/index.ts';
import type { Store } from '../store/index.ts';
import { driveTurns } from './drive-turns.ts';
import { type TurnEvent, turnEventStore } from './event-store.ts';
import { isAbandoned, type Lease, leases as leasesOf } from './leases.ts';
import { pruneTurns } from './prune.ts';
import { startClient } from './start-client.ts';
import { type TurnRow, turnStore } from './store.ts';
import type { Turn, TurnRequest } from './turn.ts';
import { dropLeftFiles, turnFiles, writeStartingFiles } from './turn-files.ts';
import type { Mask } from './understand-line.ts';

/** A sidecar that was still alive at our start, and has died since, leaves turns to whoever looks. */
const ADOPT_EVERY_MS = 2_000;
const AGAIN_MS = 500;

export type TurnsOptions = {
  store: Store;
  home: HomePaths;
  /** Seconds without an event after which a turn is ended; 0: never. */
  stallSeconds: number;
  /** JSON for `--settings`: our hook entries, so that a project without `init` has its promises too. */
  hookSettings: string;
  /** Called inside the transaction that closes a turn, exactly once a turn. */
  ended: (turn: Turn) => void;
  /** For the bodies of events; `maskSecrets` of intake, or nothing. */
  mask?: Mask;
  /** For the files that the client makes: the sidecar's own is stricter than a person's. */
  umask?: number;
  environment?: NodeJS.ProcessEnv;
  /** In whose name the leases are held: this process. */
  owner?: ProcessIdentity;
  clock?: { now: () => Date; monotonic: () => number };
  /** A client that has said its result has so long to leave by itself. */
  lingerMs?: number;
  /** Between SIGTERM and SIGKILL. */
  killAfterMs?: number;
  /** Turns of such a run are kept, however old they are. */
  isRunOpen?: (runId: string) => boolean;
  warn?: (what: string, facts: Record<string, unknown>) => void;
};

export type Turns = {
  /** Inside the caller's transaction: the row, in `spawning`, and the lease of its session. */
  begin: (request: TurnRequest) => Turn;
  /** After the commit: starts the process. */
  launch: (turnId: string) => void;
  /** Resolves with the closed turn. One that had its result before keeps it. */
  stop: (turnId: string) => Promise<Turn>;
  one: (id: string) => Turn | undefined;
  ofRun: (runId: string) => Turn[];
  costOfSession: (sessionId: string) => number | null;
  /** The newest of a session, whoever asked for it. */
  lastOfSession: (sessionId: string) => Turn | undefined;
  /** In USD, of all turns that began after a moment. */
  spentSince: (at: string) => number;
  live: () => Turn[];
  /** What the stream said, in order. */
  events: (turnId: string, after: number, limit: number) => TurnEvent[];
  /** At the start: goes on with the turns of sidecars that are gone, now and whenever one goes. */
  recover: () => void;
  /** Following ends, the processes go on; whoever comes next may have them at once. */
  close: () => void;
  prune: (now: Date, keepDays: number) => boolean;
};

/** Opens the engine: one `claude` process a turn, which outlives the sidecar that started it. */
export function openTurns(options: TurnsOptions): Turns {
  const { store, home, hookSettings, warn = () => {} } = options;
  const { umask = 0o022, environment = process.env } = options;
  const clock = options.clock ?? { now: () => new Date(), monotonic: () => performance.now() };
  const turns = turnStore(store);
  const events = turnEventStore(store);
  const leases = leasesOf(store, {
    token: randomUUID(),
    identity: options.owner ?? identifyProcess(process.pid),
  });
  const drives = driveTurns({
    ledger: {
      ...{ store, turns, events, leases, ended: options.ended, now: clock.now },
      mask: options.mask ?? ((value) => value),
    },
    home,
    stallMs: options.stallSeconds * 1000,
    lingerMs: options.lingerMs ?? 5_000,
    killAfterMs: options.killAfterMs ?? 2_000,
    monotonic: clock.monotonic,
    warn,
  });
  const requests = new Map<string, TurnRequest>();
  let adopting: NodeJS.Timeout | undefined;
  let isOpen = true;

  function begin(request: TurnRequest): Turn {
    return store.write(() => {
      const lease = leases.of(request.sessionId);
      if (lease) takeOver(lease);
      if (leases.of(request.sessionId)) throw busy(request.sessionId, lease?.turn_id);
      const id = randomUUID();
      turns.add(id, request, clock.now().toISOString());
      leases.grant(request.sessionId, id);
      for (const [other] of requests) if (!turns.row(other)) requests.delete(other); // Rolled back by its caller.
      requests.set(id, request);
      return known(id);
    });
  }

  function launch(turnId: string): void {
    const request = requests.get(turnId);
    if (!request || !isOpen) return; // It was stopped, or rolled back by its caller.
    try {
      const lease = leases.ofTurn(turnId);
      requests.delete(turnId);
      if (lease && leases.isOurs(lease)) start(turnId, request); // Else it was given up by who came after us.
    } catch (error) {
      warn('a turn cannot be started; it is tried again', { turnId, why: messageOf(error) });
      setTimeout(() => launch(turnId), AGAIN_MS).unref();
    }
  }

  function start(turnId: string, request: TurnRequest): void {
    const files = turnFiles(home, turnId);
    const failed = (error: unknown) => drives.giveUp(turnId, messageOf(error), null);
    try {
      writeStartingFiles(files, request.prompt, hookSettings);
      const child = startClient({ id: turnId, request, files, home: home.root, umask, environment });
      child.once('exit', () => drives.gone(turnId));
      if (child.pid === undefined)
        child.once('error', failed); // A spawn that fails says why later.
      else drives.follow(turnId, identifyProcess(child.pid), null);
    } catch (error) {
      failed(error);
    }
  }

  async function stop(turnId: string): Promise<Turn> {
    const { endedAt, sessionId } = known(turnId);
    const lease = leases.ofTurn(turnId);
    if (endedAt !== null || !lease) return known(turnId);
    if (!leases.isOurs(lease) && !takeOver(lease)) throw busy(sessionId, turnId);
    requests.delete(turnId);
    await drives.end(turnId, 'aborted');
    return known(turnId);
  }

  /** Makes a turn ours that nobody has in hand, and goes on with it. Whose owner lives is left alone. */
  function takeOver(lease: Lease): boolean {
    const { turn_id: turnId, ending } = lease;
    if (leases.isOurs(lease)) {
      if (drives.has(turnId) || requests.has(turnId)) return false;
    } else if (!isAbandoned(lease) || !store.write(() => leases.take(lease))) return false;
    const client = clientOf(turns.row(turnId));
    if (client) drives.goOn(turnId, client, ending);
    else drives.giveUp(turnId, 'The sidecar ended before the client was started', ending);
    return true;
  }

  function recover(): void {
    adoptAll();
    adopting ??= setInterval(adoptAll, ADOPT_EVERY_MS).unref();
    try {
      dropLeftFiles(home, (id) => turns.row(id)?.ended_at === null);
    } catch (error) {
      warn('files of ended turns are left behind until the next start', { why: messageOf(error) });
    }
  }

  function adoptAll(): void {
    let turnId: string | undefined;
    try {
      for (const lease of leases.all()) {
        turnId = lease.turn_id;
        takeOver(lease);
      }
    } catch (error) {
      warn('a turn cannot be taken over; it is tried again', { turnId, why: messageOf(error) });
    }
  }

  function known(turnId: string): Turn {
    const turn = turns.one(turnId);
    if (turn) return turn;
    throw new HoldfastError('NOT_FOUND', `There is no turn ${turnId}.`, 'Look with `holdfast runs`.');
  }

  return {
    begin,
    launch,
    stop,
    one: turns.one,
    ofRun: turns.ofRun,
    costOfSession: turns.costOfSession,
    lastOfSession: turns.lastOfSession,
    spentSince: turns.spentSince,
    live: turns.live,
    events: events.page,
    recover,
    close: () => {
      isOpen = false;
      clearInterval(adopting);
      drives.close();
      try {
        leases.releaseAll();
      } catch (error) {
        // Then the leases fall with this process, which takes as long as it lives.
        warn('the turns could not be handed over', { why: messageOf(error) });
      }
    },
    prune: pruneTurns({ store, home, isRunOpen: options.isRunOpen ?? (() => false) }),
  };
}

function clientOf(row: TurnRow | undefined): ProcessIdentity | null {
  if (row?.state !== 'running' || row.pid === null) return null;
  return { pid: row.pid, processStart: row.process_start, bootId: row.boot_id };
}

function busy(sessionId: string, turnId: string | undefined): HoldfastError {
  return new HoldfastError(
    'SESSION_BUSY',
    `The session ${sessionId} is in a turn already.`,
    'Wait for its end, or stop it.',
    { details: { sessionId, turnId } },
  );
}
