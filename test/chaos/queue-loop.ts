import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Sqlite, { type Database } from 'better-sqlite3';
import type { HomePaths } from '../../sidecar/home/index.ts';
import type { StepName } from '../../sidecar/resume/index.ts';
import { repository } from '../kit/git.ts';
import { callApi } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';
import type { ChaosOptions } from './options.ts';
import { endProcessesOf, processesOf } from './our-processes.ts';
import type { PackageCopy } from './package-copy.ts';
import { clientLog, isOver, queueFaults, twoAtOnce } from './queue-oracle.ts';
import { type Random, seededRandom } from './random.ts';
import { launchSidecar, type SidecarProcess } from './sidecar-process.ts';
import { readStoppedLedger } from './stopped-ledger.ts';

const PRELOAD = fileURLToPath(new URL('queue-steps.mjs', import.meta.url));
const CLIENT = fileURLToPath(new URL('fixtures/watched-claude', import.meta.url));
/** Most rounds are spent waiting for the ticks of the queue. */
const AT_ONCE = 4;
const MINUTE_MS = 60_000;
const ROUND_LIMIT_MS = 120_000;

const POINTS: readonly StepName[] = [
  ...(['queued', 'decided', 'starting', 'launched', 'alive', 'respawned', 'failed'] as const),
  ...(['decided', 'starting', 'launched', 'alive'] as const), // Between these it matters most.
];

type Played = {
  killedAt: string[];
  ends: string[];
  revivals: number;
  failures: number;
};

/**
 * Runs whose clients are killed, under a sidecar that is killed again and again while it revives them: at each step
 * and at random moments. The last one sees every entry to its end, through failed attempts and their backoff.
 */
export async function queueLoop(
  pack: Pick<PackageCopy, 'cli'>,
  { rounds, seed, report }: ChaosOptions,
): Promise<void> {
  const played: Played[] = [];
  let next = 0;
  const lane = async () => {
    for (let round = next++; round < rounds; round = next++) played.push(await oneRound(pack, seed + round));
  };
  await Promise.all(Array.from({ length: Math.min(AT_ONCE, rounds) }, lane));
  const sum = (count: (one: Played) => number) => played.reduce((total, one) => total + count(one), 0);
  report({
    revivals: sum(({ revivals }) => revivals),
    'failed attempts': sum(({ failures }) => failures),
    kills: sum(({ killedAt }) => killedAt.length),
    'killed at': counted(played.flatMap(({ killedAt }) => killedAt)),
    ends: counted(played.flatMap(({ ends }) => ends)),
  });
}

function counted(names: string[]): string {
  const times = new Map<string, number>();
  for (const name of names.sort()) times.set(name, (times.get(name) ?? 0) + 1);
  return [...times].map(([name, count]) => `${name} ${count}`).join('; ');
}

async function oneRound(pack: Pick<PackageCopy, 'cli'>, seed: number): Promise<Played> {
  const random = seededRandom(seed);
  const { home, folder, remove } = temporaryHome();
  const scene = { pack, home, random, clients: join(folder, 'clients'), ahead: join(folder, 'ahead') };
  const killedAt: string[] = [];
  const watching = new AbortController();
  const watched = watch(scene.clients, watching.signal);
  try {
    prepare(scene, random);
    let sidecar = start(scene, point(random));
    if (!(await sidecar.served)) throw new Error(`it did not serve: ${sidecar.printed().stderr}`);
    await beginRuns(scene, folder, random);
    for (let kills = random.between(1, 3); kills > 0; kills--) {
      killedAt.push(await killOne(scene, sidecar));
      sidecar = start(scene, kills > 1 ? point(random) : '');
    }
    await overBy(scene, sidecar, ROUND_LIMIT_MS);
    await sidecar.kill('SIGTERM');
    await until('no process of the home to be left', () => processesOf(home).length === 0, 5_000);
    watching.abort();
    const atOnce = await watched;
    return readStoppedLedger(home, (db) => judge(db, scene, killedAt, atOnce)) as Played;
  } catch (error) {
    const told = `round ${seed}, killed at ${killedAt.join(', ') || 'no point'}, in ${home.root}`;
    throw new Error(`${error instanceof Error ? error.message : error}\n${told}\n${describe(home)}`);
  } finally {
    watching.abort();
    await endProcessesOf(home);
    if (process.env.CHAOS_KEEP) console.log(`kept: ${home.root}`);
    else remove();
  }
}

