import { classifyMessage } from '../../sidecar/claims/index.ts';
import { atMost, type Figure } from './measure.ts';

const ROUNDS = 41;
const WARM_UP = 300;

/** Like a usual end of a turn: some 1,200 characters, a list, a few claims. */
const TYPICAL = `The export hung because two workers waited for the same lock, each with the other's half of it.

**What I did**

- Fixed the order of the locks in \`src/export/pool.ts\`
- Added a test that runs both workers against one table
- All 214 tests pass, and the export of the largest tenant takes 41 seconds

The index on \`jobs.state\` is still missing. It would help the dashboard more than the export, so it can go in on its
own; nobody has complained about the dashboard yet. The change touches no schema, and old workers understand the new
messages as they always ignored fields that they don't know.

I'll push the branch now and open the PR. Once CI is green I'll merge it and restart the workers one after the other.
If you'd like the index as well, I can write the migration. The other warnings in the log come from the mail library
and have nothing to do with this: it complains about a setting that has been renamed in its last version.
`;
const EMPTY =
  'The harbour is quiet in winter, and the gulls have the quay to themselves until the ferries return.\n\n'.repeat(
    12,
  );

/** Each of them a megabyte, as one message. */
const HOSTILE: Record<string, string> = {
  'nested Markdown': '> - * 1. **`_[push](x)_',
  'one line': "I'll push it now and then ",
  'ten thousand bullets':
    "- I'll push it and close it once the build, the tests and the linter have passed, then tag it now\n",
  'the same subject': 'the tests pass ',
  'the same passive': 'the x was merged and ',
  'the same contingency': 'once I push ',
  'open quotations': `"I'll push" ' “`,
  'unfinished marks': '[push](<!--`~~',
  dashes: '- - - - -',
  'rows of a table': '| push | merged ',
  spaces: `push${' '.repeat(400)}`,
  'one word': 'push',
  commas: 'push, ',
  Cyrillic: 'Сейчас перезапущу сервер, push ',
  Chinese: '我现在推送分支。push ',
  emoji: '🚀 push ',
  'unpaired surrogates': '\uD83D push \uDC00',
};

/** What reading the end of a turn costs the event loop, in one piece. */
export function messageCost(): Figure[] {
  for (let i = 0; i < WARM_UP; i++) classifyMessage(TYPICAL);
  const [typical = 0, empty = 0, tenfold = 0] = byTurns([TYPICAL, EMPTY, TYPICAL.repeat(10)]);
  const hostile = Object.entries(HOSTILE).map(([name, unit]) => {
    const megabyte = unit.repeat(Math.ceil((1 << 20) / unit.length));
    return { name, milliseconds: Math.max(...Array.from({ length: 3 }, () => timeOf(megabyte))) };
  });
  const worst = hostile.reduce((one, other) => (other.milliseconds > one.milliseconds ? other : one));
  return [
    atMost(
      'a typical message / 5 ms',
      typical / 5,
      1,
      `${typical.toFixed(2)} ms, ${TYPICAL.length} characters`,
    ),
    atMost('a message without a candidate / 0.3 ms', empty / 0.3, 1, `${empty.toFixed(3)} ms`),
    atMost('ten times the message / the message', tenfold / typical, 12, `${tenfold.toFixed(1)} ms`),
    atMost(
      'the worst hostile megabyte / 300 ms',
      worst.milliseconds / 300,
      1,
      `${worst.milliseconds.toFixed(0)} ms, ${worst.name}, of ${hostile.length} kinds`,
    ),
  ];
}

/** The least of many rounds each: what the text costs, and not what else the machine does. */
function byTurns(texts: string[]): number[] {
  const least = texts.map(() => Number.POSITIVE_INFINITY);
  for (let round = 0; round < ROUNDS; round++) {
    for (const [n, text] of texts.entries()) least[n] = Math.min(least[n] ?? 0, timeOf(text));
  }
  return least;
}

function timeOf(text: string): number {
  const began = performance.now();
  classifyMessage(text);
  return performance.now() - began;
}
