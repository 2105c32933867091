import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../kit/temporary-folder.ts';

const TAKER = fileURLToPath(new URL('hold-lock.mjs', import.meta.url));
const RENAME = 'printf %s "$1" > /proc/sys/kernel/hostname && shift && exec "$@"';
/** What gives a process a hostname of its own here, and null where nothing may. */
const UTS = [[], ['--user', '--map-root-user']].find((rights) => {
  const tried = ['--uts', 'sh', '-c', RENAME, 'sh', 'holdfast-try', 'true'];
  return spawnSync('unshare', [...rights, ...tried], { stdio: 'ignore' }).status === 0;
});

/** A taker on this machine while it has that name. It lives until it is ended. */
async function takerOn(name: string, options: { path: string; autoHeal: boolean; dryRun?: boolean }) {
  const args = ['--uts', 'sh', '-c', RENAME, 'sh', name, process.execPath, TAKER, JSON.stringify(options)];
  const child = spawn('unshare', [...(UTS ?? []), ...args], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  return { child, ...(JSON.parse(String(line)) as Record<string, unknown>) };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a machine that was renamed heals the lock of its old name, where it may', async (scope) => {
  scope.skip(!UTS, 'not run: this system lets nobody open a namespace for hostnames (unshare --uts)');
  const path = join(temporaryFolder(), 'resume-queue.lock');
  const hostname = () => JSON.parse(readFileSync(path, 'utf8')).hostname;

  const old = await takerOn('old-name', { path, autoHeal: true });
  expect(old).toMatchObject({ held: true, how: 'created' });
  expect(hostname()).toBe('old-name');
  await killed(old.child);

  const atOnce = await takerOn('new-name', { path, autoHeal: true });
  expect(atOnce).toMatchObject({ held: false, reason: 'lock-live-other', probes: 0 });
  const sixMinutesAgo = Date.now() / 1000 - 360;
  utimesSync(path, sixMinutesAgo, sixMinutesAgo);

  const off = await takerOn('new-name', { path, autoHeal: false });
  expect(off).toMatchObject({ held: false, reason: 'lock-foreign-host', probes: 0 });
  const dry = await takerOn('new-name', { path, autoHeal: true, dryRun: true });
  expect(dry).toMatchObject({ held: false, reason: 'lock-foreign-host-would-heal' });
  expect(hostname()).toBe('old-name');

  const healed = await takerOn('new-name', { path, autoHeal: true });
  expect(healed).toMatchObject({ held: true, how: 'healed' });
  expect(hostname()).toBe('new-name');
});
