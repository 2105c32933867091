import fc from 'fast-check';
import { expect } from 'vitest';
import type { Entry } from '../../sidecar/resume/entry.ts';
import type { StepName } from '../../sidecar/resume/step.ts';
import { endChild } from './model-engine.ts';
import { aChild, hears, MARKED, type ModelWorld, RUNS } from './model-world.ts';
import { HOUR, MINUTE } from './resume-kit.ts';

const STEPS: StepName[] = ['queued', 'decided', 'starting', 'launched', 'alive', 'respawned', 'failed'];

const who = fc.nat(2);
const run = fc.nat(1);
const nth = fc.nat(7);
const one = <Name extends string>(name: Name) => fc.record({ do: fc.constant(name) });
export const COMMAND = fc.oneof(
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
export const BEGINS_DRY = fc.constantFrom(true, false, false);
export type Command = typeof COMMAND extends fc.Arbitrary<infer T> ? T : never;

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

/** Does one thing, and says what must hold because of it. */
export async function does(w: ModelWorld, command: Command): Promise<void> {
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

export function allEntries(w: ModelWorld): Entry[] {
  const { rooms } = w.life();
  return [...rooms.entries.open(), ...rooms.entries.ended()];
}
