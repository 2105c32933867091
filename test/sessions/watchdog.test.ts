import { describe, expect, test } from 'vitest';
import { bootId } from '../../sidecar/machine/index.ts';
import { processFate } from '../../sidecar/sessions/process-fate.ts';
import { changeLogFaults } from '../chaos/replay-changes.ts';
import { aClient, LEFT, watched } from './watched.ts';

const PID = 4_000_001;

describe('a process that is killed with -9', () => {
  test('is reaped at the second look, with what it left', async () => {
    const client = await aClient();
    const { inTurn, sweep, sweepTwice, state, sessions, reaped } = watched({ lookAt: processFate });
    inTurn('s1', client);
    expect(await sweepTwice()).toMatchObject({ looked: 1, suspected: 0, reaped: 0 });

    await client.kill();
    expect(await sweepTwice()).toMatchObject({ looked: 1, reaped: 1 });
    expect(state('s1')).toBe('reaped');
    expect(sessions.one('s1')).toMatchObject({ reason: 'process-gone', ended_at: null });
    expect(sessions.lastReaping('s1')).toMatchObject({
      why: 'process-gone',
      stateBefore: 'in_turn',
      process: { pid: client.pid, processStart: client.processStart, bootId: bootId() },
      unfinished: LEFT,
    });
    expect(reaped).toEqual(['s1']);
    expect(await sweep()).toMatchObject({ looked: 0, reaped: 0 });
  });

  test('is not judged at the first look: its last hook may be on its way', async () => {
    const { inTurn, sweep, pass, fates, state, send } = watched();
    inTurn('s1', { pid: PID, processStart: '1' });
    fates.set(PID, 'process-gone');
    expect(await sweep()).toMatchObject({ suspected: 1, reaped: 0 });
    pass(999);
    expect(await sweep()).toMatchObject({ suspected: 1, reaped: 0 });
    send('SessionEnd', { session_id: 's1', reason: 'other' });
    pass(10_000);
    expect(await sweep()).toMatchObject({ looked: 0, reaped: 0 });
    expect(state('s1')).toBe('ended');
  });

  test('of a session that was heard of since begins anew', async () => {
    const { inTurn, sweep, sweepTwice, pass, fates, send, state } = watched();
    inTurn('s1', { pid: PID, processStart: '1' });
    fates.set(PID, 'process-gone');
    await sweep();
    // It leaves the row as it was: only the event itself tells.
    send('PreToolUse', { session_id: 's1', tool_name: 'Bash' });
    pass(5_000);
    expect(await sweep()).toMatchObject({ suspected: 1, reaped: 0 });
    await sweepTwice();
    expect(state('s1')).toBe('reaped');
  });

  test('waits for what lies in the spool, and not for ever', async () => {
    const { inTurn, sweep, pass, fates, state } = watched({ eventsWait: () => true });
    inTurn('s1', { pid: PID, processStart: '1' });
    fates.set(PID, 'process-gone');
    await sweep();
    pass(30_000);
    expect(await sweep()).toMatchObject({ reaped: 0 });
    pass(31_000);
    expect(await sweep()).toMatchObject({ reaped: 1 });
    expect(state('s1')).toBe('reaped');
  });
});

describe('a Stop that arrives while the watchdog is judging', () => {
  test.each([
    ['Stop', 'between_turns'],
    ['PostToolUse', 'in_turn'],
    ['SessionEnd', 'ended'],
  ])('wins: %s leaves %s', async (event, expected) => {
    const opened = watched({
      unfinishedOf: async () => {
        opened.send(event, { session_id: 's1', tool_name: 'Bash' });
        return LEFT;
      },
    });
    const { inTurn, fates, sweepTwice, state, sessions, reaped } = opened;
    inTurn('s1', { pid: PID, processStart: '1' });
    fates.set(PID, 'process-gone');
    expect(await sweepTwice()).toMatchObject({ reaped: 0 });
    expect(state('s1')).toBe(expected);
    expect(sessions.lastReaping('s1')).toBeNull();
    expect(reaped).toEqual([]);
  });
});

