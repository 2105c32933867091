import type { HomePaths } from '../../sidecar/home/index.ts';
import type { Entry } from '../../sidecar/resume/entry.ts';
import { openStore, type Store } from '../../sidecar/store/index.ts';
import { aMachine, type Machine } from '../resume/model-engine.ts';
import { aRun, type Life, openLife } from '../resume/model-world.ts';
import type { Operation } from './nth-fault.ts';

const RUN = 'run-a';
const SESSION = `s-${RUN}`;
const HOUR_MS = 3_600_000;

/** By home: what goes on while ledgers are closed and opened. */
const machines = new Map<string, Machine>();

function machineOf({ root }: HomePaths): Machine {
  const machine = machines.get(root) ?? aMachine();
  machines.set(root, machine);
  return machine;
}

function lifeOver(store: Store, home: HomePaths, dryRun = false): Life {
  return openLife(store, machineOf(home), { folder: home.root, homeRoot: home.root }, dryRun);
}

/** A run whose client is gone, and its queue as far as the steps bring it. */
function prepared(...steps: ((life: Life, machine: Machine) => unknown)[]) {
  return async (home: HomePaths): Promise<void> => {
    const life = lifeOver(openStore({ home }), home);
    const machine = machineOf(home);
    const turn = life.store.write(() => {
      const { claude } = life.runs.rooms.runs.add(aRun(RUN, home.root));
      const of = { runId: RUN, sessionId: SESSION, resume: false, directory: home.root, prompt: 'x', claude };
      return life.engine.begin({ ...of, model: null, permissionMode: 'default' });
    });
    life.engine.launch(turn.id);
    die(life, machine);
    for (const step of steps) await step(life, machine);
    await life.end();
  };
}

/** Whatever works in its session is gone. */
function die({ engine }: Life, { clients }: Machine): void {
  const turn = engine.liveOf(SESSION);
  clients.clear();
  if (turn) engine.close(turn.id, 'crashed');
}

async function collect(life: Life, machine: Machine): Promise<void> {
  await life.collect();
  machine.steadyMs += 1_001;
  await life.collect();
}

const tick = async (life: Life, machine: Machine) => {
  machine.wallMs += HOUR_MS;
  await life.drainer.tick();
};

const speak = ({ engine }: Life) => {
  const turn = engine.liveOf(SESSION);
  if (turn) engine.says(turn.id, SESSION);
};

const cancel = ({ hand, rooms }: Life) => hand.cancel(rooms.entries.lastOf(SESSION)?.id ?? '');

/** One more sidecar, on the ledger as it was left. */
function begin(work: (life: Life, machine: Machine, entry: Entry | undefined) => unknown, dryRun = false) {
  return (store: Store, home: HomePaths) => {
    const life = lifeOver(store, home, dryRun);
    return async () => {
      await work(life, machineOf(home), life.rooms.entries.lastOf(SESSION));
    };
  };
}

type Facts = {
  state: string;
  attempts: number;
  told: string;
  failures: number;
  paused: number;
  buried: number;
};

/** All that the ledger says of the one entry, in one row. */
function factsOf({ db }: Store): Facts | undefined {
  return db
    .prepare<[], Facts>(
      `SELECT state, attempts, (SELECT group_concat(what, ' ') FROM (SELECT what FROM resume_history ORDER BY seq)) AS told,
         (SELECT coalesce(max(failures), 0) FROM resume_brakes) AS failures,
         (SELECT count(paused_at) FROM resume_brakes) AS paused,
         (SELECT count(*) FROM resume_tombstones) AS buried
       FROM resume_entries`,
    )
    .get();
}

