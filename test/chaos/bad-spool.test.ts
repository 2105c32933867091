import { randomUUID } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  truncateSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { afterAll, expect, test } from 'vitest';
import type { HomePaths } from '../../sidecar/home/index.ts';
import { runProgram } from '../kit/run-program.ts';
import { until } from '../kit/until.ts';
import { bodyOf } from './events.ts';
import { chaosOptions, chaosTimeout, seeded } from './options.ts';
import { endProcessesOf } from './our-processes.ts';
import { packageCopy } from './package-copy.ts';
import { seededRandom } from './random.ts';
import { chaosHome, startServing } from './sidecar-process.ts';
import { ledgerFaults, readStoppedLedger } from './stopped-ledger.ts';

/** Rounds are files of random bytes. */
const options = chaosOptions('bad-spool', 40);
const pack = packageCopy();
afterAll(pack.remove);

const FIRST_LINE = (id: string, event = 'Stop') => `holdfast-spool 1 ${event} ${id} settings - -\n`;

type Drop = { name: string; drop: (path: string) => unknown };

const contents = (name: string, bytes: string | Buffer): Drop => ({
  name,
  drop: (path) => writeFileSync(path, bytes),
});

/** Each is no event, and stops nothing. */
const MALFORMED: readonly Drop[] = [
  contents('empty.event', ''),
  contents('only-a-newline.event', '\n'),
  contents('wrong-first-line.event', 'holdfast-spool 2 Stop an-id settings - -\n{}'),
  contents('no-newline.event', FIRST_LINE('no-newline').trimEnd()),
  contents('half-a-line.event', 'holdfast-spool 1 St'),
  contents('wrong-source.event', 'holdfast-spool 1 Stop an-id elsewhere - -\n{"session_id":"s"}'),
  contents('no-body.event', FIRST_LINE('no-body')),
  contents('broken-json.event', `${FIRST_LINE('broken-json')}{"session_id":"s","x":`),
  contents('wrong-json.event', `${FIRST_LINE('wrong-json')}{"session_id":7}`),
  contents('no-object.event', `${FIRST_LINE('no-object')}[]`),
  contents('deep.event', `${FIRST_LINE('deep')}${'['.repeat(100_000)}`),
  contents(
    'no-utf8.event',
    Buffer.concat([Buffer.from(FIRST_LINE('no-utf8')), Buffer.from([0x22, 0xff, 0x22])]),
  ),
  contents('large.event', `${FIRST_LINE('large')}{"session_id":"${'s'.repeat(9_000_000)}"}`),
  contents('wörter und "zeichen"\n.event', 'x'),
  contents('no-ending', 'x'),
  contents('named.reason', 'x'),
  { name: 'sparse.event', drop: (path) => [writeFileSync(path, ''), truncateSync(path, 2 ** 35)] },
  { name: 'folder.event', drop: (path) => mkdirSync(path) },
  { name: 'full-folder.event', drop: (path) => [mkdirSync(path), writeFileSync(join(path, 'x'), 'x')] },
  { name: 'link-to-file.event', drop: (path) => symlinkSync('/etc/hostname', path) },
  { name: 'link-to-folder.event', drop: (path) => symlinkSync('/etc', path) },
  { name: 'link-to-nothing.event', drop: (path) => symlinkSync('nowhere', path) },
  { name: 'link-to-itself.event', drop: (path) => symlinkSync('link-to-itself.event', path) },
  { name: 'fifo.event', drop: (path) => runProgram('mkfifo', { args: [path] }) },
  { name: 'read-only.event', drop: (path) => [writeFileSync(path, 'x'), chmodSync(path, 0o000)] },
  { name: '.left-by-a-killed-hook', drop: (path) => [writeFileSync(path, 'x'), utimesSync(path, 1, 1)] },
];

test(
  'each malformed file ends in spool/rejected with its reason, and the good ones are taken',
  {
    timeout: chaosTimeout(options, 50),
  },
  () =>
    seeded('bad-spool', options, async () => {
      const { home, folder, remove } = chaosHome();
      const drops = [...MALFORMED, ...randomDrops()];
      const half = Math.floor(drops.length / 2);
      const good: string[] = [];
      try {
        for (const drop of drops.slice(0, half)) good.push(await dropBesideGood(home, folder, drop));
        const sidecar = await startServing(pack, home);
        for (const drop of drops.slice(half)) good.push(await dropBesideGood(home, folder, drop));
        await until('the spool to be empty', () => left(home).length === 0, 15_000).catch(() => {});
        expect(left(home)).toEqual([]);
        expect(sidecar.isAlive()).toBe(true);
        await sidecar.kill('SIGTERM');

        for (const { name } of drops) expect(reasonFor(home, name), name).toMatch(/\S/);
        expect(readStoppedLedger(home, (db) => ({ faults: ledgerFaults(db), ids: idsOf(db) }))).toEqual({
          faults: [],
          ids: good.sort(),
        });
        options.report({ malformed: drops.length, good: good.length });
      } finally {
        remove();
      }
    }),
);

test.each([
  ['a name as long as a name can be', [`${'long'.repeat(61)}.event`]],
  [
    'twins that differ in a dot alone',
    Array.from({ length: 20 }, (_, n) => `${n % 2 ? '.' : ''}twin-${n >> 1}`),
  ],
])('%s: nothing is left in the spool, and no bytes are lost', async (_, names) => {
  const { home, remove } = chaosHome();
  try {
    for (const [age, name] of names.entries()) {
      writeFileSync(join(home.spool, name), `bytes of ${name}`);
      utimesSync(join(home.spool, name), age, age); // Twins are taken one after the other.
    }
    const sidecar = await startServing(pack, home);
    await until('the spool to be empty', () => left(home).length === 0, 15_000).catch(() => {});
    await sidecar.kill();
    const kept = readdirSync(home.rejected).filter((name) => !name.endsWith('.reason'));
    const bytes = kept.map((name) => readFileSync(join(home.rejected, name), 'utf8'));
    expect({ left: left(home), bytes: bytes.sort() }).toEqual({
      left: [],
      bytes: names.map((name) => `bytes of ${name}`).sort(),
    });
  } finally {
    await endProcessesOf(home);
    remove();
  }
});

/** One bad file, and a good one with it. Both are made elsewhere and put there whole, as a hook does. */
async function dropBesideGood(home: HomePaths, folder: string, { name, drop }: Drop): Promise<string> {
  const made = join(folder, 'made');
  await drop(made);
  renameSync(made, join(home.spool, name));
  const id = `good-${randomUUID()}`;
  writeFileSync(made, FIRST_LINE(id) + bodyOf('Stop', 'good', id));
  renameSync(made, join(home.spool, `${id}.event`));
  return id;
}

function randomDrops(): Drop[] {
  const random = seededRandom(options.seed);
  return Array.from({ length: options.rounds }, (_, index) => {
    const start = random.chance(0.5) ? Buffer.from(FIRST_LINE(`random-${index}`)) : Buffer.alloc(0);
    return contents(`random-${index}.event`, Buffer.concat([start, random.bytes(random.between(1, 2000))]));
  });
}

function left(home: HomePaths): string[] {
  return readdirSync(home.spool).filter((name) => name !== 'rejected');
}

function reasonFor(home: HomePaths, name: string): string {
  const kept = readdirSync(home.rejected).find((entry) => entry.endsWith(`-${name.replace(/^\./, '')}`));
  return kept ? readFileSync(join(home.rejected, `${kept}.reason`), 'utf8') : '';
}

function idsOf(db: Database): string[] {
  return db.prepare<[], string>('SELECT id FROM events').pluck().all().sort();
}
