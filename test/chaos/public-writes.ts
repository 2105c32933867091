import { existsSync } from 'node:fs';
import { systemCode } from '../../sidecar/errors/index.ts';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { forget } from '../../sidecar/intake/forget.ts';
import { groupCommit } from '../../sidecar/intake/group-commit.ts';
import { eventStore } from '../../sidecar/intake/store.ts';
import { type Incoming, takeEvent } from '../../sidecar/intake/take.ts';
import { understand } from '../../sidecar/intake/understand.ts';
import { openPlans } from '../../sidecar/plans/index.ts';
import { sessionStore } from '../../sidecar/sessions/index.ts';
import { changeLog, openStore, type Store } from '../../sidecar/store/index.ts';
import { wordOver } from '../kit/word.ts';
import { bodyOf } from './events.ts';
import type { Operation } from './nth-fault.ts';
import type { HookEvent } from './sidecar-process.ts';

const LONG_AGO = new Date('2020-01-01T00:00:00Z');
const NOW = new Date('2026-01-01T00:00:00Z');
const KEEP_DAYS = 90;

/** A session from its beginning to its end, and a second one that only begins. */
const SCENE: readonly (readonly [HookEvent, string])[] = [
  ['SessionStart', 'one'],
  ['UserPromptSubmit', 'one'],
  ['PreToolUse', 'one'],
  ['SessionStart', 'two'],
  ['Stop', 'one'],
  ['SessionEnd', 'one'],
];

function scene(now: Date): Incoming[] {
  return SCENE.map(([event, session], index) => {
    const marker = `event-${index}`;
    const text = bodyOf(event, session, marker);
    const body = understand(event, text);
    return { event, id: marker, source: 'settings', via: 'live', at: now, client: null, text, body };
  });
}

type Taken = { acknowledged: string[]; refusals: unknown[] };

/** Intake as the sidecar puts it together, for one group. */
function intake(store: Store, now: Date): () => Promise<Taken> {
  const events = eventStore(store);
  const sessions = sessionStore(store);
  const plans = openPlans({ store, isLive: sessions.isLive });
  const rooms = { sessions, word: wordOver(store), plans, notices: { tell: () => null } };
  const options = { events, rooms, redact: true, isIgnored: () => false, now: () => now, warn: () => {} };
  const commits = groupCommit(store, (incoming: Incoming) => takeEvent(options, incoming));
  return async () => {
    const incoming = scene(now);
    const settled = await Promise.allSettled(incoming.map((event) => commits.submit(event)));
    return {
      acknowledged: incoming.filter((_, index) => settled[index]?.status === 'fulfilled').map(({ id }) => id),
      refusals: settled.flatMap((result) => (result.status === 'rejected' ? [result.reason] : [])),
    };
  };
}

async function fill(home: HomePaths, now: Date): Promise<void> {
  const store = openStore({ home });
  const taken = await intake(store, now)();
  store.close();
  if (taken.acknowledged.length !== SCENE.length) throw new Error('the scene was not taken');
}

function ids({ db }: Store, table: 'events' | 'sessions' | 'changes'): string[] {
  const column = table === 'changes' ? 'seq' : 'id';
  return db.prepare<[], string>(`SELECT ${column} FROM ${table} ORDER BY 1`).pluck().all().map(String);
}

/** `one` went through all its events: what its row says is what they add up to. */
function sceneFaults(store: Store, acknowledged: readonly string[]): string[] {
  const there = ids(store, 'events');
  const lost = acknowledged.filter((id) => !there.includes(id));
  const faults = lost.map((id) => `${id} was acknowledged and is not there`);
  const one = sessionStore(store).one('one');
  const applied = store.db
    .prepare<[], string>(
      "SELECT event FROM events WHERE session_id = 'one' AND outcome = 'applied' ORDER BY seq",
    )
    .pluck()
    .all();
  const state = { SessionStart: 'booting', Stop: 'between_turns', SessionEnd: 'ended' }[applied.at(-1) ?? ''];
  const expected = applied.length === 0 ? undefined : (state ?? 'in_turn');
  if (one?.state !== expected) faults.push(`session one is ${one?.state} after ${applied.join(', ')}`);
  return faults;
}

const whole = (store: Store, expected: number, table: 'events' | 'sessions') => {
  const there = ids(store, table).length;
  return there === expected ? [] : [`${there} ${table} are there, of ${expected}`];
};