test('a row that somebody else writes while the watchdog is judging is left to them', async () => {
  const opened = watched({
    unfinishedOf: async () => {
      const row = opened.sessions.one('s1');
      if (row) opened.sessions.replace(row, { ...row, model: 'another' });
      return LEFT;
    },
  });
  opened.inTurn('s1', { pid: PID, processStart: '1' });
  opened.fates.set(PID, 'process-gone');
  expect(await opened.sweepTwice()).toMatchObject({ reaped: 0 });
  expect(opened.sessions.one('s1')).toMatchObject({ state: 'in_turn', model: 'another' });
  expect(opened.sessions.lastReaping('s1')).toBeNull();
});

describe('who is gone', () => {
  test.each([
    ['a recycled pid is another process', { processStart: '1', bootId: bootId() }, 'other-process'],
    [
      'after a restart of the machine every process is gone',
      { processStart: null, bootId: 'other' },
      'other-boot',
    ],
    ['a start that is not known proves nothing', { processStart: null, bootId: bootId() }, 'unknown'],
  ] as const)('%s', async (_what, identity, fate) => {
    const { pid } = await aClient();
    expect(processFate({ pid, ...identity })).toBe(fate);
  });

  test('the very process runs', async () => {
    const client = await aClient();
    expect(processFate({ ...client.identity, bootId: bootId() })).toBe('runs');
  });

  test('in the registry too: another boot, a recycled pid', async () => {
    const client = await aClient();
    const { inTurn, sweepTwice, sessions, store } = watched({ lookAt: processFate });
    for (const id of ['boot', 'pid', 'lives']) inTurn(id, client);
    store.db.exec("UPDATE sessions SET boot_id = 'another-boot' WHERE id = 'boot'");
    store.db.exec("UPDATE sessions SET process_start = '1' WHERE id = 'pid'");
    await sweepTwice();
    expect(
      ['boot', 'pid', 'lives'].map((id) => [sessions.one(id)?.state, sessions.lastReaping(id)?.why]),
    ).toEqual([
      ['reaped', 'other-boot'],
      ['reaped', 'other-process'],
      ['in_turn', undefined],
    ]);
  });

  test('a session without a process is never reaped by guess, nor one that nobody can tell of', async () => {
    const { inTurn, sweepTwice, fates, state } = watched();
    inTurn('nobody', null);
    inTurn('unknown', { pid: PID, processStart: null });
    fates.set(PID, 'unknown');
    expect(await sweepTwice()).toMatchObject({ looked: 1, reaped: 0 });
    expect([state('nobody'), state('unknown')]).toEqual(['in_turn', 'in_turn']);
  });

  test('a stalled one stays stalled while its process lives, and keeps its class when it dies', async () => {
    const { inTurn, sweepTwice, fates, send, state, sessions } = watched();
    inTurn('s1', { pid: PID, processStart: '1' });
    send('StopFailure', { session_id: 's1', error: 'rate_limit' });
    await sweepTwice();
    expect(state('s1')).toBe('stalled');
    fates.set(PID, 'process-gone');
    await sweepTwice();
    expect(sessions.one('s1')).toMatchObject({ state: 'reaped', reason: 'process-gone' });
    expect(sessions.lastReaping('s1')).toMatchObject({ stateBefore: 'stalled', reasonBefore: 'rate_limit' });
  });

  test('any sign of life takes it back, and a second death is a second reaping', async () => {
    const { inTurn, sweepTwice, fates, send, state, store } = watched();
    inTurn('s1', { pid: PID, processStart: '1' });
    fates.set(PID, 'process-gone');
    await sweepTwice();
    send('Stop', { session_id: 's1' });
    expect(state('s1')).toBe('between_turns');
    await sweepTwice();
    expect(state('s1')).toBe('reaped');
    expect(store.db.prepare('SELECT state_before FROM reapings ORDER BY seq').pluck().all()).toEqual([
      'in_turn',
      'between_turns',
    ]);
  });
});

