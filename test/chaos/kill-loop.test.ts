import { afterAll, test } from 'vitest';
import { killLoop } from './kill-loop.ts';
import { chaosOptions, chaosTimeout, seeded } from './options.ts';
import { packageCopy } from './package-copy.ts';

const options = chaosOptions('kill-loop', 60);
const pack = packageCopy();
afterAll(pack.remove);

test(
  'through kill -9 nothing acknowledged is lost, and nothing is there twice',
  {
    timeout: chaosTimeout(options, 10_000),
  },
  () => seeded('kill-loop', options, () => killLoop(pack, options)),
);
