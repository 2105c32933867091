import { randomBytes, randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { rmSync } from 'node:fs';
import type { RequestListener, Server } from 'node:http';
import { HoldfastError, messageOf, systemCode } from '../errors/index.ts';
import {
  type Config,
  type Endpoint,
  ensureHome,
  type HomePaths,
  publishEndpoint,
  readConfig,
  withdrawEndpoint,
  writeWhole,
} from '../home/index.ts';
import { identifyProcess, VERSION } from '../machine/index.ts';
import { moveDatabaseAside, openStore, type Store, upgradesOf } from '../store/index.ts';
import { answerHealth } from './answer-health.ts';
import { awaitRooms } from './await-rooms.ts';
import { createHttpServer } from './http-server.ts';
import type { InstanceLock } from './instance-lock.ts';
import { type Log, openLog } from './log.ts';
import { newTally } from './tally.ts';

/** What is in flight when the sidecar stops gets so long to finish. */
const FINISH_MS = 5_000;

/** Whoever waits for this start asks for health now, and loading the rooms would keep the answer back. */
const ROOMS_AFTER_MS = 50;

export type Serving = {
  port: number;
  instance: string;
  /** Set where a damaged ledger was moved: to where. */
  movedAside: string | null;
  /** The version whose home this was until now; null where this one has been through it, or none is known. */
  upgradesFrom: string | null;
  /** Finishes what is in flight, then leaves. Called twice it is the same stop. */
  stop: () => Promise<void>;
};

export type ServeOptions = {
  home: HomePaths;
  lock: InstanceLock;
  recover?: boolean;
  /** What SessionStart starts when no sidecar runs. */
  launch: { node: string; cli: string };
};

type Opened = { listener: RequestListener; stop: () => Promise<void> };

/** One sidecar, from its lock to its endpoint. The caller holds the lock; it is released by `stop`. */
export async function serve({ home, lock, recover = false, launch }: ServeOptions): Promise<Serving> {
  ensureHome(home);
  const config = readConfig(home.config);
  const log = openLog(home.logs);
  const { store, movedAside } = openLedger(home, recover);
  if (movedAside) log.warn({ movedAside }, 'the damaged ledger was moved aside');

  const { from, migratedAt } = upgradesOf(store).of(VERSION);
  const startedAt = new Date().toISOString();
  const endpoint = { token: randomBytes(32).toString('base64url'), port: 0 };
  const instance = randomUUID();
  const closing = new AbortController();
  const ownPort = () => endpoint.port;

  let rooms: Promise<Opened> | undefined;
  const openRooms = () => {
    rooms ??= loadRooms();
    return rooms;
  };
  async function loadRooms(): Promise<Opened> {
    log.info({ version: VERSION, port: endpoint.port, pid: process.pid, instance }, 'serving');
    const [room, { fetchListener }] = await Promise.all([
      import('./rooms.ts'),
      import('./fetch-listener.ts'),
    ]);
    const frame = { token: endpoint.token, ownPort, log, tally: newTally() };
    const rest = { store, home, config, lock, closing: closing.signal };
    const { app, stop } = room.openRooms({ ...frame, ...rest });
    return { listener: fetchListener(app.fetch), stop };
  }

  const { server, close } = createHttpServer(
    answerHealth(
      { instance, startedAt, ownPort },
      awaitRooms(async () => (await openRooms()).listener),
    ),
  );
  try {
    endpoint.port = await listen(server, config, log);
    publish(home, launch, endpoint, { instance, startedAt });
  } catch (error) {
    // Nobody was told of it yet: it goes as if it had never been, and the reason is the caller's.
    server.close();
    store.close();
    throw error;
  }
  const quiet = setTimeout(() => {
    openRooms().catch((error) => log.error({ why: messageOf(error) }, 'the rooms could not be opened'));
  }, ROOMS_AFTER_MS);

  let stopped: Promise<void> | undefined;
  async function stop(): Promise<void> {
    log.info({ instance }, 'stopping');
    withdrawEndpoint(home); // First: hooks that come now go to the spool at once.
    clearTimeout(quiet);
    closing.abort();
    await close(FINISH_MS);
    await rooms?.then(
      (room) => room.stop(),
      () => undefined,
    ); // Rooms that never opened have nothing in flight.
    closeStore(store, log);
    log.info({ instance }, 'stopped');
    lock.release();
  }

  return {
    port: endpoint.port,
    instance,
    movedAside,
    upgradesFrom: migratedAt === null ? from : null,
    stop: () => {
      stopped ??= stop();
      return stopped;
    },
  };
}

/** The endpoint last: as soon as it is there, hooks use it. */
function publish(
  home: HomePaths,
  launch: ServeOptions['launch'],
  endpoint: Endpoint,
  facts: { instance: string; startedAt: string },
): void {
  writeWhole(home.launch, `${launch.node}\n${launch.cli}\n`);
  const identity = identifyProcess(process.pid);
  publishEndpoint(home, endpoint, { ...identity, version: VERSION, port: endpoint.port, ...facts });
  rmSync(home.notRunning, { force: true });
  rmSync(home.hold, { force: true });
}

function openLedger(home: HomePaths, recover: boolean): { store: Store; movedAside: string | null } {
  try {
    return { store: openStore({ home }), movedAside: null };
  } catch (error) {
    if (!recover || !(error instanceof HoldfastError) || error.code !== 'DATABASE_DAMAGED') throw error;
    const movedAside = moveDatabaseAside(home, new Date());
    return { store: openStore({ home }), movedAside };
  }
}

/** The port of the config, or any free one where somebody else has it. */
async function listen(server: Server, config: Config, log: Log): Promise<number> {
  const wanted = config['server.port'];
  try {
    return await listenOn(server, wanted);
  } catch (error) {
    if (systemCode(error) !== 'EADDRINUSE' && systemCode(error) !== 'EACCES') throw error;
    const port = await listenOn(server, 0);
    log.warn({ wanted, port, why: messageOf(error) }, 'the port is taken; another one serves');
    return port;
  }
}

async function listenOn(server: Server, port: number): Promise<number> {
  server.listen({ port, host: '127.0.0.1', backlog: 4096 });
  await once(server, 'listening'); // Rejects on 'error'.
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the server has no address');
  return address.port;
}

function closeStore(store: Store, log: Log): void {
  try {
    store.close();
  } catch (error) {
    // The log is folded in at the next start instead; what was acknowledged is in it.
    log.warn({ why: messageOf(error) }, 'the ledger was not closed cleanly');
  }
}
