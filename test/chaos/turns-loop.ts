import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import Sqlite, { type Database } from 'better-sqlite3';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { cleanEnvironment } from '../kit/real-sidecar.ts';
import { temporaryHome } from '../kit/temporary-home.ts';
import { until } from '../kit/until.ts';
import type { ChaosOptions } from './options.ts';
import { endProcessesOf, processesOf } from './our-processes.ts';
import { type Random, seededRandom } from './random.ts';

const SIDECAR = fileURLToPath(new URL('turn-sidecar.mjs', import.meta.url));
const KILL_AT = fileURLToPath(new URL('kill-at.mjs', import.meta.url));
const FAKE_CLAUDE = fileURLToPath(new URL('../turns/fixtures/claude', import.meta.url));
const EVENTS = 20;
const LONGEST_TURN_MS = 700;
const POINTS = [
  ...['before-turn-file', 'after-turn-file', 'after-turn-open', 'before-spawn', 'after-spawn'],
  ...['before-commit', 'after-commit', 'before-turn-unlink'],
];

type Row = { id: string; state: string; error: string | null; malformed: number };

/**
 * A turn of twenty events, whose sidecar is killed again and again: at random moments, and at each step of a start
 * and of an end. The last one sees it to its end. Then what the ledger says is what the stream says, once.
 */
export async function turnsLoop({ rounds, seed, report }: ChaosOptions): Promise<void> {
  const random = seededRandom(seed);
  const ends = new Map<string, number>();
  let kills = 0;
  let inMidTurn = 0;
  for (let round = 0; round < rounds; round++) {
    const played = await oneRound(random);
    kills += played.kills;
    inMidTurn += played.inMidTurn;
    ends.set(played.end, (ends.get(played.end) ?? 0) + 1);
  }
  report({ kills, inMidTurn, ends: [...ends].map(([end, times]) => `${end} ${times}`).join('; ') });
}

async function oneRound(random: Random): Promise<{ kills: number; inMidTurn: number; end: string }> {
  const { home, remove } = temporaryHome();
  const killed: string[] = [];
  try {
    // From one sidecar's life long to several.
    const pause = random.between(2, 25) / 100;
    const script = `events ${EVENTS / 2} ${pause}; orphan; malformed; events ${EVENTS / 2} ${pause}; result`;
    await killOne(sidecar(home, point(random, killed), script), random, killed);
    let inMidTurn = countLive(home);
    for (let more = random.between(0, 3); more > 0; more--) {
      await killOne(sidecar(home, point(random, killed)), random, killed);
      inMidTurn += countLive(home);
    }
    const clientKilled = random.chance(0.15) && killClient(home);
    if (clientKilled) killed.push('the client');
    const last = sidecar(home, '');
    const [code] = await once(last.child, 'exit');
    if (code !== 0) throw new Error(`the last sidecar ended with ${code}: ${last.said()}`);
    await until('no process of the home to be left', () => processesOf(home).length === 0, 3_000);
    return { kills: killed.length, inMidTurn, end: judge(home, clientKilled) };
  } catch (error) {
    throw new Error(
      `killed at ${killed.join(', ') || 'no point'}: ${error instanceof Error ? error.message : error}`,
    );
  } finally {
    await endProcessesOf(home);
    if (process.env.CHAOS_KEEP) console.log(`kept: ${home.root}`);
    else remove();
  }
}

function point(random: Random, killed: string[]): string {
  if (random.chance(0.4)) return '';
  const at = `${random.pick(POINTS)}:${random.between(1, random.chance(0.6) ? 4 : 12)}`;
  killed.push(at);
  return at;
}

type Running = { child: ChildProcess; said: () => string };

function sidecar(home: HomePaths, killAt: string, prompt?: string): Running {
  const args = ['--import', KILL_AT, SIDECAR, home.root, FAKE_CLAUDE, ...(prompt ? [prompt] : [])];
  const child = spawn(process.execPath, args, {
    env: cleanEnvironment(home, { CHAOS_KILL_AT: killAt }),
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stdout.on('data', (text) => (said += text));
  child.stderr.on('data', (text) => (said += text));
  return { child, said: () => said };
}

async function killOne({ child, said }: Running, random: Random, killed: string[]): Promise<void> {
  const ended = once(child, 'exit');
  const ready = until('it to be ready', () => said().includes('ready'), 20_000);
  await Promise.race([ended, ready]);
  await Promise.race([ended, sleep(random.between(0, LONGEST_TURN_MS))]);
  if (child.exitCode === null && child.signalCode === null) {
    killed.push('a random moment');
    child.kill('SIGKILL');
  }
  await ended;
  await ready.catch(() => {}); // It was killed before it was ready.
}

function countLive(home: HomePaths): number {
  const count = (db: Database) =>
    db.prepare<[], number>('SELECT count(*) FROM turns WHERE ended_at IS NULL').pluck().get();
  return readLedger(home, count) ?? 0;
}

/** In mid-turn, so that nobody but the file can tell how it ended. True where there was one to kill. */
function killClient(home: HomePaths): boolean {
  const pid = readLedger(home, (db) =>
    db.prepare<[], number>("SELECT pid FROM turns WHERE state = 'running'").pluck().get(),
  );
  if (!pid || !processesOf(home).includes(pid)) return false;
  process.kill(pid, 'SIGKILL');
  return true;
}

/** Throws for a difference; else says how it ended. */
function judge(home: HomePaths, clientKilled: boolean): string {
  return readLedger(home, (db) => {
    const integrity = db.pragma('integrity_check', { simple: true });
    const rows = db.prepare<[], Row>('SELECT id, state, error, malformed FROM turns').all();
    const [row] = rows;
    if (integrity !== 'ok' || rows.length > 1) throw new Error(`${integrity}, ${rows.length} turns`);
    if (!row) return 'no trace';
    const told = db.prepare<[], string>('SELECT id || state FROM told').pluck().all();
    const stored = db.prepare<[], string>('SELECT body FROM turn_events ORDER BY number').pluck().all();
    const numbers = db.prepare<[], number>('SELECT number FROM turn_events ORDER BY number').pluck().all();
    const stream = linesOf(join(home.turns, `${row.id}.ndjson`));
    const wanted = stream.filter((line) => line.startsWith('{') && line.endsWith('}'));
    const facts = { ...row, told, stored: stored.length, wanted: wanted.length, numbers: numbers.join(' ') };
    const leases = db.prepare<[], number>('SELECT count(*) FROM turn_leases').pluck().get();
    const state = stream.length === 0 || clientKilled ? 'crashed' : 'clean';
    const isRight =
      row.state === state &&
      told.join() === row.id + row.state &&
      JSON.stringify(stored) === JSON.stringify(wanted) &&
      numbers.every((number, index) => number === index + 1) &&
      row.malformed === stream.length - wanted.length &&
      leases === 0 &&
      (state === 'crashed' || stored.length === EVENTS + 2);
    if (!isRight) throw new Error(JSON.stringify(facts));
    return stream.length === 0 ? 'never started' : row.state;
  }) as string;
}

function linesOf(file: string): string[] {
  return existsSync(file)
    ? readFileSync(file, 'utf8')
        .split('\n')
        .filter((line) => line !== '')
    : [];
}

function readLedger<T>(home: HomePaths, read: (db: Database) => T): T | undefined {
  if (!existsSync(home.database)) return undefined;
  const db = new Sqlite(home.database, { readonly: true });
  try {
    return read(db);
  } finally {
    db.close();
  }
}
