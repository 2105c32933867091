// Plain JavaScript: the set-up asks it before anything is installed.
import { existsSync, readdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { delimiter, join } from 'node:path';

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'];
const MAC = ['Chromium.app/Contents/MacOS/Chromium', 'Google Chrome.app/Contents/MacOS/Google Chrome'];

/** The Chromium of this machine: one on the path, one that Playwright brought, or a Mac's. Null: none. */
export function findChromium(env = process.env) {
  const onPath = (env.PATH ?? '')
    .split(delimiter)
    .flatMap((folder) => NAMES.map((name) => join(folder, name)));
  const kept = [env.PLAYWRIGHT_BROWSERS_PATH, '/ms-playwright', join(homedir(), '.cache', 'ms-playwright')];
  const brought = kept.flatMap((folder) => (folder ? broughtTo(folder) : []));
  const mac = MAC.map((name) => join('/Applications', name));
  return [...onPath, ...brought, ...mac].find((file) => existsSync(file)) ?? null;
}

function broughtTo(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder)
    .filter((name) => /^chromium-\d+$/.test(name))
    .flatMap((name) => ['chrome-linux', 'chrome-linux64'].map((part) => join(folder, name, part, 'chrome')));
}
