import { readdirSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { type HomePaths, readEndpoint } from '../../sidecar/home/index.ts';
import { callApi } from '../kit/real-sidecar.ts';
import { until } from '../kit/until.ts';
import { type Load, postUntilItDies, runHooks } from './load.ts';
import type { ChaosOptions } from './options.ts';
import { newOracle } from './oracle.ts';
import { endProcessesOf } from './our-processes.ts';
import type { PackageCopy } from './package-copy.ts';
import { type Random, seededRandom } from './random.ts';
import {
  chaosHome,
  holdStarts,
  launchSidecar,
  type SidecarProcess,
  startServing,
} from './sidecar-process.ts';
import { readStoppedLedger, spooledFiles, spooledNames } from './stopped-ledger.ts';

const KILL_AT = fileURLToPath(new URL('./kill-at.mjs', import.meta.url));
/** Then a new home: the checks after each kill read the whole ledger, and a home's first start is killed too. */
const ROUNDS_A_HOME = 15;
/** A named point that is not reached by then: the parent kills. */
const LIMIT_MS = 500;
const EXTERNAL = 'a random moment';

/** Where a sidecar ends: at a named point for the n-th time, or so many ms after the load began. */
type Death = { point: string; nth: number; afterMs: number };

/**
 * A real sidecar under load, killed again and again. `named points`: commit and unlink are watched from
 * outside (kill-at.mjs), as the sidecar has no seam for it.
 */
export async function killLoop(pack: PackageCopy, { rounds, seed, report }: ChaosOptions): Promise<void> {
  const random = seededRandom(seed);
  const deaths = new Map<string, number>();
  const total = { acknowledged: 0, repeats: 0, hooks: 0, spooled: 0 };
  let done = 0;
  while (done < rounds) {
    const some = Math.min(ROUNDS_A_HOME, rounds - done);
    const life = await oneLife(pack, random, some, (where) =>
      deaths.set(where, (deaths.get(where) ?? 0) + 1),
    );
    for (const key of Object.keys(total) as (keyof typeof total)[]) total[key] += life[key];
    done += some;
  }
  report({ ...total, deaths: [...deaths].map(([where, times]) => `${where} ${times}`).join('; ') });
}

async function oneLife(pack: PackageCopy, random: Random, rounds: number, died: (where: string) => void) {
  const { home, remove } = chaosHome();
  const oracle = newOracle();
  const load: Load = { random, oracle, pack, home };
  let spooled = 0;
  let sidecar: SidecarProcess | undefined;
  try {
    for (let round = 0; round < rounds; round++) {
      const death = anyDeath(random, round === 0);
      const before = spooledNames(home);
      sidecar = launchSidecar(pack, home, {
        preload: KILL_AT,
        env: { CHAOS_KILL_AT: `${death.point}:${death.nth}` },
      });
      if (await sidecar.served) await loadUntilDeath(sidecar, death, load, before);
      const { signal } = await sidecar.ended;
      if (signal !== 'SIGKILL') throw new Error(`it ended by itself: ${JSON.stringify(sidecar.printed())}`);
      holdStarts(home);
      died(death.point);
      await runHooks(load, random.between(1, 6), 20); // These find nobody.
      judge(load, `round ${round + 1}, killed at ${death.point}:${death.nth}`, false);
      spooled += spooledNames(home).length;
    }
    const left = spooledNames(home);
    sidecar = await startServing(pack, home);
    await drained(sidecar, home, left);
    await sidecar.kill('SIGTERM');
    judge(load, 'at the end', true);
    return { ...oracle.figures(), spooled };
  } finally {
    await sidecar?.kill();
    await endProcessesOf(home);
    if (process.env.CHAOS_KEEP) console.log(`kept: ${home.root}`);
    else remove();
  }
}

/** Weighted towards where something is going on: around commits, and between a commit and its unlink. */
function anyDeath(random: Random, isFirst: boolean): Death {
  const kinds: readonly Death[] = [
    { point: EXTERNAL, nth: 0, afterMs: random.between(0, 200) },
    { point: EXTERNAL, nth: 0, afterMs: random.between(0, 30) },
    { point: 'before-commit', nth: random.between(1, random.chance(0.5) ? 15 : 90), afterMs: LIMIT_MS },
    { point: 'after-commit', nth: random.between(1, random.chance(0.5) ? 15 : 90), afterMs: LIMIT_MS },
    { point: 'before-unlink', nth: random.between(1, 4), afterMs: LIMIT_MS },
  ];
  const first: readonly Death[] = [
    { point: 'before-ledger', nth: 1, afterMs: LIMIT_MS },
    { point: 'after-ledger', nth: 1, afterMs: LIMIT_MS },
    { point: 'before-commit', nth: 1, afterMs: LIMIT_MS },
  ];
  return random.pick(isFirst && random.chance(0.5) ? first : kinds);
}

async function loadUntilDeath(
  sidecar: SidecarProcess,
  death: Death,
  load: Load,
  spooledBefore: string[],
): Promise<void> {
  holdStarts(load.home);
  if (load.random.chance(0.4)) await drained(sidecar, load.home, spooledBefore);
  const endpoint = readEndpoint(load.home);
  if (!endpoint) throw new Error('it serves, and there is no endpoint');
  const answered = load.oracle.nextAnswer();
  const atOnce = load.random.chance(0.2); // Else from the first answer on: rooms take their time to open.
  const working = [postUntilItDies(load, endpoint), runHooks(load, load.random.between(2, 7), 150)];
  await Promise.race([sidecar.ended, clock()]);
  // The point was not reached: the load was too light, or there was no such point on its way.
  if (death.point !== EXTERNAL && sidecar.isAlive()) death.point = `not at ${death.point}`;
  await sidecar.kill();
  await Promise.all(working);

  async function clock(): Promise<void> {
    if (!atOnce) await Promise.race([answered, sleep(20_000)]);
    await sleep(death.afterMs);
  }
}

/** Waits until the spool is taken, and sees each file of it in the ledger, once, by the hook's own id. */
async function drained(sidecar: SidecarProcess, home: HomePaths, before: string[]): Promise<void> {
  const isDone = () => !sidecar.isAlive() || spooledNames(home).length === 0;
  await until('the spool to be drained', isDone, 20_000);
  if (!sidecar.isAlive()) return; // Killed at its point in the middle of the drain.
  const rejected = readdirSync(home.rejected);
  if (rejected.length > 0) throw new Error(`good spool files were rejected: ${rejected.join(', ')}`);
  for (const name of before) {
    const id = name.replace(/\.event$/, '');
    const { status } = await callApi(home, `/events/${id}`);
    if (status !== 200) throw new Error(`${name} left the spool, and /events/${id} answers ${status}`);
  }
}

function judge({ home, oracle }: Load, when: string, isDrained: boolean): void {
  const spooled = spooledFiles(home);
  const found =
    readStoppedLedger(home, (db) => oracle.judge(db, spooled, { drained: isDrained })) ??
    oracle.judge(null, spooled, { drained: isDrained });
  if (found.length > 0) throw new Error(`${when}: ${found.slice(0, 10).join('; ')} (${found.length} faults)`);
}