type Scene = {
  pack: Pick<PackageCopy, 'cli'>;
  home: HomePaths;
  random: Random;
  clients: string;
  ahead: string;
};

function prepare({ home, clients, ahead }: Scene, random: Random): void {
  const resumeQueue = { dryRun: false, tickSeconds: 1, calmTicks: 1 };
  writeFileSync(
    home.config,
    JSON.stringify({ server: { port: 0 }, runs: { claudePath: CLIENT }, monitoring: { resumeQueue } }),
  );
  mkdirSync(clients);
  writeFileSync(ahead, '0');
  writeFileSync(join(clients, 'plays'), Array.from({ length: 12 }, () => `${play(random)}\n`).join(''));
}

/** What a client that was started again does. */
function play(random: Random): string {
  const pause = random.chance(0.5) ? '0' : `${random.between(1, 8) / 10}`;
  if (random.chance(0.25)) return 'die';
  if (random.chance(0.2)) return `${pause}|events 2 0.1; exit 1`;
  if (random.chance(0.1)) return `${pause}|session 11111111-1111-4111-8111-111111111111; events 1; hang`;
  if (random.chance(0.05)) return `${pause}|session 22222222-2222-4222-8222-222222222222; events 1; exit 1`;
  return `${pause}|events 3 0.1; result`;
}

function point(random: Random): string {
  return random.chance(0.35) ? '' : `${random.pick(POINTS)}:${random.chance(0.75) ? 1 : 2}`;
}

type Running = SidecarProcess & { killAt: string };

function start({ pack, home, clients, ahead }: Scene, killAt: string): Running {
  const env = { CHAOS_KILL_AT: killAt, CHAOS_CLIENTS: clients, CHAOS_AHEAD: ahead };
  return { ...launchSidecar(pack, home, { preload: PRELOAD, env }), killAt };
}

/** One run or two, whose clients are killed in mid-work. */
async function beginRuns({ home, clients }: Scene, folder: string, random: Random): Promise<void> {
  const count = random.between(1, 2);
  for (let n = 0; n < count; n++) {
    const project = repository(join(folder, `project-${n}`));
    const body = JSON.stringify({ objective: 'x', project, worktree: random.chance(0.5) });
    const { status } = await callApi(home, '/runs', { method: 'POST', body });
    if (status !== 201) throw new Error(`a run was answered with ${status}`);
  }
  const started = await until('the clients', () => {
    const told = clientLog(clients).filter(({ what }) => what === 'start');
    return told.length === count && told;
  });
  // Its first event is in the ledger, or it is not: both happen.
  if (random.chance(0.7)) await sleep(random.between(50, 400));
  for (const { pid } of started) process.kill(pid, 'SIGKILL');
}

/** At its named point, or at a random moment: of all its life, or right after a decision. */
async function killOne(scene: Scene, sidecar: Running): Promise<string> {
  const { random, home } = scene;
  const began = random.chance(0.5);
  const lateMs = began ? random.between(0, 600) : random.between(0, 4_000);
  const reached = () => !began || sidecar.printed().stdout.includes('step decided');
  const isDone = () => {
    goOnInTime(scene);
    return !sidecar.isAlive() || (readLedger(home, isOver) ?? false);
  };
  await Promise.race([sidecar.ended, sidecar.served]);
  if (sidecar.killAt === '') {
    await until('a decision', () => isDone() || reached(), ROUND_LIMIT_MS, 20);
    await Promise.race([sidecar.ended, sleep(lateMs)]);
  } else await until(sidecar.killAt, isDone, ROUND_LIMIT_MS, 20);
  const hit = !sidecar.isAlive();
  await sidecar.kill();
  if (hit) return sidecar.killAt;
  return sidecar.killAt === '' ? `after ${lastStep(sidecar)}` : `${sidecar.killAt} not reached`;
}

