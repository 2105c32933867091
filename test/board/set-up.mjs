// Sees that the tests of the board have a browser: one that is there, else by apt where we are root. Without one
// they are not run, by name; under CI that is a failure.
import { spawnSync } from 'node:child_process';
import { findChromium } from './find-chromium.mjs';

if (findChromium() === null && process.getuid?.() === 0) {
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', 'chromium']])
    spawnSync('apt-get', args, {
      stdio: 'inherit',
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    });
}

const found = findChromium();
if (found) console.log(`the browser: ${found}`);
else {
  console.error(
    'There is no Chromium, so the tests of the board are not run. Install one, or run this as root.',
  );
  if (process.env.CI) process.exitCode = 1;
}
