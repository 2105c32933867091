import { type ChildProcess, fork, spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { ChaosOptions } from './options.ts';
import { type Random, seededRandom } from './random.ts';

const RACER = fileURLToPath(new URL('lock-racer.mjs', import.meta.url));
/** More than a takeover has, and more than it has with a claim in hand: some of those who are to die live. */
const FILE_OPERATIONS = { whole: 24, inHand: 10 };
/** What lies there when a race begins, and how it is then taken. */
const SCENES = { renamed: 'healed', died: 'reclaimed', torn: 'reclaimed', none: 'created' } as const;
const LOST = ['lock-lost-race', 'lock-live-other'];

type Scene = keyof typeof SCENES;
type Told = { held: true; how: string } | { held: false; reason: string; detail: string };
type Racer = { child: ChildProcess; ask: (order: object) => Promise<unknown>; next: () => Promise<unknown> };

/**
 * Rung 3: so many processes take one lock at once, each round one of each scene; of all of them one holds it.
 * In every other round some are killed in the middle: then at most one does, and after one more try one.
 */
export async function raceForLock(racerCount: number, { rounds, seed, report }: ChaosOptions): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-lock-'));
  const random = seededRandom(seed);
  const racers = await Promise.all(Array.from({ length: racerCount }, startRacer));
  const figures = { races: 0, holders: 0, killed: 0, secondTries: 0 };
  try {
    for (let round = 1; round <= rounds; round++) {
      for (const scene of scenesOf(round)) {
        const path = join(folder, `${round}-${scene}.lock`);
        prepare(path, scene);
        const first = await race(racers, path, random, round % 2 === 0);
        figures.races++;
        figures.killed += first.killed;
        const holders = await holdersOf(racers, path);
        // A taker that died with the lock or the claim in hand kept the others out: they ask again later.
        if (holders.length === 0 && first.killed > 0) {
          figures.secondTries++;
          await race(racers, path, random, false);
          holders.push(...(await holdersOf(racers, path)));
        } else if (first.killed === 0 && first.how !== SCENES[scene]) {
          throw new Error(`round ${round}, ${scene}: it was ${first.how}`);
        }
        const [holder] = holders;
        if (!holder || holders.length > 1)
          throw new Error(`round ${round}, ${scene}: ${holders.length} hold it`);
        figures.holders++;
        if (!(await holder.ask({ ask: 'release' }))) throw new Error(`round ${round}: it is not let go`);
        const left = readdirSync(folder).filter((name) => !name.includes('.go'));
        if (first.killed === 0 && left.length > 0) throw new Error(`${left.join(', ')} is left`);
        for (const name of readdirSync(folder)) rmSync(join(folder, name));
      }
    }
    report({ racers: racerCount, ...figures });
  } finally {
    for (const { child } of racers) child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  }
}

/** The two of the issue each time, the others now and then. */
function scenesOf(round: number): Scene[] {
  return round % 8 < 2 ? ['renamed', 'died', 'torn', 'none'] : ['renamed', 'died'];
}

function prepare(path: string, scene: Scene): void {
  if (scene === 'none') return;
  const { pid } = spawnSync('true');
  const hostname = scene === 'renamed' ? 'old-name' : 'new-name';
  const dead = { pid, processStart: '1', bootId: null, hostname, machineId: 'machine-1', owner: 'dead' };
  writeFileSync(path, scene === 'torn' ? '{"pid": 12' : JSON.stringify(dead));
  const at = Date.now() / 1000 - (scene === 'died' ? 0 : 600);
  utimesSync(path, at, at);
}

/** Most die with something in hand, where it matters; some anywhere. */
function fateOf(random: Random, deadly: boolean) {
  if (deadly && random.chance(0.5)) return { inHand: true, dieAt: random.between(1, FILE_OPERATIONS.inHand) };
  if (deadly && random.chance(0.04))
    return { inHand: false, dieAt: random.between(1, FILE_OPERATIONS.whole) };
  return { inHand: false, dieAt: 0 };
}

/** All at one barrier; some of them die in the middle, and others take their places afterwards. */
async function race(racers: Racer[], path: string, random: Random, deadly: boolean) {
  const go = `${path}.go-${random.between(0, 2 ** 30)}`;
  const ready = racers.map((racer) => {
    return racer.ask({ ask: 'race', path, go, chance: 0.2, ...fateOf(random, deadly) });
  });
  await Promise.all(ready);
  const answers = racers.map(({ next }) => next());
  writeFileSync(go, '');
  const told = (await Promise.all(answers)) as (Told | null)[];
  for (const answer of told)
    if (answer && !answer.held && !LOST.includes(answer.reason))
      throw new Error(`a racer got ${answer.reason}: ${answer.detail}`);
  // Whoever was told so once would drain, also where the file is another's a moment later.
  const winners = told.filter((answer) => answer?.held === true);
  if (winners.length > 1) throw new Error(`${winners.length} were told that they hold ${path}`);
  const [winner] = winners;
  let killed = 0;
  for (const [index, answer] of told.entries()) {
    if (answer !== null) continue;
    killed++;
    racers[index] = await startRacer();
  }
  return { killed, how: winner?.held ? winner.how : null };
}

/** Who says so, and whom the file names: both must agree. */
async function holdersOf(racers: Racer[], path: string): Promise<Racer[]> {
  const answers = await Promise.all(racers.map(({ ask }) => ask({ ask: 'mine?' })));
  const holders = racers.filter((_, index) => answers[index] === true);
  for (const { child } of holders) {
    const named = JSON.parse(readFileSync(path, 'utf8')).pid;
    if (named !== child.pid) throw new Error(`${child.pid} holds the lock of ${named}`);
  }
  return holders;
}

async function startRacer(): Promise<Racer> {
  const child = fork(RACER, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  const told: unknown[] = [];
  const waiting: ((answer: unknown) => void)[] = [];
  const hear = (answer: unknown) => {
    const first = waiting.shift();
    if (first) first(answer);
    else told.push(answer);
  };
  child.on('message', (message: { told: unknown }) => hear(message.told));
  child.once('exit', () => hear(null));
  const next = () =>
    told.length > 0 ? Promise.resolve(told.shift()) : new Promise((resolve) => waiting.push(resolve));
  const ask = (order: object) => {
    child.send(order);
    return next();
  };
  if ((await next()) !== 'here') throw new Error('a racer did not start');
  return { child, ask, next };
}
