import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Commitment } from '../../sidecar/commitments/index.ts';
import { eventStore } from '../../sidecar/intake/store.ts';
import { takeEvent } from '../../sidecar/intake/take.ts';
import { understand } from '../../sidecar/intake/understand.ts';
import { openPlans } from '../../sidecar/plans/index.ts';
import { sessionStore } from '../../sidecar/sessions/index.ts';
import { openStore } from '../../sidecar/store/index.ts';
import { ledgerFaults } from '../chaos/stopped-ledger.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { wordOver } from '../kit/word.ts';

const CAP = 3;
const NAMES = ['auth', 'mobile', 'cart', 'mail', 'search'];

const session = fc.constantFrom('s1', 's2');
const name = fc.constantFrom(...NAMES);
const nth = fc.nat(9);
const late = fc.constantFrom(0, 0, 0, 20); // Minutes: it comes through the spool, so much later.
const OPERATION = fc.oneof(
  fc.record({ do: fc.constant('promise' as const), session, name: fc.option(name), late }),
  fc.record({ do: fc.constant('promise' as const), session, name: fc.option(name), late }),
  fc.record({ do: fc.constant('take back' as const), session, name: fc.option(name), late }),
  fc.record({ do: fc.constant('call' as const), session, name, failed: fc.boolean(), late }),
  fc.record({ do: fc.constant('keep' as const), nth }),
  fc.record({ do: fc.constant('withdraw' as const), nth }),
  fc.record({ do: fc.constant('by hand' as const), name }),
  fc.record({ do: fc.constant('sweep' as const) }),
  fc.record({ do: fc.constant('clock' as const), minutes: fc.constantFrom(1, 30, 400, -90) }),
  fc.record({ do: fc.constant('replay' as const), nth }),
  fc.record({ do: fc.constant('crash' as const), session, name }),
  fc.record({ do: fc.constant('restart' as const) }),
);
type Operation = typeof OPERATION extends fc.Arbitrary<infer T> ? T : never;

/** A ledger that can be closed and opened again, and takes events as intake does. */
function world() {
  const { home, remove } = temporaryHome();
  let store = openStore({ home });
  let rooms = roomsOf();
  const sent: { event: string; id: string; body: object; at: Date }[] = [];
  const clock = { now: Date.parse('2026-03-01T12:00:00Z') };

  function roomsOf() {
    const word = wordOver(store, { promises: { perTopicCap: CAP } });
    const sessions = sessionStore(store);
    return {
      events: eventStore(store),
      sessions,
      word,
      plans: openPlans({ store, isLive: sessions.isLive }),
    };
  }
  function take(post: (typeof sent)[number], via: 'live' | 'spool') {
    const text = JSON.stringify(post.body);
    const { events, sessions, word, plans } = rooms;
    takeEvent(
      {
        events,
        rooms: { sessions, word, plans, notices: { tell: () => null } },
        redact: true,
        isIgnored: () => false,
        now: () => post.at,
        warn: () => {},
      },
      { ...post, source: 'settings', via, client: null, text, body: understand(post.event, text) },
    );
  }
  return {
    store: () => store,
    word: () => rooms.word,
    clock,
    sent,
    send: (event: string, session: string, facts: object, late = 0): string => {
      const id = `event-${sent.length}`;
      const body = { session_id: session, cwd: home.root, tool_use_id: id, ...facts };
      const post = { event, id, body, at: new Date(clock.now - late * 60_000) };
      sent.push(post);
      store.write(() => take(post, late > 0 ? 'spool' : 'live'));
      return id;
    },
    again: (n: number) => {
      const post = sent[n % Math.max(1, sent.length)];
      if (post) store.write(() => take(post, 'live'));
    },
    crashing: (event: string, session: string, facts: object) => {
      const body = { session_id: session, cwd: home.root, ...facts };
      const post = { event, id: 'never', body, at: new Date(clock.now) };
      expect(() =>
        store.write(() => {
          take(post, 'live');
          throw new Error('crash');
        }),
      ).toThrow('crash');
    },
    restart: () => {
      store.close();
      store = openStore({ home });
      rooms = roomsOf();
    },
    rows: (): Commitment[] => rooms.word.commitments.page({}, Number.MAX_SAFE_INTEGER, 10_000).reverse(),
    topic: home.root,
    end: () => {
      store.close();
      remove();
    },
  };
}
type World = ReturnType<typeof world>;

const isClaim = ({ externalKey }: Commitment) => externalKey?.startsWith('actionclaim:') ?? false;
const stated = (rows: Commitment[]) => rows.filter(isClaim).reduce((sum, row) => sum + row.statedCount, 0);
const openOf = (rows: Commitment[]) => rows.filter(({ status }) => status === 'open');
const objectOf = (of: string | null) => (of === null ? 'it' : `the ${of} branch`);

