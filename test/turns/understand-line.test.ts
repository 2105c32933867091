import { describe, expect, test } from 'vitest';
import { understandLine } from '../../sidecar/turns/understand-line.ts';

const same = <T>(value: T): T => value;
const line = (text: string, whole = true) => ({ text, bytes: Buffer.byteLength(text), whole, end: 0 });
const understand = (value: unknown) => understandLine(line(JSON.stringify(value)), same);

describe('a line of the stream', () => {
  test('is kept as it is, byte for byte', () => {
    const text =
      '{ "type":"assistant",  "session_id":"s", "message":{"content":[{"type":"tool_use"},{"type":"text"}]} }';
    expect(understandLine(line(text), same)).toEqual({
      source: 'stream',
      type: 'assistant',
      subtype: null,
      tools: 1,
      bytes: text.length,
      cut: false,
      body: text,
      sessionId: 's',
    });
  });

  test.each(['', 'no event', '[]', 'null', '"type"', '{}', '{"type":1}', '{"type":"x"'])(
    '%j is none',
    (text) => {
      expect(understandLine(line(text), same)).toBeNull();
    },
  );

  test('counts tool calls of the agent alone', () => {
    expect(understand({ type: 'user', message: { content: [{ type: 'tool_use' }] } })?.tools).toBe(0);
    expect(understand({ type: 'assistant', message: { content: 'text' } })?.tools).toBe(0);
    expect(understand({ type: 'assistant', message: null })?.tools).toBe(0);
  });

  test('is stored masked', () => {
    const mask = <T>(value: T): T => JSON.parse(JSON.stringify(value).replace('secret', '[masked]'));
    expect(understandLine(line('{"type":"x","a":"secret"}'), mask)?.body).toBe('{"type":"x","a":"[masked]"}');
  });

  test('of more than a megabyte is stored cut and marked, and is still JSON', () => {
    const event = understand({ type: 'result', result: 'y'.repeat(2_000_000), total_cost_usd: 3 });
    expect(event).toMatchObject({ type: 'result', cut: true, bytes: expect.any(Number) });
    expect(event?.bytes).toBeGreaterThan(2_000_000);
    expect(event?.body.length).toBeLessThan(100_000);
    expect(JSON.parse(event?.body ?? '')).toMatchObject({ total_cost_usd: 3 });
  });

  test('of very many small parts is cut all the same', () => {
    const event = understand({ type: 'user', items: Array(400_000).fill('1') });
    expect(event).toMatchObject({ cut: true, type: 'user' });
    expect(event?.body).toHaveLength(1024 * 1024);
  });

  test('too long to be held is known by its beginning', () => {
    expect(understandLine({ ...line('{"type":"user","mess', false), bytes: 1e9 }, same)).toMatchObject({
      type: 'user',
      cut: true,
      bytes: 1e9,
      body: '{"type":"user","mess',
    });
    expect(understandLine(line('xxxxxx', false), same)).toBeNull();
  });
});