describe('a clock that jumps', () => {
  test('while the machine sleeps: what was suspected before has to be seen twice again', async () => {
    const { inTurn, sweep, pass, time, fates, state } = watched();
    inTurn('s1', { pid: PID, processStart: '1' });
    fates.set(PID, 'process-gone');
    expect(await sweep()).toMatchObject({ jumped: false, suspected: 1 });
    time.wall += 8 * 3_600_000;
    pass(1_000);
    expect(await sweep()).toMatchObject({ jumped: true, suspected: 1, reaped: 0 });
    pass(1_000);
    expect(await sweep()).toMatchObject({ jumped: false, reaped: 1 });
    expect(state('s1')).toBe('reaped');
  });

  test.each([86_400_000, -86_400_000])('by %i ms is no death of anything that lives', async (ms) => {
    const client = await aClient();
    const { inTurn, sweep, pass, time, state } = watched({ lookAt: processFate });
    inTurn('s1', client);
    for (let round = 0; round < 3; round++) {
      time.wall += ms;
      pass(15_000);
      expect(await sweep()).toMatchObject({ suspected: 0, reaped: 0 });
    }
    expect(state('s1')).toBe('in_turn');
  });
});

test('a sidecar that stops leaves the judging to the next one', async () => {
  const closing = new AbortController();
  const { inTurn, sweepTwice, fates, state } = watched({
    closing: closing.signal,
    unfinishedOf: async () => {
      closing.abort();
      return LEFT;
    },
  });
  inTurn('s1', { pid: PID, processStart: '1' });
  fates.set(PID, 'process-gone');
  expect(await sweepTwice()).toMatchObject({ reaped: 0 });
  expect(state('s1')).toBe('in_turn');
});

test('what cannot be told of one session holds up no other', async () => {
  const { inTurn, sweepTwice, fates, state, failures } = watched({
    unfinishedOf: async (id) => {
      if (id === 'bad') throw new Error('odd');
      return LEFT;
    },
  });
  fates.set(PID, 'process-gone');
  for (const id of ['bad', 'good']) inTurn(id, { pid: PID, processStart: '1' });
  expect(await sweepTwice()).toMatchObject({ reaped: 1 });
  expect([state('bad'), state('good')]).toEqual(['in_turn', 'reaped']);
  expect(failures).toEqual(['bad']);
});

describe('ten thousand sessions', () => {
  test('are not looked at: only the live ones, by an index of their own', async () => {
    const { store, sweep, inTurn } = watched();
    store.write(() => {
      const insert = store.db.prepare(
        "INSERT INTO sessions (id, state, pid, started_at) VALUES (?, 'ended', 1, '2026-01-01T00:00:00.000Z')",
      );
      for (let i = 0; i < 10_000; i++) insert.run(`old-${i}`);
    });
    inTurn('s1', { pid: PID, processStart: '1' });
    expect(await sweep()).toMatchObject({ looked: 1 });
    const plan = store.db
      .prepare<[], { detail: string }>(
        `EXPLAIN QUERY PLAN SELECT * FROM sessions
         WHERE state IN ('booting', 'in_turn', 'between_turns', 'stalled') AND pid IS NOT NULL`,
      )
      .all();
    expect(plan.map(({ detail }) => detail).join()).toContain('sessions_watched');
  });

  test('that all died are reaped in groups, and each once', async () => {
    const { inTurn, sweepTwice, fates, store } = watched();
    fates.set(PID, 'process-gone');
    for (let i = 0; i < 45; i++) inTurn(`s${i}`, { pid: PID, processStart: '1' });
    expect(await sweepTwice()).toMatchObject({ reaped: 45 });
    expect(store.db.prepare('SELECT count(*) FROM reapings').pluck().get()).toBe(45);
    expect(changeLogFaults(store.db)).toEqual([]);
  });
});
