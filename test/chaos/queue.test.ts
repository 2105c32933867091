import { afterAll, test } from 'vitest';
import { chaosOptions, chaosTimeout, seeded } from './options.ts';
import { packageCopy } from './package-copy.ts';
import { queueLoop } from './queue-loop.ts';

const options = chaosOptions('queue', 4);
const pack = packageCopy();
afterAll(pack.remove);

test.skipIf(process.platform !== 'linux')(
  'through kill -9 between a decision and a sign of life no session has two processes, and no death is forgotten',
  { timeout: chaosTimeout(options, 20_000) },
  () => seeded('queue', options, () => queueLoop(pack, options)),
);
