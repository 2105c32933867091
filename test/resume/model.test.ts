import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, isOpen } from '../../sidecar/resume/entry.ts';
import { PASSING } from '../../sidecar/resume/refusal-store.ts';
import type { StepName } from '../../sidecar/resume/step.ts';
import { ledgerFaults } from '../chaos/stopped-ledger.ts';
import { aChild, endChild, hears, MARKED, type ModelWorld, modelWorld, RUNS } from './model-world.ts';
import { DAY, HOUR, LIMITS, MINUTE } from './resume-kit.ts';

const STEPS: StepName[] = ['queued', 'decided', 'starting', 'launched', 'alive', 'respawned', 'failed'];
const MOST_ATTEMPTS = LIMITS.maxAttempts;
const CAP = LIMITS.maxResurrections;

const who = fc.nat(2);
const run = fc.nat(1);
const nth = fc.nat(7);
const one = <Name extends string>(name: Name) => fc.record({ do: fc.constant(name) });
const COMMAND = fc.oneof(
  { weight: 4, arbitrary: one('tick') },
  { weight: 3, arbitrary: one('collect') },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('die' as const), who }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('speak' as const), who }) },
  { weight: 2, arbitrary: one('follow') },
  { weight: 2, arbitrary: one('reap') },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('crash' as const), at: fc.constantFrom(...STEPS) }) },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('pass' as const), minutes: fc.constantFrom(3, 10, 40) }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant('clock' as const), hours: fc.constantFrom(1, -1, 24, -24) }),
  },
  // A whole death and what is tried about it: by single steps alone few sequences come that far.
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('a death' as const),
      who,
      next: fc.constantFrom(
        'speak' as const,
        'die' as const,
        'say another session' as const,
        'wait' as const,
      ),
    }),
  },
  fc.record({ do: fc.constant('say another session' as const), who }),
  fc.record({
    do: fc.constant('end' as const),
    who,
    how: fc.constantFrom('clean' as const, 'rate_limit' as const, 'unknown' as const),
  }),
  fc.record({ do: fc.constant('restart' as const), dryRun: fc.constantFrom(true, false, false) }),
  one('pause'),
  { weight: 2, arbitrary: one('resume') },
  fc.record({ do: fc.constantFrom('cancel' as const, 'requeue' as const, 'drain' as const), nth }),
  fc.record({ do: fc.constantFrom('kill' as const, 'restore' as const, 'restore' as const), run }),
  one('take up'),
  fc.record({
    do: fc.constantFrom('calm' as const, 'lock' as const),
    on: fc.constantFrom(true, true, true, false),
  }),
  fc.record({ do: fc.constant('branch' as const), name: fc.constantFrom('main', 'main', 'main', 'other') }),
);
const BEGINS_DRY = fc.constantFrom(true, false, false);
type Command = typeof COMMAND extends fc.Arbitrary<infer T> ? T : never;

/** The session that works, or worked, for this one of the three. */
function sessionOf(w: ModelWorld, who: number): string {
  const id = RUNS[who];
  return (id && w.life().runs.rooms.runs.one(id)?.sessionId) || (id ? `s-${id}` : MARKED);
}

/** What its client does of itself, whether a sidecar looks or not. */
async function clientEnds(w: ModelWorld, session: string, how: 'die' | 'clean' | 'rate_limit' | 'unknown') {
  const { engine, send } = w.life();
  for (const [key, { sessionId, child }] of w.machine.clients) {
    if (sessionId !== session) continue;
    w.machine.clients.delete(key);
    if (how === 'clean' && session === MARKED) {
      const body = { session_id: session, reason: 'other' };
      send('Stop', body, { id: `stop-${key}-${w.machine.wallMs}` });
      send('SessionEnd', body, { id: `end-${key}-${w.machine.wallMs}` });
    }
    await endChild(child);
  }
  const turn = engine.liveOf(session);
  if (!turn) return;
  // Without a word before its end there is no result.
  const state =
    how === 'die' || turn.seenSessionId === null ? 'crashed' : how === 'clean' ? 'clean' : 'error';
  engine.close(turn.id, state, state === 'error' ? { class: how, text: '', retryAfterMs: null } : null);
}