function lastStep(sidecar: Running): string {
  return /step (\w+)\n(?!.*step )/s.exec(sidecar.printed().stdout)?.[1] ?? 'no step';
}

async function overBy(scene: Scene, sidecar: Running, limitMs: number): Promise<void> {
  await until(
    'every entry to come to its end',
    () => {
      if (!sidecar.isAlive()) throw new Error(`it ended by itself: ${sidecar.printed().stderr}`);
      goOnInTime(scene);
      return readLedger(scene.home, isOver);
    },
    limitMs,
    50,
  );
}

/** Backoff and breaker last for minutes: the clock of the sidecar goes on to their end. */
function goOnInTime({ home, ahead }: Scene): void {
  const aheadMs = Number(readFileSync(ahead, 'utf8'));
  const until = readLedger(home, (db) =>
    db
      .prepare<[], string | null>(
        `SELECT max(until) FROM (SELECT next_attempt_at AS until FROM resume_entries WHERE state = 'queued'
           UNION ALL SELECT breaker_until FROM resume_brakes)`,
      )
      .pluck()
      .get(),
  );
  const left = Date.parse(until ?? '') - Date.now() - aheadMs;
  if (left > 0) writeFileSync(ahead, String(aheadMs + left + MINUTE_MS));
}

/** Looks again and again whether a session has two processes; resolves with what was seen. */
async function watch(clients: string, over: AbortSignal): Promise<string[]> {
  const seen = new Set<string>();
  while (!over.aborted) {
    for (const fault of twoAtOnce(CLIENT, clients)) seen.add(fault);
    await sleep(100);
  }
  return [...seen];
}

function judge(db: Database, { clients }: Scene, killedAt: string[], atOnce: string[]): Played {
  const faults = [...atOnce, ...queueFaults(db, clients)];
  if (faults.length > 0) throw new Error(faults.slice(0, 5).join('; '));
  const names = (sql: string) => db.prepare<[], string>(sql).pluck().all();
  return {
    killedAt,
    ends: names(
      `SELECT iif(reason IS NULL, state, state || ':' || reason) FROM resume_entries
       UNION ALL SELECT 'refused:' || reason FROM resume_refusals`,
    ),
    revivals: names('SELECT turn_id FROM resume_tombstones').length,
    failures: names("SELECT seq FROM resume_history WHERE what = 'attempt-failed'").length,
  };
}

/** For whoever has to find out why. */
function describe(home: HomePaths): string {
  const rows = (db: Database) =>
    [
      'SELECT state, reason, attempts, next_attempt_at, death FROM resume_entries',
      'SELECT death, reason, detail FROM resume_refusals',
      'SELECT entry_id, at, what, detail FROM resume_history',
      'SELECT id, run_id, session_id, seen_session_id, state, started_at, ended_at, error FROM turns',
      'SELECT id, state, reason, detail, session_id FROM runs',
      'SELECT * FROM resume_brakes',
    ].flatMap((sql) =>
      db
        .prepare(sql)
        .all()
        .map((row) => JSON.stringify(row)),
    );
  return readStoppedLedger(home, rows)?.join('\n') ?? 'there is no ledger';
}

function readLedger<T>(home: HomePaths, read: (db: Database) => T): T | undefined {
  if (!existsSync(home.database)) return undefined;
  const db = new Sqlite(home.database, { readonly: true });
  try {
    return db.transaction(() => read(db))(); // As it is at one moment.
  } catch (error) {
    // The next sidecar mends the ledger at this moment, or has not begun to.
    if (error instanceof Sqlite.SqliteError) return undefined;
    throw error;
  } finally {
    db.close();
  }
}
