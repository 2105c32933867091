import { afterAll, describe, test } from 'vitest';
import type { Fault } from './faulty-database.ts';
import { failEachCall } from './nth-fault.ts';
import { chaosOptions, chaosTimeout, seeded } from './options.ts';
import { PUBLIC_WRITES } from './public-writes.ts';
import { QUEUE_WRITES } from './queue-writes.ts';
import { WORD_WRITES } from './word-writes.ts';

const WRITES = [...PUBLIC_WRITES, ...WORD_WRITES, ...QUEUE_WRITES];

/** The likeliest first: `rounds` is how many of them are tried. */
const FAULTS: readonly Fault[] = [
  { code: 'SQLITE_FULL', how: 'undone' },
  { code: 'plain Error', how: 'once' },
  { code: 'SQLITE_IOERR', how: 'lasting' },
  { code: 'SQLITE_BUSY', how: 'once' },
  { code: 'plain Error', how: 'done' },
  { code: 'SQLITE_IOERR', how: 'once' },
  { code: 'SQLITE_FULL', how: 'once' },
  { code: 'SQLITE_IOERR', how: 'undone' },
  { code: 'SQLITE_IOERR', how: 'done' },
  { code: 'SQLITE_FULL', how: 'lasting' },
  { code: 'SQLITE_BUSY', how: 'lasting' },
  { code: 'plain Error', how: 'lasting' },
];

const options = chaosOptions('nth-fault', 1);
const faults = FAULTS.slice(0, options.rounds);
let calls = 0;
let runs = 0;
afterAll(() => options.report({ operations: WRITES.length, calls, runs }));

describe.each(WRITES)('$name, when its n-th call of the database fails', (operation) => {
  test.each(faults)('with $code, $how', { timeout: chaosTimeout(options, 0) }, (fault) =>
    seeded('nth-fault', options, async () => {
      const made = await failEachCall(operation, fault);
      calls += made;
      runs += made + 1;
    }),
  );
});

test.each(PUBLIC_WRITES.filter(({ opens }) => opens))(
  '$name: whatever fails in it, the failure has a name, and no connection stays open',
  async (operation) => {
    await failEachCall({ ...operation, named: true }, { code: 'SQLITE_FULL', how: 'once' });
  },
);