/** A hook is told what is wrong with the disk, and not that something in Holdfast is. */
function unnamed(refusals: unknown[]): string[] {
  const raw = refusals.filter((reason) => systemCode(reason)?.startsWith('SQLITE_'));
  return raw.length > 0 ? [`${raw.length} events were refused with a bare ${String(raw[0])}`] : [];
}

const allIds = SCENE.map((_, index) => `event-${index}`);

/** Every write that the rooms offer so far. */
export const PUBLIC_WRITES: readonly Operation[] = [
  {
    name: 'take a group of events',
    prepare: () => {},
    begin: (store) => intake(store, NOW),
    judge: (store, result) => {
      const { acknowledged, refusals } = result as Taken;
      return [...sceneFaults(store, acknowledged), ...unnamed(refusals)];
    },
    judgeDone: (store) => [...whole(store, SCENE.length, 'events'), ...sceneFaults(store, allIds)],
  },
  {
    name: 'forget a session',
    prepare: (home) => fill(home, NOW),
    begin: (store, home) => () => forget({ store, home }, { sessionId: 'one' }),
    judge: (store) => {
      const gone = !ids(store, 'sessions').includes('one');
      return [...whole(store, gone ? 1 : SCENE.length, 'events'), ...mentions(store, gone)];
    },
    judgeDone: (store) => [
      ...whole(store, 1, 'events'),
      ...whole(store, 1, 'sessions'),
      ...mentions(store, true),
    ],
    forgetful: true,
  },
  {
    name: 'prune events',
    prepare: (home) => fill(home, LONG_AGO),
    begin: (store) => {
      const { prune } = eventStore(store);
      return () => passing(() => prune(NOW, KEEP_DAYS));
    },
    judge: (store) => {
      const there = ids(store, 'events').length;
      return there === 0 ? [] : whole(store, SCENE.length, 'events');
    },
    judgeDone: (store) => whole(store, 0, 'events'),
  },
  {
    name: 'prune sessions',
    prepare: async (home) => {
      await fill(home, LONG_AGO);
      const store = openStore({ home });
      passing(() => eventStore(store).prune(NOW, KEEP_DAYS));
      store.close();
    },
    begin: (store) => {
      const { prune } = sessionStore(store);
      return () => passing(() => prune(NOW, KEEP_DAYS));
    },
    judge: (store) => (ids(store, 'sessions').length === 0 ? [] : whole(store, 2, 'sessions')),
    judgeDone: (store) => whole(store, 0, 'sessions'),
  },
  {
    name: 'prune changes',
    prepare: (home) => fill(home, NOW),
    begin: (store) => {
      const { prune } = changeLog(store);
      return () => passing(() => prune(new Date(Date.now() + 30 * 86_400_000)));
    },
    judge: (store) => {
      const left = ids(store, 'changes').length;
      return left === 0 || left === store.lastChange()
        ? []
        : [`${left} of ${store.lastChange()} changes left`];
    },
    judgeDone: (store) => (ids(store, 'changes').length === 0 ? [] : ['changes are left']),
    prunedLog: true,
  },
  {
    name: 'make a ledger',
    opens: true,
    prepare: () => {},
    begin: () => () => {},
    judge: (store) => oneMachine(store),
    judgeDone: (store, home) => [
      ...oneMachine(store),
      ...(existsSync(`${home.database}.new`) ? ['holdfast.db.new is left behind'] : []),
    ],
  },
  {
    name: 'open a ledger',
    opens: true,
    prepare: (home) => fill(home, NOW),
    begin: () => () => {},
    judge: (store) => [...oneMachine(store), ...sceneFaults(store, allIds)],
    judgeDone: (store) => whole(store, SCENE.length, 'events'),
  },
];

/** What the log says of a forgotten session: that it and its events are gone, and no more. */
function mentions({ db }: Store, gone: boolean): string[] {
  const told = db
    .prepare<[], number>("SELECT count(*) FROM changes WHERE op <> 'delete' AND new LIKE '%\"one\"%'")
    .pluck()
    .get();
  return gone && told !== 0 ? [`the log still tells of the forgotten session ${told} times`] : [];
}

function oneMachine({ db }: Store): string[] {
  const machines = db.prepare('SELECT id FROM machine').all().length;
  const twice = db.prepare('SELECT number FROM migrations GROUP BY number HAVING count(*) > 1').all().length;
  return machines === 1 && twice === 0 ? [] : [`${machines} machines, ${twice} migrations twice`];
}

function passing(step: () => boolean): void {
  while (step());
}