/** Does one thing, and says what must hold because of it. */
function does(w: World, op: Operation): void {
  const before = w.rows();
  const last = w.store().lastChange();
  const now = new Date(w.clock.now);
  const chosen = 'nth' in op ? before[op.nth % Math.max(1, before.length)] : undefined;

  if (op.do === 'promise') {
    w.send('Stop', op.session, { last_assistant_message: `I'll push ${objectOf(op.name)} now.` }, op.late);
    const after = w.rows();
    const heard = stated(after) - stated(before);
    const overCap = openOf(after).filter(isClaim).length >= CAP;
    if (heard !== 1) expect([heard, overCap]).toEqual([0, true]);
  } else if (op.do === 'take back') {
    const message = `I won't push ${op.name === null ? '' : objectOf(op.name)} after all.`;
    w.send('Stop', op.session, { last_assistant_message: message }, op.late);
  } else if (op.do === 'call') {
    const facts = { tool_name: 'Bash', tool_input: { command: `git push origin ${op.name}` } };
    const answer = op.failed ? { error: 'rejected' } : { tool_response: { stdout: '', stderr: 'done' } };
    const id = w.send(
      op.failed ? 'PostToolUseFailure' : 'PostToolUse',
      op.session,
      { ...facts, ...answer },
      op.late,
    );
    const at = new Date(w.clock.now - op.late * 60_000).toISOString();
    for (const row of openOf(w.rows()).filter(({ object }) => object.startsWith(op.name))) {
      const isMeant = at < row.expiresAt && (op.late === 0 || at >= row.openedAt);
      if (isMeant) expect(op.failed && row.attempts.some(({ toolUseId }) => toolUseId === id)).toBe(true);
    }
  } else if (op.do === 'keep' || op.do === 'withdraw') {
    const status = op.do === 'keep' ? 'kept' : 'withdrawn';
    const close = () => w.word().close(chosen?.id ?? 'nobody', { status, by: 'person', at: now });
    if (chosen?.status === 'open') expect(close()).toMatchObject({ status, version: chosen.version + 1 });
    else expect(close).toThrow(expect.objectContaining({ code: chosen ? 'COMMITMENT_CLOSED' : 'NOT_FOUND' }));
  } else if (op.do === 'by hand') {
    const { created } = w.word().promiseByHand({
      topicId: w.topic,
      verb: 'push',
      object: `${op.name} branch`,
      externalKey: `mine-${op.name}`,
      at: now,
    });
    expect(w.rows().length - before.length).toBe(created ? 1 : 0);
  } else if (op.do === 'sweep') {
    w.word().sweep(now);
    for (const row of openOf(w.rows())) expect(row.expiresAt > now.toISOString()).toBe(true);
  } else if (op.do === 'clock') w.clock.now += op.minutes * 60_000;
  else {
    if (op.do === 'replay') w.again(op.nth);
    else if (op.do === 'restart') w.restart();
    else w.crashing('Stop', op.session, { last_assistant_message: `I'll push ${objectOf(op.name)} now.` });
    expect(w.rows()).toEqual(before);
    expect(w.store().lastChange()).toBe(last);
  }
  always(w, before);
}

/** What holds whatever was done. */
function always(w: World, before: Commitment[]): void {
  const rows = w.rows();
  const byId = new Map(rows.map((row) => [row.id, row]));
  for (const was of before) {
    const is = byId.get(was.id);
    if (was.status === 'open') expect(is?.version).toBeGreaterThanOrEqual(was.version);
    else expect(is).toEqual(was);
  }
  const open = openOf(rows);
  const keys = open.map(({ externalKey }) => externalKey).filter((key) => key !== null);
  expect(new Set(keys).size).toBe(keys.length);
  expect(open.filter(isClaim).length).toBeLessThanOrEqual(CAP);
  for (const { status, keptBy, evidence, object } of rows) {
    if (keptBy !== 'evidence') continue;
    const call = w.sent.find(({ id }) => id === evidence?.toolUseId);
    expect([status, call?.event]).toEqual(['kept', 'PostToolUse']);
    if (object !== '')
      expect(JSON.stringify(call?.body)).toContain(`git push origin ${object.split(' ')[0]}`);
  }
}

test('whatever is said and done, nothing is lost, nothing is twice, and what is closed stays closed', {
  timeout: 120_000,
}, () => {
  fc.assert(
    fc.property(fc.array(OPERATION, { minLength: 5, maxLength: 40 }), (operations) => {
      const w = world();
      try {
        for (const operation of operations) does(w, operation);
        expect(ledgerFaults(w.store().db)).toEqual([]);
      } finally {
        w.end();
      }
    }),
    { numRuns: Number(process.env.MODEL_RUNS ?? 40) },
  );
});
