import { describe, expect, test } from 'vitest';
import { maskText } from '../../../sidecar/intake/redact/index.ts';
import { cpuTime } from '../../kit/cpu-time.ts';
import { PEM_BEGIN } from './fake-secrets.ts';

/** Beginnings without an end: each repetition could be where a pattern starts, and where it gives up late. */
const REPEATED = [
  ...[
    'a',
    'eyJ',
    ' eyJ',
    'eyJaaaaaaaa.',
    'sk-',
    ' sk-',
    'ghp_',
    'KEY=',
    'KEY=a ',
    'token',
    'token ',
    'SECRET_',
  ],
  ...['password: ', 'PASSWORD="', 'token:\\"', "secret='\\", 'token=\\', '\\n', '-----BEGIN', PEM_BEGIN],
  ...[`${PEM_BEGIN}\n`, `${PEM_BEGIN} -`, 'http://a:', '://a:b', '://', '@', 'Authorization: ', 'Bearer '],
  ...['x-a-', 'x-api-key: ', 'Cookie: ', 'mysql ', 'mysql -p', 'sshpass ', 'curl ', 'curl -u ', '--token '],
  ...['--', '--a', '\tA=', '1:AA', 'SG.', 'AccountKey=', 'secretAccessKey ', '[masked:', 'é'],
];
/** What the repetition follows: a pattern that has begun already. */
const STARTED = [`${PEM_BEGIN}\nA`, 'PASSWORD="', 'TOKEN=', 'password: "\\', 'eyJ', '://a:', 'Cookie: a='];

const SIZE = 32_768;

describe('four times the text takes about four times as long', () => {
  test.each(REPEATED)('%j repeated', (piece) => {
    expect(growth((size) => piece.repeat(size / piece.length))).toBeLessThan(8);
  });

  test.each(STARTED)('%j and much behind it', (start) => {
    for (const piece of ['a', 'a.', 'a-', '\\', '\\a', '-', ' ', '=', '\n', '1']) {
      expect(growth((size) => start + piece.repeat(size / piece.length))).toBeLessThan(8);
    }
  });
});

test.each(STARTED)('%j and 10 MB behind it is no error', (start) => {
  for (const piece of ['a', '\\\\a', '\na']) {
    expect(() => maskText(start + piece.repeat(10_000_000 / piece.length))).not.toThrow();
  }
});

/** The best of several runs, and again where the machine was busy: a quadratic pattern gives 16 each time. */
function growth(textOf: (size: number) => string): number {
  const [short, long] = [textOf(SIZE), textOf(4 * SIZE)];
  let least = Number.POSITIVE_INFINITY;
  for (let attempt = 0; attempt < 4 && least >= 8; attempt++) {
    // The clock and the first call cost a little: a tenth of a millisecond is not measured.
    least = Math.min(least, (best(long) + 0.1) / (best(short) + 0.1));
  }
  return least;
}

function best(text: string): number {
  let least = Number.POSITIVE_INFINITY;
  for (let run = 0; run < 4; run++) {
    const start = cpuTime();
    maskText(text);
    least = Math.min(least, cpuTime() - start);
  }
  return least;
}
