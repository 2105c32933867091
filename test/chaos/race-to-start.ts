import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { callApi, cleanEnvironment } from '../kit/real-sidecar.ts';
import { type Ended, runProgram } from '../kit/run-program.ts';
import { until } from '../kit/until.ts';
import type { ChaosOptions } from './options.ts';
import { endProcessesOf, processesOf } from './our-processes.ts';
import type { PackageCopy } from './package-copy.ts';
import { chaosHome, launchSidecar, runHook, type SidecarProcess, startServing } from './sidecar-process.ts';
import { readStoppedLedger } from './stopped-ledger.ts';

const BARRIER = fileURLToPath(new URL('./barrier.mjs', import.meta.url));
const SERVING = /Running: process (\d+) on port (\d+)/;
const ALREADY = /Already running: process (\d+) on port (\d+)/;

/** So many at once in one home: one serves, and each other says who. `rounds` is the number of racers. */
export async function raceToStart(pack: PackageCopy, { rounds, report }: ChaosOptions): Promise<void> {
  const { home, folder, remove } = chaosHome();
  try {
    const first = await race(pack, home, join(folder, 'barrier-1'), rounds);
    await first.winner.kill();
    // Its stale record and endpoint are still there: the lock alone tells that nobody serves.
    const began = performance.now();
    const next = await startServing(pack, home);
    const afterKillMs = Math.round(performance.now() - began);
    await next.kill();
    const second = await race(pack, home, join(folder, 'barrier-2'), Math.ceil(rounds / 2)); // After a kill, again at once.
    await second.winner.kill();
    report({ firstRaceMs: first.ms, secondRaceMs: second.ms, afterKillMs });
  } finally {
    await endProcessesOf(home);
    remove();
  }
}

async function race(pack: PackageCopy, home: HomePaths, barrier: string, count: number) {
  mkdirSync(barrier);
  const racers = Array.from({ length: count }, () =>
    launchSidecar(pack, home, { preload: BARRIER, env: { CHAOS_BARRIER: barrier } }),
  );
  await until('all racers to be ready', () => readdirSync(barrier).length === count, 120_000);
  const began = performance.now();
  writeFileSync(join(barrier, 'go'), '');
  const served = await Promise.all(racers.map((racer) => racer.served));
  const ms = Math.round(performance.now() - began);
  const winners = racers.filter((_, index) => served[index]);
  const losers = racers.filter((_, index) => !served[index]);
  const [winner] = winners;
  if (!winner || winners.length > 1) throw new Error(`${winners.length} of ${count} serve`);

  const [, pid, port] = SERVING.exec(winner.printed().stdout) ?? [];
  if (Number(pid) !== winner.child.pid) throw new Error(`the winner calls itself ${pid}`);
  for (const loser of losers) await leavesPolitely(loser, `${pid} on port ${port}`);
  const alive = processesOf(home);
  if (alive.length !== 1) throw new Error(`processes ${alive.join(', ')} are left of ${count}`);
  const { status, body } = await callApi<{ pid: number }>(home, '/health');
  if (status !== 200 || body.pid !== Number(pid)) throw new Error(`health answers ${JSON.stringify(body)}`);
  // One more that asks while the winner serves meets its lock.
  const late = launchSidecar(pack, home);
  if (await late.served) throw new Error('a late one serves too');
  await leavesPolitely(late, `${pid} on port ${port}`);
  return { winner, ms };
}

async function leavesPolitely(loser: SidecarProcess, winner: string): Promise<void> {
  const { code, signal } = await loser.ended;
  const { stdout, stderr } = loser.printed();
  const [, pid, port] = ALREADY.exec(stdout) ?? [];
  if (code !== 0 || stderr !== '' || `${pid} on port ${port}` !== winner)
    throw new Error(`a racer ended with ${signal ?? code}, not naming ${winner}: ${stdout}${stderr}`);
}

/** `holdfast start`, which leaves its sidecar in the background, and SessionStart hooks, which call it. */
export async function raceInBackground(pack: PackageCopy, starts: number, hooks: number): Promise<void> {
  const { home, remove } = chaosHome();
  try {
    writeFileSync(join(home.root, 'launch'), `${process.execPath}\n${pack.cli}\n`);
    const sessions = Array.from({ length: hooks }, (_, index) =>
      runHook(pack, home, 'SessionStart', JSON.stringify({ session_id: `s${index}`, source: 'startup' })),
    );
    const ended = await Promise.all(
      Array.from({ length: starts }, () =>
        runProgram(process.execPath, {
          args: [pack.cli, 'start'],
          env: cleanEnvironment(home),
          limitMs: 60_000,
        }),
      ),
    );
    for (const { code } of await Promise.all(sessions))
      if (code !== 0) throw new Error(`a SessionStart hook ended with ${code}`);
    allNameOne(ended);
    await until('one process to be left', () => processesOf(home).length === 1, 60_000);
    await until('every event of the hooks to be taken', async () => {
      const { body } = await callApi<{ events: unknown[] }>(home, '/events');
      return body.events.length === hooks;
    });
    await endProcessesOf(home);
    const known = readStoppedLedger(home, (db) => db.prepare('SELECT id FROM sessions').all().length);
    if (known !== hooks) throw new Error(`${known} sessions are there of ${hooks}`);
  } finally {
    await endProcessesOf(home);
    remove();
  }
}

function allNameOne(ended: Ended[]): void {
  const named = ended.map(({ code, stdout, stderr }) => {
    const [, pid, port] = SERVING.exec(stdout) ?? ALREADY.exec(stdout) ?? [];
    if (code !== 0 || stderr !== '' || !pid) throw new Error(`start ended with ${code}: ${stdout}${stderr}`);
    return `${pid} on port ${port}`;
  });
  if (new Set(named).size !== 1) throw new Error(`the starts name different sidecars: ${named.join('; ')}`);
}
