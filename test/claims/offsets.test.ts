import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { classifyMessage, VERBS } from '../../sidecar/claims/index.ts';
import { meaningsOf, readingOf } from '../../sidecar/claims/words/lexicon.ts';
import { REGISTERS } from './registers.ts';
import { SENTENCES } from './sentences.ts';
import { WORDINGS } from './wordings.ts';

const texts = Object.values({ ...SENTENCES, ...WORDINGS, ...REGISTERS }).flatMap((rows) =>
  rows.map(([text]) => text),
);
const piece = fc.oneof(
  { weight: 4, arbitrary: fc.constantFrom(...texts) },
  { weight: 2, arbitrary: fc.string({ unit: 'binary' }) },
  fc.constantFrom(
    '\n',
    '\n\n',
    '- ',
    '> ',
    '```',
    '`',
    '**',
    '| ',
    '# ',
    '"',
    '’',
    '\uD83D',
    '🚀',
    '\r\n',
    '…',
    ' ',
  ),
);
const message = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(' '));

describe('any text', () => {
  it('has claims in reading order whose offsets hold a form of their verb', () => {
    fc.assert(
      fc.property(message, (text) => {
        const { claims, withdrawals } = classifyMessage(text);
        for (const { verb, object, start, end } of [...claims, ...withdrawals]) {
          expect(start).toBeGreaterThanOrEqual(0);
          expect(end).toBeLessThanOrEqual(text.length);
          expect(VERBS).toContain(verb);
          expect(object).toBe(object.toLowerCase());
          expect(saysSomething(text.slice(start, end)), text.slice(start, end)).toBe(true);
        }
        const starts = claims.map(({ start }) => start);
        expect(starts).toEqual([...starts].sort((a, b) => a - b));
      }),
      { numRuns: 500 },
    );
  });
});

/** A form of an action, the noun of one, or the word by which tests and builds succeed. */
function saysSomething(slice: string): boolean {
  const word = slice.toLowerCase().replace(/^`|`$/g, '');
  const reading = readingOf(word);
  if (reading) return meaningsOf(reading.word).length > 0;
  return /^(?:pass|passes|passed|passing|succeeds|succeeded|green|ran|completed|finished|done|complete|deployment|rollout|migration|installation)$/.test(
    word,
  );
}
