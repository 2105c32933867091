import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type Entry, isOpen } from '../../sidecar/resume/entry.ts';
import { PASSING } from '../../sidecar/resume/refusal-store.ts';
import { ledgerFaults } from '../chaos/stopped-ledger.ts';
import { allEntries, BEGINS_DRY, COMMAND, type Command, does } from './model-commands.ts';
import { type ModelWorld, modelWorld, RUNS } from './model-world.ts';
import { DAY, LIMITS } from './resume-kit.ts';

const MOST_ATTEMPTS = LIMITS.maxAttempts;
const CAP = LIMITS.maxResurrections;

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
