import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { temporaryFolder } from '../kit/temporary-folder.ts';
import { MAY_RENAME, NOT_RUN, underName } from './under-name.ts';

const KEEPER = fileURLToPath(new URL('hold-lock.mjs', import.meta.url));
type KeeperOptions = { path: string; autoHeal: boolean; dryRun?: boolean; probed?: boolean };

/** A sidecar's keeper of the lock on this machine while it has that name. It lives until it is ended. */
function keeperOn(name: string, options: KeeperOptions) {
  const [program = '', ...args] = [...underName(name), process.execPath, KEEPER, JSON.stringify(options)];
  return begun(program, args);
}

const keeperHere = (options: KeeperOptions) => begun(process.execPath, [KEEPER, JSON.stringify(options)]);

type Begun = Record<string, unknown> & { child: ChildProcess };

async function begun(program: string, args: string[]): Promise<Begun> {
  const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const [line] = await once(child.stdout, 'data');
  return { ...JSON.parse(String(line)), child };
}

async function killed(child: ChildProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'exit');
}

test('a machine that was renamed heals the lock of its old name, where it may', async (scope) => {
  scope.skip(!MAY_RENAME, NOT_RUN);
  const path = join(temporaryFolder(), 'resume-queue.lock');
  const hostname = () => JSON.parse(readFileSync(path, 'utf8')).hostname;

  const old = await keeperOn('old-name', { path, autoHeal: true });
  expect(old).toMatchObject({ held: true, how: 'created' });
  expect(hostname()).toBe('old-name');
  await killed(old.child);

  const atOnce = await keeperOn('new-name', { path, autoHeal: true });
  expect(atOnce).toMatchObject({ held: false, reason: 'lock-live-other', probes: 0 });
  const sixMinutesAgo = Date.now() / 1000 - 360;
  utimesSync(path, sixMinutesAgo, sixMinutesAgo);

  const off = await keeperOn('new-name', { path, autoHeal: false });
  expect(off).toMatchObject({ held: false, reason: 'lock-foreign-host', probes: 0 });
  expect(off.hint).toContain('monitoring.resumeQueue.autoHealStaleHostLock true');
  const dry = await keeperOn('new-name', { path, autoHeal: true, dryRun: true });
  expect(dry).toMatchObject({ held: false, reason: 'lock-foreign-host-would-heal' });
  expect(hostname()).toBe('old-name');

  const healed = await keeperOn('new-name', { path, autoHeal: true });
  expect(healed).toMatchObject({ held: true, how: 'healed' });
  expect(hostname()).toBe('new-name');
});

test('a sidecar that was killed and started again has its lock at once, beside one that lives it has not', async () => {
  const path = join(temporaryFolder(), 'resume-queue.lock');
  const options = { path, autoHeal: false, dryRun: true, probed: false };
  const first = await keeperHere(options);
  expect(first).toMatchObject({ held: true, how: 'created' });
  const beside = await keeperHere(options);
  expect(beside).toMatchObject({ held: false, reason: 'lock-live-other' });
  await killed(first.child);
  const again = await keeperHere(options);
  expect(again).toMatchObject({ held: true, how: 'reclaimed' });
  expect(JSON.parse(readFileSync(path, 'utf8')).pid).toBe(again.pid);
});