/** No effect without the others of its transaction, and no client without a row that tells of it. */
function halves(store: Store, _: unknown, home: HomePaths): string[] {
  const faults: string[] = [];
  const rows = store.db.prepare('SELECT id FROM resume_entries').all().length;
  const live = store.db.prepare<[], string>('SELECT id FROM turns WHERE ended_at IS NULL').pluck().all();
  for (const turn of machineOf(home).clients.keys())
    if (!live.includes(turn)) faults.push(`a client of the turn ${turn}, of which no row tells`);
  if (rows > 1 || live.length > 1) faults.push(`${rows} entries, ${live.length} live turns`);
  const facts = factsOf(store);
  if (!facts) return faults;
  const { state, attempts, told, failures, buried } = facts;
  const times = (what: string) => told.split(' ').filter((word) => word === what).length;
  const last = told.split(' ').at(-1) ?? '';
  const lastOf: Record<string, string[]> = {
    queued: ['queued', 'requeued', 'attempt-failed', 'would-resume'],
    starting: ['attempt'],
  };
  if (!(lastOf[state] ?? [state]).includes(last.split(':')[0] ?? ''))
    faults.push(`it is ${state}, and tells of ${told}`);
  if (buried !== times('respawned')) faults.push(`${buried} tombstones, and it tells of ${told}`);
  if (times('requeued') === 0 && times('attempt-failed') > attempts) faults.push(`${attempts}: ${told}`);
  if (times('attempt-failed') !== failures && buried === 0) faults.push(`${failures} failures: ${told}`);
  return faults;
}

function done(wanted: Partial<Facts>) {
  return (store: Store, home: HomePaths): string[] => {
    const facts = factsOf(store);
    machines.delete(home.root);
    return Object.entries(wanted).flatMap(([name, value]) => {
      const is = facts?.[name as keyof Facts];
      return is === value ? [] : [`its ${name} is ${is} and not ${value}`];
    });
  };
}

/** Every write of the resume queue. */
export const QUEUE_WRITES: readonly Operation[] = [
  {
    name: 'collect a death',
    prepare: prepared(),
    begin: begin(collect),
    judge: halves,
    judgeDone: done({ state: 'queued', told: 'queued', attempts: 0 }),
  },
  {
    name: 'say what a dry run would have revived',
    prepare: prepared(collect),
    begin: begin(tick, true),
    judge: halves,
    judgeDone: done({ state: 'queued', told: 'queued would-resume', attempts: 0 }),
  },
  {
    name: 'start a revival, and follow it to its first word',
    prepare: prepared(collect),
    begin: begin(async (life, machine) => {
      await life.follow();
      await tick(life, machine);
      speak(life);
      await life.follow();
    }),
    judge: halves,
    judgeDone: done({ state: 'respawned', buried: 1 }),
  },
  {
    name: 'find that an attempt has failed',
    prepare: prepared(collect, tick, die),
    begin: begin((life) => life.follow()),
    judge: halves,
    judgeDone: done({ state: 'queued', told: 'queued attempt attempt-failed', attempts: 1, failures: 1 }),
  },
  {
    name: 'find that a revival lives',
    prepare: prepared(collect, tick, speak),
    begin: begin((life) => life.follow()),
    judge: halves,
    judgeDone: done({ state: 'respawned', told: 'queued attempt respawned', attempts: 1, buried: 1 }),
  },
  {
    name: 'give up what is too old',
    prepare: prepared(collect),
    begin: begin((life, machine) => {
      machine.wallMs += 30 * HOUR_MS;
      return life.drainer.tick();
    }),
    judge: halves,
    judgeDone: done({ state: 'gave-up' }),
  },
  {
    name: 'pause the queue',
    prepare: prepared(collect),
    begin: begin(({ hand }) => hand.pause()),
    judge: halves,
    judgeDone: done({ paused: 1 }),
  },
  {
    name: 'let the queue go on',
    prepare: prepared(collect, ({ hand }) => hand.pause()),
    begin: begin(({ hand }) => hand.resume()),
    judge: halves,
    judgeDone: done({ paused: 0 }),
  },
  {
    name: 'cancel an entry',
    prepare: prepared(collect),
    begin: begin(({ hand }, _, entry) => entry?.state === 'queued' && hand.cancel(entry.id)),
    judge: halves,
    judgeDone: done({ state: 'cancelled', told: 'queued cancelled' }),
  },
  {
    name: 'queue an entry again',
    prepare: prepared(collect, cancel),
    begin: begin(({ hand }, _, entry) => entry?.state === 'cancelled' && hand.requeue(entry.id)),
    judge: halves,
    judgeDone: done({ state: 'queued', told: 'queued cancelled requeued', attempts: 0 }),
  },
  {
    name: 'drain an entry by hand',
    prepare: prepared(collect),
    begin: begin(async (life, machine, entry) => {
      await life.follow();
      machine.wallMs += HOUR_MS;
      if (entry) await life.drainer.drain(entry);
      speak(life);
      await life.follow();
    }),
    judge: halves,
    judgeDone: done({ state: 'respawned', buried: 1 }),
  },
];
