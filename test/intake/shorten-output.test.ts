import { describe, expect, test } from 'vitest';
import { OUTPUT_LIMIT, shortenOutput } from '../../sidecar/intake/shorten-output.ts';

const PAIR = '\u{1f600}';

describe('shortenOutput', () => {
  const CASES: [string, unknown, number, unknown, Record<string, number>][] = [
    ['a string below the limit', 'abc', 4, 'abc', {}],
    ['a string of exactly the limit', 'abcd', 4, 'abcd', {}],
    ['a string of one more', 'abcde', 4, 'abcd', { tool_response: 5 }],
    ['a pair of surrogates that ends at the limit', `ab${PAIR}`, 4, `ab${PAIR}`, {}],
    ['a pair of surrogates across the limit', `abc${PAIR}`, 4, 'abc', { tool_response: 5 }],
    ['a pair of surrogates with nothing before', PAIR, 1, '', { tool_response: 2 }],
    ['a lone half', 'abc\ud83d', 4, 'abc\ud83d', {}],
    ['no room at all', 'abc', 0, '', { tool_response: 3 }],
    ['an empty string', '', 0, '', {}],
    ['several strings, together', { a: 'abc', b: 'def' }, 4, { a: 'abc', b: 'd' }, { 'tool_response.b': 3 }],
    ['nothing left for the last', ['abcd', 'e', ''], 4, ['abcd', '', ''], { 'tool_response[1]': 1 }],
    [
      'a nested one',
      { out: [{ text: 'abcdef' }], n: 1, ok: true, none: null },
      2,
      { out: [{ text: 'ab' }], n: 1, ok: true, none: null },
      { 'tool_response.out[0].text': 6 },
    ],
    ['what is no text', 12345, 2, 12345, {}],
    ['nothing', null, 2, null, {}],
  ];

  test.each(CASES)('%s', (_what, response, limit, kept, cut) => {
    const before = structuredClone(response);
    expect(shortenOutput(response, limit)).toEqual({ response: kept, cut });
    expect(response).toEqual(before);
  });

  test('keeps 64 KB unless told', () => {
    const { response, cut } = shortenOutput({ stdout: 'x'.repeat(OUTPUT_LIMIT + 1) });
    expect(response).toEqual({ stdout: 'x'.repeat(65_536) });
    expect(cut).toEqual({ 'tool_response.stdout': 65_537 });
  });

  test('keeps a key that would be a prototype', () => {
    const sent = JSON.parse('{"__proto__": "abc", "constructor": "d"}');
    expect(JSON.stringify(shortenOutput(sent, 2).response)).toBe('{"__proto__":"ab","constructor":""}');
  });
});
