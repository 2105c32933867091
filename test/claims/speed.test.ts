import { describe, expect, it } from 'vitest';
import { classifyMessage, READ_AT_MOST } from '../../sidecar/claims/index.ts';
import { cpuTime } from '../kit/cpu-time.ts';

/** Ratios within one run: what a machine needs in absolute time says nothing about another. */
const paragraph =
  "I fixed the parser and pushed the branch. All 12 tests pass, so I'll merge it once CI is green. The table below is " +
  'for the record; nobody has to read it, and nothing in it is new.\n\n- Updated `docs/parser.md`\n- The cache is warm\n\n';
const ROUNDS = 24;
const WARM_UP = 8;
const plain =
  'The harbour is quiet in winter, and the gulls have the quay to themselves until the ferries return.\n\n';

describe('the cost of a message', () => {
  it('grows no faster than its length', () => {
    // Ten short messages against one of ten times the length: both leave as much for the collector.
    const [tenShort, oneLong] = times([Array(10).fill(paragraph.repeat(3)), [paragraph.repeat(30)]]);
    // Quadratic growth would be 10. How near to 1 it is, a bench may say; a busy machine blurs it.
    expect(oneLong / tenShort).toBeLessThan(4);
  });

  it('is small where no sentence can hold a claim', () => {
    const [full, empty] = times([[paragraph.repeat(10)], [plain.repeat(30)]]);
    expect(empty / full).toBeLessThan(0.1);
  });

  it.each([
    ['one line', "I'll push it now and then "],
    ['bullets', "- I'll push it\n"],
    ['nested Markdown', '> - * 1. **`_push_'],
    ['subjects', 'the tests pass '],
    ['outcomes', 'tests pass '],
    ['passives', 'the x was merged and '],
    ['openers', 'once I push '],
    ['quotations', `"I'll push" ' “`],
    ['unpaired surrogates', '\uD83D push \uDC00'],
    ['Cyrillic', 'Сейчас перезапущу push '],
    ['Chinese', '我现在推送分支。push '],
    ['emoji', '🚀 push '],
    ['brackets', '[push](<!--`'],
    ['rows', '| pushing now '],
  ])('stays bounded for a hostile megabyte: %s', (_, unit) => {
    const megabyte = unit.repeat(Math.ceil((1 << 20) / unit.length));
    const [usual, hostile] = times([[paragraph.repeat(READ_AT_MOST / paragraph.length)], [megabyte]]);
    expect(hostile / usual).toBeLessThan(25);
  });
});

/** The least of several runs each, by turns, after a warm-up. */
function times(batches: string[][]): [number, number] {
  const least = batches.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [n, texts] of batches.entries()) {
      const begun = cpuTime();
      for (const text of texts) classifyMessage(text);
      if (round > WARM_UP) least[n] = Math.min(least[n] ?? 0, cpuTime() - begun);
    }
  }
  return [least[0] ?? 0, least[1] ?? 0];
}