/** Its first word: that it is the session that was asked for, or another one. */
async function speaks(w: ModelWorld, session: string, as: string): Promise<void> {
  const { engine, send } = w.life();
  const turn = engine.liveOf(session);
  const client = w.machine.clients.get(turn?.id ?? '');
  if (!turn || !client || turn.seenSessionId !== null) return;
  engine.says(turn.id, as);
  if (as !== session) return;
  w.machine.proven.add(turn.id);
  if (session !== MARKED) return;
  const { child, ...identity } = await aChild();
  client.child = child;
  hears(send, session, '/', identity);
}

async function does(w: ModelWorld, command: Command): Promise<void> {
  const { machine } = w;
  const life = w.life();
  const { rooms, runs, hand, drainer } = life;
  machine.wallMs += 1; // Nothing happens twice in one moment.
  machine.steadyMs += 1;
  const entries = [...rooms.entries.open(), ...rooms.entries.ended()].sort((a, b) => a.seq - b.seq);
  const chosen = 'nth' in command ? entries[command.nth % Math.max(1, entries.length)] : undefined;

  if (command.do === 'tick') await ticks(w);
  else if (command.do === 'collect') {
    await life.collect();
    machine.steadyMs += 1_001;
    await life.collect();
  } else if (command.do === 'follow') await life.follow();
  else if (command.do === 'die') await clientEnds(w, sessionOf(w, command.who), 'die');
  else if (command.do === 'end') await clientEnds(w, sessionOf(w, command.who), command.how);
  else if (command.do === 'speak') await speaks(w, sessionOf(w, command.who), sessionOf(w, command.who));
  else if (command.do === 'say another session')
    await speaks(w, sessionOf(w, command.who), `other-${command.who}`);
  else if (command.do === 'reap') {
    await life.sweep();
    machine.steadyMs += 1_001;
    machine.wallMs += 1_001;
    await life.sweep();
  } else if (command.do === 'pass') {
    machine.wallMs += command.minutes * MINUTE;
    machine.steadyMs += command.minutes * MINUTE;
  } else if (command.do === 'clock') machine.wallMs += command.hours * HOUR;
  else if (command.do === 'restart') await w.restart(command.dryRun);
  else if (command.do === 'pause') hand.pause();
  else if (command.do === 'resume') hand.resume();
  else if (command.do === 'cancel' && chosen) await orRefused(() => hand.cancel(chosen.id));
  else if (command.do === 'requeue' && chosen) await orRefused(() => hand.requeue(chosen.id));
  else if (command.do === 'drain' && chosen) await startsAtMost(w, 1, () => drainer.drain(chosen));
  else if (command.do === 'kill') await orRefused(() => runs.kill(RUNS[command.run] ?? ''));
  else if (command.do === 'restore') await orRefused(() => runs.restore(RUNS[command.run] ?? ''));
  else if (command.do === 'calm') machine.calm = command.on;
  else if (command.do === 'lock') machine.lockIsOurs = command.on;
  else if (command.do === 'branch') machine.branch = command.name;
  else if (command.do === 'take up') await takeUp(w);
  else if (command.do === 'a death') {
    const { who, next } = command;
    await does(w, { do: 'die', who });
    await does(w, { do: 'reap' });
    await does(w, { do: 'collect' });
    await does(w, { do: 'pass', minutes: 40 });
    await does(w, { do: 'tick' });
    if (next !== 'wait') await does(w, { do: next, who });
    await does(w, { do: 'follow' });
  }
}

/** A person goes on with the marked session, where nobody else does. */
async function takeUp(w: ModelWorld): Promise<void> {
  const { clients } = w.machine;
  if ([...clients.values()].some(({ sessionId }) => sessionId === MARKED)) return;
  if (w.life().engine.liveOf(MARKED)) return;
  const { child, ...identity } = await aChild();
  clients.set(MARKED, { sessionId: MARKED, child });
  hears(w.life().send, MARKED, '/', identity);
}

