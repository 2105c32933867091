import { describe, expect, test } from 'vitest';
import { ledger } from '../kit/ledger.ts';

// Put together here, so that no scanner takes this file for a leak.
const SECRET = `ghp_${'a1B2c3D4e5F6'.repeat(3)}`;
const prompt = (text: string) => ({ session_id: 's1', prompt: text });

describe('an event id', () => {
  test('that comes again with the same body is one row, and does nothing twice', () => {
    const { take, rows, sessions } = ledger();
    expect(take('Stop', prompt('a'), { id: 'once' }).row).toMatchObject({ id: 'once' });
    const version = sessions.one('s1')?.version;
    expect(take('Stop', prompt('a'), { id: 'once' })).toEqual({ row: null, answer: {} });
    expect(rows()).toHaveLength(1);
    expect(sessions.one('s1')?.version).toBe(version);
  });

  test('that comes with another body is kept under a new id, and its retry is still one row', () => {
    const { take, rows, warnings } = ledger();
    take('Stop', prompt('a'), { id: 'used' });
    const { row } = take('Stop', prompt('b'), { id: 'used' });
    expect(row?.id).toMatch(/^used~[0-9a-f]{16}$/);
    expect(warnings).toMatchObject([{ facts: { event: 'Stop', id: 'used', keptAs: row?.id } }]);
    expect(take('Stop', prompt('b'), { id: 'used' }).row).toBeNull();
    expect(take('Stop', prompt('a'), { id: 'used' }).row).toBeNull();
    expect(take('Stop', prompt('c'), { id: 'used' }).row?.id).not.toBe(row?.id);
    expect(rows()).toHaveLength(3);
  });

  test('is judged by the bytes: other white space is another body', () => {
    const { take, rows } = ledger();
    take('Stop', {}, { id: 'used', text: '{"session_id":"s1"}' });
    take('Stop', {}, { id: 'used', text: '{"session_id": "s1"}' });
    expect(rows()).toHaveLength(2);
  });
});

describe('doubles of settings and plugin', () => {
  // s: from the settings, p: from the plugin; a letter each for the body. What is a double is in capitals.
  const ORDERS: [string, string, string][] = [
    ['each event twice, one after the other', 'sA pA sB pB', 'a A b B'],
    ['the plugin first', 'pA sA pB sB', 'a A b B'],
    ['in each other’s order', 'sA sB pA pB', 'a b A B'],
    ['crossed', 'sA pB pA sB', 'a b A B'],
    ['the same body two times', 'sA pA sA pA', 'a A a A'],
    ['the same body two times, each source at once', 'sA sA pA pA', 'a a A A'],
    ['the same body, first from the one, then from the other', 'sA pA pA sA', 'a A a A'],
    ['three that are the same', 'sA pA sA pA sA pA', 'a A a A a A'],
    ['three that are the same, plugin first', 'pA pA pA sA sA sA', 'a a a A A A'],
    ['settings alone: the same prompt twice is two prompts', 'sA sA sA', 'a a a'],
    ['plugin alone', 'pA pA', 'a a'],
    ['one of the settings is missing', 'sA pA pB sC pC', 'a A b c C'],
  ];

  test.each(ORDERS)('%s: %s', (_what, order, expected) => {
    const { take, rows, sessions } = ledger();
    for (const step of order.split(' ')) {
      const source = step.startsWith('s') ? 'settings' : 'plugin';
      take('UserPromptSubmit', prompt(step.slice(1)), { source });
    }
    const letters = order.split(' ').map((step) => step.slice(1));
    const marked = rows().map((row, i) =>
      row.outcome === 'duplicate' ? letters[i] : letters[i]?.toLowerCase(),
    );
    expect(marked.join(' ')).toBe(expected);
    const originals = expected.split(' ').filter((letter) => letter === letter.toLowerCase()).length;
    expect(sessions.facts('s1')).toMatchObject({ events: originals, prompts: originals });
  });

  test('a double moves nothing and answers nothing', () => {
    const { take, sessions } = ledger();
    take('SessionStart', { session_id: 's1', source: 'startup' });
    take('SessionStart', { session_id: 's1', source: 'startup' }, { source: 'plugin' });
    expect(sessions.one('s1')).toMatchObject({ state: 'booting', version: 1 });
  });

  test('of another session is none', () => {
    const { take, rows } = ledger();
    take('FutureEvent', {}, { text: '{}' });
    take('FutureEvent', {}, { text: '{"session_id":"s1"}', source: 'plugin' });
    expect(rows().map((row) => row.outcome)).toEqual(['stored', 'stored']);
  });
});

