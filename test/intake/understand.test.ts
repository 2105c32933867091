import { describe, expect, test } from 'vitest';
import { EVENT_SCHEMAS } from '../../sidecar/intake/schemas.ts';
import { understand } from '../../sidecar/intake/understand.ts';

const nested = (levels: number) =>
  `{"session_id":"s","a":${'['.repeat(levels - 1)}${']'.repeat(levels - 1)}}`;

const BAD: [string, string, unknown, string | undefined, RegExp][] = [
  ['no text', 'Stop', '', undefined, /not JSON/],
  ['half an object', 'Stop', '{"session_id": "s', undefined, /not JSON/],
  ['two values', 'Stop', '{} {}', undefined, /not JSON/],
  ['a byte order mark', 'Stop', '\ufeff{"session_id":"s"}', undefined, /not JSON/],
  ['a list', 'Stop', '[]', 'the body', /expected object/],
  ['a string', 'Stop', '"s"', 'the body', /expected object/],
  ['null', 'Stop', 'null', 'the body', /expected object/],
  ['no session', 'Stop', {}, 'session_id', /session_id: /],
  ['a session that is a number', 'Stop', { session_id: 7 }, 'session_id', /expected string/],
  ['a session that is empty', 'Stop', { session_id: '' }, 'session_id', /session_id: /],
  ['a session of null', 'Stop', { session_id: null }, 'session_id', /session_id: /],
  ['a session that is too long', 'Stop', { session_id: 's'.repeat(201) }, 'session_id', /200/],
  ['a directory that is a list', 'Stop', { session_id: 's', cwd: [] }, 'cwd', /expected string/],
  [
    'tasks that are no list',
    'Stop',
    { session_id: 's', background_tasks: {} },
    'background_tasks',
    /expected array/,
  ],
  [
    'a prompt that is a number',
    'UserPromptSubmit',
    { session_id: 's', prompt: 1 },
    'prompt',
    /expected string/,
  ],
  ['a tool call without a tool', 'PreToolUse', { session_id: 's' }, 'tool_name', /tool_name: /],
  ['an empty tool', 'PostToolUse', { session_id: 's', tool_name: '' }, 'tool_name', /tool_name: /],
  [
    'a duration in words',
    'PostToolUse',
    { session_id: 's', tool_name: 'B', duration_ms: 'long' },
    'duration_ms',
    /number/,
  ],
  [
    'an interrupt in words',
    'PostToolUseFailure',
    { session_id: 's', tool_name: 'B', is_interrupt: 'yes' },
    'is_interrupt',
    /boolean/,
  ],
  ['a sample in words', 'Stop', { session_id: 's', holdfast_sample: 'yes' }, 'holdfast_sample', /boolean/],
  ['a subagent that is a number', 'Stop', { session_id: 's', agent_id: 1 }, 'agent_id', /expected string/],
  [
    'an unknown event of a numbered session',
    'FutureEvent',
    { session_id: 7 },
    'session_id',
    /expected string/,
  ],
  ['an event name with a space', 'Sto p', {}, undefined, /"Sto p" is no event name/],
  ['an event name that begins with a digit', '1Stop', {}, undefined, /no event name/],
  ['no event name', '', {}, undefined, /"" is no event name/],
  ['a long event name', 'E'.repeat(65), {}, undefined, /no event name/],
  ['a path as an event name', '../Stop', {}, undefined, /no event name/],
  ['65 levels', 'Stop', nested(65), undefined, /deeper than 64/],
  ['a million levels', 'Stop', '['.repeat(1_000_000), undefined, /deeper than 64/],
];

describe('understand refuses', () => {
  test.each(BAD)('%s, and names the field', (_what, event, body, field, message) => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    expect(() => understand(event, text)).toThrow(
      expect.objectContaining({
        code: 'BAD_INPUT',
        message: expect.stringMatching(message),
        details: field === undefined ? undefined : { field },
      }),
    );
  });
});

describe('understand takes', () => {
  test.each(Object.keys(EVENT_SCHEMAS))(
    '%s with no more than a session (and a tool), and keeps unknown fields',
    (event) => {
      const sent = { session_id: 's', tool_name: 'Bash', from_tomorrow: { deep: [1, null, 'x'] } };
      expect(understand(event, JSON.stringify(sent))).toEqual(sent);
    },
  );

  test.each(['FutureEvent', 'constructor', 'toString', 'hasOwnProperty', '__proto__'.replaceAll('_', 'x')])(
    'an event that nobody knows (%s), also without a session',
    (event) => {
      expect(understand(event, '{"anything":1}')).toEqual({ anything: 1 });
    },
  );

  test('64 levels', () => {
    expect(understand('Stop', nested(64))).toHaveProperty('a');
  });

  test('brackets and escaped quotes in a string, which nest nothing', () => {
    const prompt = `${'['.repeat(100)}\\"${'{'.repeat(100)}\\`;
    expect(understand('UserPromptSubmit', JSON.stringify({ session_id: 's', prompt })).prompt).toBe(prompt);
  });

  test('null where the client sometimes says nothing', () => {
    const body = { session_id: 's', cwd: null, transcript_path: null, permission_mode: null, agent_id: null };
    expect(understand('SessionStart', JSON.stringify({ ...body, source: null }))).toMatchObject(body);
  });
});