async function ticks(w: ModelWorld): Promise<void> {
  const ticked = await startsAtMost(w, 1, () => w.life().drainer.tick());
  if (w.life().isDead()) return;
  // Whatever is open is held back by something that has a name, or was looked at just now.
  if (ticked.held === null && ticked.exercised === null) {
    const idle = w
      .life()
      .describe()
      .entries.filter(({ state, gate }) => state === 'queued' && gate === null);
    expect(idle).toEqual([]);
  }
}

async function startsAtMost<T>(w: ModelWorld, most: number, work: () => Promise<T>): Promise<T> {
  const { rooms } = w.life();
  const mayStart =
    !rooms.limits.dryRun && w.machine.lockIsOurs && rooms.brakes.read().pausedAt === null ? most : 0;
  const before = w.machine.launched.length;
  const done = await work();
  if (w.life().isDead()) return done;
  // A run that waited for the API may have begun a turn of its own meanwhile.
  const ofEntries = new Set(allEntries(w).map(({ turnId }) => turnId));
  const started = w.machine.launched.slice(before).filter((id) => ofEntries.has(id));
  expect(started.length).toBeLessThanOrEqual(mayStart);
  return done;
}

/** A refusal has a name. */
async function orRefused(work: () => unknown): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && 'hint' in error)) throw error;
  }
}

/** What a segment of an entry's history may be, from its queueing to its end. */
const TRIES = '(?:(?:would-resume|attempt attempt-failed|attempt-failed) )*';
const LIFE = new RegExp(
  `^queued ${TRIES}(?:(?:cancelled|invalidated:\\S+|gave-up:\\S+) requeued ${TRIES})*(?:attempt )?(?:(?:attempt )?respawned |cancelled |invalidated:\\S+ |gave-up:\\S+ )?$`,
);

/** What holds whatever was done. */
function always(w: ModelWorld, before: Entry[]): Entry[] {
  const { rooms, engine } = w.life();
  expect(w.machine.faults).toEqual([]);
  const now = allEntries(w);
  for (const was of before) {
    const is = now.find(({ id }) => id === was.id);
    if (was.state === 'respawned') expect(is).toEqual(was);
    else expect(is?.version).toBeGreaterThanOrEqual(was.version);
  }
  const open = now.filter(isOpen);
  const distinct = (of: unknown[]) => expect(new Set(of).size).toBe(of.length);
  distinct(open.map(({ sessionId }) => sessionId));
  distinct(open.flatMap(({ runId }) => runId ?? []));
  distinct(now.map(({ death }) => death));
  distinct(engine.live().map(({ sessionId }) => sessionId));
  for (const { id, state, attempts } of now) {
    expect(attempts).toBeLessThanOrEqual(MOST_ATTEMPTS);
    const told = rooms.entries.history(id).map(({ what }) => what);
    const line = `${told.join(' ')} `;
    expect(line).toMatch(LIFE);
    const latest = told.slice(told.lastIndexOf('requeued') + 1);
    expect(latest.filter((what) => what === 'would-resume').length).toBeLessThanOrEqual(1);
    expect(latest.filter((what) => what === 'attempt').length).toBeLessThanOrEqual(attempts);
    const last = told.at(-1) ?? '';
    if (state === 'starting') expect(last).toBe('attempt');
    else if (state !== 'queued') expect(last.startsWith(state)).toBe(true);
  }
  revivals(w, now);
  return now;
}

function allEntries(w: ModelWorld): Entry[] {
  const { rooms } = w.life();
  return [...rooms.entries.open(), ...rooms.entries.ended()];
}

