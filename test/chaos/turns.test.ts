import { test } from 'vitest';
import { chaosOptions, chaosTimeout, seeded } from './options.ts';
import { turnsLoop } from './turns-loop.ts';

const options = chaosOptions('turns', 5);

test(
  'through kill -9 of its sidecar each event of a turn is stored once, its end is right, and no process is left',
  { timeout: chaosTimeout(options, 15_000) },
  () => seeded('turns', options, () => turnsLoop(options)),
);
