import { describe, expect, test } from 'vitest';
import type { SessionState } from '../../sidecar/sessions/states.ts';
import { type Given, ledger } from '../kit/ledger.ts';

type Body = Record<string, unknown>;
const STATES = ['booting', 'in_turn', 'between_turns', 'ended', 'reaped', 'stalled'] as const;
const TOOL = { tool_name: 'Bash' };

/** A session in a state. `reaped` is the watchdog's; the others come about by events. */
function sessionIn(state: SessionState) {
  const opened = ledger();
  const { take, store, sessions } = opened;
  const send = (event: string, body: Body = {}, given: Given = {}) =>
    take(event, { session_id: 's1', ...body }, given).row;
  send('SessionStart', { source: 'startup', cwd: '/' });
  if (state === 'in_turn') send('UserPromptSubmit');
  if (state === 'between_turns') send('Stop');
  if (state === 'ended') send('SessionEnd', { reason: 'logout' });
  if (state === 'stalled') send('StopFailure', { error: 'rate_limit' });
  if (state === 'reaped') store.db.exec("UPDATE sessions SET state = 'reaped', reason = 'gone'");
  const now = () => {
    const session = sessions.one('s1');
    if (!session) throw new Error('there is no session');
    return session;
  };
  expect(now().state).toBe(state);
  return { ...opened, send, now };
}

/** The table of states.md. `refused`: the state stays, and the event says why. `-`: it moves nothing. */
const TABLE: [string, Body, Record<SessionState, SessionState | 'refused' | '-'>][] = [
  ['SessionStart', { source: 'resume' }, to('between_turns', { ended: 'between_turns' })],
  ['SessionStart', { source: 'clear' }, to('between_turns', { ended: 'between_turns' })],
  ['SessionStart', { source: 'compact' }, to('-', { ended: '-' })],
  ['UserPromptSubmit', {}, to('in_turn')],
  ['PreToolUse', TOOL, to('in_turn')],
  ['PostToolUse', TOOL, to('in_turn')],
  ['PostToolUseFailure', TOOL, to('in_turn')],
  ['PostToolUseFailure', { ...TOOL, is_interrupt: false }, to('in_turn')],
  ['PostToolUseFailure', { ...TOOL, is_interrupt: true }, to('between_turns')],
  ['Stop', {}, to('between_turns')],
  ['StopFailure', { error: 'overloaded' }, to('stalled')],
  ['SessionEnd', { reason: 'other' }, to('ended')],
];

function to(target: SessionState | '-', more: Partial<Record<SessionState, SessionState | '-'>> = {}) {
  const row = Object.fromEntries(STATES.map((state) => [state, state === 'ended' ? 'refused' : target]));
  return { ...row, ...more } as Record<SessionState, SessionState | 'refused' | '-'>;
}

const CASES = TABLE.flatMap(([event, body, row]) =>
  STATES.map((state) => [event, JSON.stringify(body), state, row[state], body] as const),
);

describe('every event in every state', () => {
  test.each(CASES)('%s %s from %s: %s', (event, _text, state, expected, body) => {
    const { send, now } = sessionIn(state);
    const before = now();
    const row = send(event, body);
    if (expected === 'refused') {
      expect(row).toMatchObject({
        outcome: 'refused-move',
        detail: expect.stringMatching(/^no way from ended to /),
      });
      expect(now()).toEqual(before);
      return;
    }
    expect(row).toMatchObject({ outcome: 'applied', detail: null });
    expect(now().state).toBe(expected === '-' ? state : expected);
  });

  test('an event that says nothing about a session’s life moves none', () => {
    for (const state of STATES) {
      const { send, now } = sessionIn(state);
      const before = now();
      expect(send('ConfigChange', { source: 'user_settings' })).toMatchObject({ outcome: 'stored' });
      expect(send('FutureEvent')).toMatchObject({ outcome: 'stored' });
      expect(now()).toEqual(before);
    }
  });
});