/** Each that proved itself is counted once; in no day, by the queue's own clock, are there more than the cap. */
function revivals(w: ModelWorld, entries: Entry[]): void {
  const rows = w
    .life()
    .store.db.prepare<[], { turn_id: string; of: string; at: string }>(
      'SELECT turn_id, coalesce(run_id, session_id) AS of, at FROM resume_tombstones',
    )
    .all();
  const respawned = entries.filter(({ state }) => state === 'respawned').map(({ turnId }) => turnId);
  expect(rows.map(({ turn_id }) => turn_id).sort()).toEqual(respawned.sort());
  for (const { turn_id } of rows) expect(w.machine.proven.has(turn_id)).toBe(true);
  for (const { of, at } of rows) {
    const within = rows.filter((row) => {
      const later = Date.parse(row.at) - Date.parse(at);
      return row.of === of && later >= 0 && later < DAY;
    });
    expect(within.length).toBeLessThanOrEqual(CAP);
  }
}

/** Undisturbed, everything comes to an end, and what is dead has its answer. */
async function comesToItsEnd(w: ModelWorld): Promise<void> {
  Object.assign(w.machine, { calm: true, lockIsOurs: true, branch: 'main' });
  await w.restart(false);
  w.life().hand.resume();
  for (let round = 0; allEntries(w).some(isOpen) || round < 2; round++) {
    if (round > 40) throw new Error(`it goes on and on: ${JSON.stringify(w.life().describe().entries)}`);
    await does(w, { do: 'reap' });
    await does(w, { do: 'collect' });
    await does(w, { do: 'tick' });
    for (const who of [0, 1, 2]) {
      await does(w, { do: 'speak', who });
      await does(w, { do: 'follow' });
      if (round % 3 > 0) await does(w, { do: 'die', who });
    }
    await does(w, { do: 'pass', minutes: 40 });
    await w.life().settle();
    always(w, []);
  }
  await does(w, { do: 'collect' });
  for (const { id, endedAt, state, reason } of RUNS.flatMap((id) => w.life().rooms.runs.one(id) ?? [])) {
    const recent = endedAt !== null && Date.parse(endedAt) > w.machine.wallMs - DAY;
    if (state !== 'failed' || !recent || reason === 'no-progress') continue;
    const death = `run:${id}:${endedAt}`;
    const refused = w
      .life()
      .rooms.refusals.reasons(death)
      .filter((name) => !PASSING.includes(name));
    const answers = refused.length + (w.life().rooms.entries.ofDeath(death) ? 1 : 0);
    expect([death, answers]).toEqual([death, 1]);
  }
  expect(ledgerFaults(w.life().store.db)).toEqual([]);
}

/** Does one thing, which may be the last of this sidecar. */
async function step(w: ModelWorld, command: Command, armed: { at: string | null }): Promise<void> {
  const hit = (message: unknown) => {
    if ((message as { name: string }).name !== armed.at) return;
    armed.at = null;
    w.life().kill();
  };
  if (command.do === 'crash') armed.at = command.at;
  subscribe('holdfast:resume', hit);
  try {
    await does(w, command);
    if (!w.life().isDead()) await w.life().settle();
  } catch (error) {
    if (!w.life().isDead()) throw error;
  } finally {
    unsubscribe('holdfast:resume', hit);
  }
  if (w.life().isDead()) await w.restart();
  await w.life().settle();
}

test('whatever dies, crashes and jumps, each entry ends once or is held back by name, and nothing runs twice', {
  timeout: 240_000,
}, async () => {
  await fc.assert(
    fc.asyncProperty(
      BEGINS_DRY,
      fc.array(COMMAND, { minLength: 10, maxLength: 60 }),
      async (dry, commands) => {
        const w = modelWorld(dry);
        const armed = { at: null };
        let entries: Entry[] = [];
        try {
          for (const command of commands) {
            await step(w, command, armed);
            entries = always(w, entries);
          }
          await comesToItsEnd(w);
        } finally {
          await w.end();
        }
      },
    ),
    { numRuns: Number(process.env.MODEL_RUNS ?? 40) },
  );
});
