import { afterAll, test } from 'vitest';
import { chaosOptions, chaosTimeout, seeded } from './options.ts';
import { packageCopy } from './package-copy.ts';
import { raceInBackground, raceToStart } from './race-to-start.ts';

const options = chaosOptions('race-to-start', 20);
const timeout = chaosTimeout(options, 3_000);
const pack = packageCopy();
afterAll(pack.remove);

test('of many that start at once one serves, and the others say who', { timeout }, () =>
  seeded('race-to-start', options, () => raceToStart(pack, options)),
);

test('starts in the background and sessions that begin meet in one sidecar', { timeout }, () =>
  seeded('race-to-start', options, () => raceInBackground(pack, 6, 4)),
);