describe('what becomes of an event', () => {
  test('nobody knows it: stored, without a session', () => {
    const { take, rows, sessions } = ledger();
    take('FutureEvent', { session_id: 's1', anything: [1] });
    expect(rows()).toMatchObject([{ event: 'FutureEvent', session_id: 's1', outcome: 'stored' }]);
    expect(sessions.one('s1')).toBeUndefined();
  });

  test.each(['SessionStart', 'Stop', 'UserPromptSubmit', 'SessionEnd'])(
    "doctor's %s makes no session",
    (event) => {
      const { take, rows, sessions } = ledger();
      expect(take(event, { session_id: 'sample', holdfast_sample: true }).answer).toEqual({});
      expect(rows()).toMatchObject([{ outcome: 'sample' }]);
      expect(sessions.one('sample')).toBeUndefined();
    },
  );

  test('its project is ignored: nothing is kept', () => {
    const { take, rows, sessions } = ledger({ isIgnored: ({ cwd }) => cwd === '/private' });
    expect(take('Stop', { session_id: 's1', cwd: '/private' })).toEqual({ row: null, answer: {} });
    expect(rows()).toEqual([]);
    expect(sessions.one('s1')).toBeUndefined();
  });

  test('the columns say when it happened, when it was taken, and how long it truly is', () => {
    const { take, rows, clock } = ledger();
    const body = { session_id: 's1', agent_id: 'a1', tool_name: 'Bash', tool_use_id: 't1', text: 'ä' };
    take('PreToolUse', body, { via: 'spool', at: '2026-02-28T00:00:00.000Z', source: 'plugin', id: 'x' });
    expect(rows()).toMatchObject([
      {
        id: 'x',
        event: 'PreToolUse',
        session_id: 's1',
        agent_id: 'a1',
        tool_name: 'Bash',
        tool_use_id: 't1',
        source: 'plugin',
        via: 'spool',
        at: '2026-02-28T00:00:00.000Z',
        received_at: clock.now.toISOString(),
        outcome: 'applied',
        detail: null,
        body_bytes: Buffer.byteLength(JSON.stringify(body)),
      },
    ]);
  });
});

describe('what is kept of a body', () => {
  const call = { session_id: 's1', tool_name: 'Bash', tool_input: { command: `curl -H "token ${SECRET}"` } };

  test('secrets are masked in the database', () => {
    const { take, store, lastBody } = ledger();
    take('PreToolUse', call);
    const stored = store.db.prepare('SELECT body FROM events').pluck().get() as string;
    expect(stored).not.toContain(SECRET);
    expect(stored).toContain('[masked:github-token]');
    expect(lastBody()).toMatchObject({ session_id: 's1', tool_name: 'Bash' });
  });

  test('privacy.redact off: they are not', () => {
    const { take, lastBody } = ledger({ redact: false });
    take('PreToolUse', call);
    expect(lastBody()).toEqual(call);
  });

  test('of a tool output 64 KB, with its true length beside it', () => {
    const { take, lastBody, rows } = ledger();
    const long = { stdout: 'line\n'.repeat(20_000), stderr: 'after' };
    take('PostToolUse', { session_id: 's1', tool_name: 'Bash', tool_response: long });
    const { tool_response: kept, holdfast_true_length: cut } = lastBody();
    expect(kept.stdout).toHaveLength(65_536);
    expect(kept.stderr).toBe('');
    expect(cut).toEqual({ 'tool_response.stdout': 100_000, 'tool_response.stderr': 5 });
    expect(rows()[0]?.body_bytes).toBeGreaterThan(100_000);
  });

  test('a secret that lies across the cut leaves no half of itself', () => {
    const { take, lastBody } = ledger();
    const stdout = `${'x'.repeat(65_530)} ${SECRET} and more`;
    take('PostToolUse', { session_id: 's1', tool_name: 'Bash', tool_response: { stdout } });
    expect(lastBody().tool_response.stdout).not.toContain('ghp_');
  });

  test.each([
    ['a lone half of a surrogate pair', '{"session_id":"s\\ud800","tool_name":"B\\udc00"}'],
    ['a null character', '{"session_id":"s\\u0000s","tool_name":"B\\u0000","cwd":"/a\\u0000b"}'],
    [
      'a directory that no file system takes',
      `{"session_id":"s","tool_name":"B","cwd":"/${'x'.repeat(5000)}"}`,
    ],
    ['a relative directory', '{"session_id":"s","tool_name":"B","cwd":"."}'],
  ])('%s is no trouble', (_what, text) => {
    const { take, lastBody } = ledger();
    expect(take('PreToolUse', {}, { text }).row).toMatchObject({ outcome: 'applied' });
    expect(lastBody()).toEqual(JSON.parse(text));
  });
});
