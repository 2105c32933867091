import { type Commitment, openWord, type Word } from '../../sidecar/commitments/index.ts';
import { systemCode } from '../../sidecar/errors/index.ts';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { forget } from '../../sidecar/intake/forget.ts';
import { eventStore } from '../../sidecar/intake/store.ts';
import { takeEvent } from '../../sidecar/intake/take.ts';
import { understand } from '../../sidecar/intake/understand.ts';
import { openPlans } from '../../sidecar/plans/index.ts';
import { sessionStore } from '../../sidecar/sessions/index.ts';
import { openStore, type Store } from '../../sidecar/store/index.ts';
import type { Operation } from './nth-fault.ts';

const NOW = new Date('2026-01-01T00:00:00Z');
const LATER = new Date('2026-01-03T00:00:00Z');
const TOPIC = '/';

function wordOf(store: Store): Word {
  return openWord({
    store,
    promises: { enabled: true, perTopicCap: 5, expiresHours: 6, followUp: 'nudge' },
    completions: { enabled: true },
    mask: (text) => text,
    isLive: sessionStore(store).isLive,
  });
}

function take(store: Store, event: string, facts: object): () => unknown {
  const sessions = sessionStore(store);
  const plans = openPlans({ store, isLive: sessions.isLive });
  const rooms = { sessions, word: wordOf(store), plans, notices: { tell: () => null } };
  const events = eventStore(store);
  const text = JSON.stringify({ session_id: 'one', cwd: TOPIC, ...facts });
  const incoming = {
    event,
    id: `the-${event}`,
    source: 'settings',
    via: 'live',
    at: NOW,
    client: null,
    text,
  } as const;
  const options = { events, rooms, redact: true, isIgnored: () => false, now: () => NOW, warn: () => {} };
  return () => store.write(() => takeEvent(options, { ...incoming, body: understand(event, text) }));
}

/** Three open promises of one session, one of which waits. */
function promised(home: HomePaths): void {
  const store = openStore({ home });
  const message =
    "I'll push the auth branch now. I'll push the mobile branch now. I'll merge it once CI is green.";
  wordOf(store).observe({ message, topicId: TOPIC, sessionId: 'one', at: NOW.toISOString(), live: true });
  store.close();
}

const rows = (store: Store): Commitment[] =>
  wordOf(store).commitments.page({}, Number.MAX_SAFE_INTEGER, 100).reverse();
const statuses = (store: Store): string =>
  rows(store)
    .map(({ status }) => status)
    .join(' ');
const count = ({ db }: Store, table: string): number =>
  db.prepare<[], number>(`SELECT count(*) FROM ${table}`).pluck().get() ?? 0;

/** One of these, and nothing between them. */
function isOneOf(is: string, ...allowed: string[]): string[] {
  return allowed.includes(is)
    ? []
    : [`${JSON.stringify(is)} is there, and neither of ${JSON.stringify(allowed)}`];
}

/** The first try was committed, and only its answer was lost. */
function unlessClosed(close: () => unknown): unknown {
  try {
    return close();
  } catch (error) {
    if (systemCode(error) === 'COMMITMENT_CLOSED') return null;
    throw error;
  }
}

function closing(name: string, status: 'kept' | 'withdrawn'): Operation {
  return {
    name,
    prepare: promised,
    begin: (store) => {
      const word = wordOf(store);
      const id = rows(store)[0]?.id ?? '';
      return () => unlessClosed(() => word.close(id, { status, by: 'person', note: 'so', at: NOW }));
    },
    judge: (store) => isOneOf(statuses(store), 'open open open', `${status} open open`),
    judgeDone: (store) => isOneOf(statuses(store), `${status} open open`),
  };
}

const heard = (store: Store): string =>
  `${count(store, 'commitments')} ${count(store, 'events')} ${count(store, 'completed_claims')} ${count(store, 'tellings')}`;

/** Every write of the ledger of promises. */
export const WORD_WRITES: readonly Operation[] = [
  {
    name: 'open a commitment by hand',
    prepare: () => {},
    begin: (store) => {
      const word = wordOf(store);
      const promise = {
        topicId: TOPIC,
        verb: 'push',
        object: 'x',
        quote: 'I said x.',
        externalKey: 'mine',
        at: NOW,
      } as const;
      return () => word.promiseByHand(promise);
    },
    judge: (store) => isOneOf(statuses(store), '', 'open'),
    judgeDone: (store) => isOneOf(statuses(store), 'open'),
  },
  closing('keep a commitment', 'kept'),
  closing('withdraw a commitment', 'withdrawn'),
  {
    name: 'observe a message',
    prepare: () => {},
    begin: (store) => {
      const word = wordOf(store);
      const message = "I'll push the auth branch now. I'll push the mobile branch now.";
      return () =>
        word.observe({ message, topicId: TOPIC, sessionId: 'one', at: NOW.toISOString(), live: true });
    },
    judge: (store) => isOneOf(statuses(store), '', 'open open'),
    judgeDone: (store) => isOneOf(statuses(store), 'open open'),
  },
  {
    name: 'sweep what is overdue',
    prepare: promised,
    begin: (store) => {
      const word = wordOf(store);
      return () => word.sweep(LATER);
    },
    judge: (store) => isOneOf(statuses(store), 'open open open', 'expired expired expired'),
    judgeDone: (store) => isOneOf(statuses(store), 'expired expired expired'),
  },
  {
    name: 'take the end of a turn',
    prepare: () => {},
    begin: (store) =>
      take(store, 'Stop', {
        last_assistant_message:
          "I've pushed the docs branch. I'll push the auth branch now. I'll merge it now.",
      }),
    judge: (store) => isOneOf(heard(store), '0 0 0 0', '2 1 1 2'),
    judgeDone: (store) => isOneOf(heard(store), '2 1 1 2'),
  },
  {
    name: 'take a call that keeps a promise',
    prepare: promised,
    begin: (store) =>
      take(store, 'PostToolUse', {
        tool_name: 'Bash',
        tool_use_id: 'call',
        tool_input: { command: 'git push origin auth' },
        tool_response: { stdout: '', stderr: 'done' },
      }),
    judge: (store) =>
      isOneOf(`${count(store, 'evidence')} ${statuses(store)}`, '0 open open open', '1 kept open open'),
    judgeDone: (store) => isOneOf(`${count(store, 'evidence')} ${statuses(store)}`, '1 kept open open'),
  },
  {
    name: 'forget what was promised',
    prepare: (home) => {
      promised(home);
      const store = openStore({ home });
      take(store, 'Stop', { last_assistant_message: "I've pushed the docs branch." })();
      store.close();
    },
    begin: (store, home) => () => forget({ store, home }, { project: TOPIC }),
    judge: (store) => isOneOf(heard(store), '3 1 1 2', '0 0 0 0'),
    judgeDone: (store) => isOneOf(heard(store), '0 0 0 0'),
    forgetful: true,
  },
];