describe('a session that is first seen', () => {
  test.each([
    ['SessionStart', { source: 'startup' }, 'booting'],
    ['SessionStart', { source: 'resume' }, 'booting'],
    ['SessionStart', { source: 'compact' }, 'booting'],
    ['UserPromptSubmit', {}, 'in_turn'],
    ['PreToolUse', TOOL, 'in_turn'],
    ['PostToolUseFailure', { ...TOOL, is_interrupt: true }, 'between_turns'],
    ['Stop', {}, 'between_turns'],
    ['StopFailure', { error: 'rate_limit' }, 'stalled'],
    ['SessionEnd', { reason: 'logout' }, 'ended'],
    ['PreToolUse', { ...TOOL, agent_id: 'a1' }, 'booting'],
  ])('by %s %j is %s', (event, body, state) => {
    const { take, sessions } = ledger();
    take(event, { session_id: 's1', ...body });
    expect(sessions.one('s1')).toMatchObject({ state, version: 1 });
  });
});

describe('why', () => {
  test.each([
    ['SessionEnd', { reason: 'prompt_input_exit' }, 'prompt_input_exit'],
    ['SessionEnd', {}, null],
    ['StopFailure', { error: 'rate_limit' }, 'rate_limit'],
    ['StopFailure', { error: { type: 'overloaded', message: 'long' } }, 'overloaded'],
    ['StopFailure', {}, null],
    ['StopFailure', { error: [1] }, null],
  ])('%s %j: the reason is %s', (event, body, reason) => {
    const { send, now } = sessionIn('in_turn');
    send(event, body);
    expect(now().reason).toBe(reason);
    expect(now().ended_at).toBe(event === 'SessionEnd' ? '2026-03-01T12:00:00.000Z' : null);
  });

  test('is gone with the next sign of life, and so is the time of the end', () => {
    for (const state of ['ended', 'stalled', 'reaped'] as const) {
      const { send, now } = sessionIn(state);
      send('SessionStart', { source: 'resume' });
      expect(now()).toMatchObject({ state: 'between_turns', reason: null, ended_at: null });
    }
  });
});

describe('an event that is older than the last one', () => {
  const EARLIER = '2026-03-01T11:59:59.999Z';

  test.each(TABLE)('%s %j is kept and moves nothing', (event, body) => {
    const { send, now } = sessionIn('in_turn');
    const before = now();
    expect(send(event, body, { via: 'spool', at: EARLIER })).toMatchObject({
      outcome: 'refused-move',
      detail: "older than the session's last event (2026-03-01T12:00:00.000Z)",
    });
    expect(now()).toEqual(before);
  });

  test('of the same moment is not older', () => {
    const { send, now } = sessionIn('in_turn');
    send('Stop', {}, { via: 'spool', at: '2026-03-01T12:00:00.000Z' });
    expect(now().state).toBe('between_turns');
  });

  test('is measured by what was applied: one that was refused sets no time', () => {
    const { send, now } = sessionIn('ended');
    expect(send('Stop', {}, { at: '2026-03-01T13:00:00.000Z' })).toMatchObject({ outcome: 'refused-move' });
    expect(send('SessionStart', { source: 'resume' }, { at: '2026-03-01T12:30:00.000Z' })?.outcome).toBe(
      'applied',
    );
    expect(now().state).toBe('between_turns');
  });
});

describe('a subagent', () => {
  test.each(TABLE)("'s %s %j never moves its parent", (event, body) => {
    for (const state of STATES) {
      const { send, now } = sessionIn(state);
      const before = now();
      expect(send(event, { ...body, agent_id: 'a1', cwd: '/tmp', model: 'other' })?.outcome).toBe('applied');
      expect(now()).toEqual(before);
    }
  });

  test('sets no time for its parent either', () => {
    const { send, now } = sessionIn('in_turn');
    send('PreToolUse', { ...TOOL, agent_id: 'a1' }, { at: '2026-03-01T13:00:00.000Z' });
    send('Stop', {}, { at: '2026-03-01T12:30:00.000Z' });
    expect(now().state).toBe('between_turns');
  });
});

test('a move that meets a row which somebody else has written is refused, and not forced', () => {
  const { sessions, now } = sessionIn('in_turn');
  const before = now();
  expect(sessions.replace(before, { ...before, state: 'reaped' })).toBe(true);
  expect(sessions.replace(before, { ...before, state: 'between_turns' })).toBe(false);
  expect(now()).toMatchObject({ state: 'reaped', version: before.version + 1 });
});
