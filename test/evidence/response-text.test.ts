import { expect, test } from 'vitest';
import { responseText } from '../../sidecar/evidence/response-text.ts';
import { cpuTime } from '../kit/cpu-time.ts';

test('a line without end is broken, and nothing of it is lost', () => {
  const line = 'abcdefghij'.repeat(123);
  const text = responseText({ stdout: `short\n${line}\nend` });
  expect(text.split('\n').every(({ length }) => length <= 400)).toBe(true);
  expect(text.replaceAll('\n', '')).toBe(`short${line}end`);
  expect(responseText('short\n\nlines')).toBe('short\n\nlines');
});

test('long lines cost no more than short ones of the same amount', () => {
  const [short, long] = [3, 390].map((length) => `${'x'.repeat(length)}\n`.repeat(12_000 / length));
  expect(best(long ?? '') / best(short ?? '')).toBeLessThan(4);
});

function best(text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 8; run++) {
    const began = cpuTime();
    for (let time = 0; time < 50; time++) responseText(text);
    least = Math.min(least, cpuTime() - began);
  }
  return least;
}
