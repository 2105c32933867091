import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Database } from 'better-sqlite3';
import { fieldsOfStat } from '../../sidecar/machine/index.ts';
import { PASSING } from '../../sidecar/resume/refusal-store.ts';
import { ledgerFaults } from './stopped-ledger.ts';

const MOST_ATTEMPTS = 3;
const MOST_REVIVALS = 2;

type EntryRow = { id: string; death: string; state: string; attempts: number; turn_id: string | null };
type TurnRow = {
  id: string;
  run_id: string;
  session_id: string;
  seen: string | null;
  ended_at: string | null;
};

/** Everything that died, as the change log tells: the same words that the queue names a death by. */
export function deathsIn(db: Database): string[] {
  return db
    .prepare<[], string>(
      `SELECT 'run:' || row_id || ':' || (new ->> '$.ended_at') FROM changes
       WHERE table_name = 'runs' AND new ->> '$.state' = 'failed' ORDER BY seq`,
    )
    .pluck()
    .all();
}

/** No run is at work, no entry is open, and every death has its answer. */
export function isOver(db: Database): boolean {
  const busy = db
    .prepare<[], number>(
      `SELECT (SELECT count(*) FROM runs WHERE ended_at IS NULL) + (SELECT count(*) FROM turns WHERE ended_at IS NULL)
         + (SELECT count(*) FROM resume_entries WHERE ended_at IS NULL)`,
    )
    .pluck()
    .get();
  return busy === 0 && deathsIn(db).every((death) => answersTo(db, death).length > 0);
}

/** Its entry, or the refusal that was the last word on it. */
function answersTo(db: Database, death: string): string[] {
  const passing = PASSING.map((reason) => `'${reason}'`).join();
  return db
    .prepare<{ death: string }, string>(
      `SELECT 'an entry' FROM resume_entries WHERE death = :death
       UNION ALL SELECT reason FROM resume_refusals WHERE death = :death AND reason NOT IN (${passing})`,
    )
    .pluck()
    .all({ death });
}

/** A sentence for whatever is not as it must be, once all is over and nobody writes any more. */
export function queueFaults(db: Database, clients: string): string[] {
  const entries = db.prepare<[], EntryRow>('SELECT * FROM resume_entries').all();
  const turns = db.prepare<[], TurnRow>('SELECT *, seen_session_id AS seen FROM turns ORDER BY seq').all();
  const history = db.prepare<[string, string], number>(
    'SELECT count(*) FROM resume_history WHERE entry_id = ? AND what = ?',
  );
  const times = (id: string, what: string) => history.pluck().get(id, what) ?? 0;
  const last = db
    .prepare<[string], string>('SELECT what FROM resume_history WHERE entry_id = ? ORDER BY seq DESC LIMIT 1')
    .pluck();
  const ofEntries = entries.flatMap(({ id, state, attempts, turn_id }) => [
    ...(attempts > MOST_ATTEMPTS ? [`entry ${id} had ${attempts} attempts`] : []),
    ...(times(id, 'attempt') === attempts ? [] : [`entry ${id} tells of other attempts than ${attempts}`]),
    ...(last.get(id)?.startsWith(state) ? [] : [`entry ${id} is ${state} and ends with ${last.get(id)}`]),
    ...(times(id, 'attempt-failed') + (state === 'respawned' ? 1 : 0) === attempts
      ? []
      : [`${attempts} attempts of entry ${id} came to something else (${state}, ${turn_id})`]),
  ]);
  const ofDeaths = deathsIn(db).flatMap((death) => {
    const answers = answersTo(db, death);
    return answers.length === 1 ? [] : [`${death} has the answers ${answers.join(' and ') || 'none'}`];
  });
  return [
    ...ledgerFaults(db),
    ...ofEntries,
    ...ofDeaths,
    ...turnFaults(db, turns, entries),
    ...tombstoneFaults(db, turns, entries),
    ...clientFaults(clients, turns),
  ];
}

/** Each turn but the first of a run was an attempt; none begins before the one before it has ended. */
function turnFaults(db: Database, turns: TurnRow[], entries: EntryRow[]): string[] {
  const followed = turns.length - firstTurns(turns).length;
  const attempts = entries.reduce((sum, entry) => sum + entry.attempts, 0);
  const leases = db.prepare<[], number>('SELECT count(*) FROM turn_leases').pluck().get();
  const started = db
    .prepare<[], string>(
      `SELECT later.id FROM turns later JOIN turns earlier ON earlier.run_id = later.run_id AND earlier.seq < later.seq
       WHERE earlier.ended_at > later.started_at`,
    )
    .pluck()
    .all();
  return [
    ...(followed === attempts ? [] : [`${followed} turns followed, and ${attempts} attempts are told of`]),
    ...(leases === 0 ? [] : [`${leases} leases are left`]),
    ...started.map((id) => `turn ${id} began before the one before it had ended`),
  ];
}

/** A tombstone for each revival that proved itself, and for nothing else; never more than the cap. */
function tombstoneFaults(db: Database, turns: TurnRow[], entries: EntryRow[]): string[] {
  const buried = db.prepare<[], string>('SELECT turn_id FROM resume_tombstones').pluck().all();
  const respawned = entries.filter(({ state }) => state === 'respawned').map(({ turn_id }) => turn_id);
  const firsts = firstTurns(turns);
  const proven = turns.filter((turn) => !firsts.includes(turn) && turn.seen === turn.session_id);
  const overCap = db
    .prepare<[number], string>('SELECT run_id FROM resume_tombstones GROUP BY run_id HAVING count(*) > ?')
    .pluck()
    .all(MOST_REVIVALS);
  return [
    ...difference('tombstones', buried, 'entries that are respawned', respawned),
    ...difference(
      'tombstones',
      buried,
      'turns that proved themselves',
      proven.map(({ id }) => id),
    ),
    ...overCap.map((run) => `run ${run} was revived more than ${MOST_REVIVALS} times`),
  ];
}

/** What a run began with; the others were begun by the queue. */
function firstTurns(turns: TurnRow[]): TurnRow[] {
  return turns.filter((turn) => turns.find(({ run_id }) => run_id === turn.run_id) === turn);
}

function difference(one: string, a: (string | null)[], other: string, b: (string | null)[]): string[] {
  const same = JSON.stringify([...a].sort()) === JSON.stringify([...b].sort());
  return same ? [] : [`${one} are ${a.join(' ') || 'none'}, and ${other} ${b.join(' ') || 'none'}`];
}

/** What the clients wrote themselves: none met another of its session, and no turn had two. */
function clientFaults(clients: string, turns: TurnRow[]): string[] {
  const told = clientLog(clients);
  const started = told.filter(({ what }) => what === 'start').map(({ turn }) => turn);
  const known = new Set(turns.map(({ id }) => id));
  return [
    ...told.filter(({ what }) => what === 'overlap').map(({ line }) => `two clients at once: ${line}`),
    ...started
      .filter((turn, at) => started.indexOf(turn) !== at)
      .map((turn) => `turn ${turn} had two clients`),
    ...started.filter((turn) => !known.has(turn)).map((turn) => `a client of no turn: ${turn}`),
  ];
}

export type Told = { what: string; session: string; pid: number; turn: string; line: string };

export function clientLog(clients: string): Told[] {
  const file = join(clients, 'log');
  if (!existsSync(file)) return [];
  return readFileSync(file, 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [what = '', session = '', pid, turn = ''] = line.split(' ');
      return { what, session, pid: Number(pid), turn, line };
    });
}

/** A sentence for each session with two clients at this moment. A client leads a session of processes of its own. */
export function twoAtOnce(client: string, clients: string): string[] {
  const sessions = new Set(clientLog(clients).map(({ session }) => session));
  const pids = new Map<string, number[]>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const argv = readQuietly(`/proc/${name}/cmdline`).split('\0');
    if (argv[1] !== client) continue;
    const session = argv.find((word) => sessions.has(word));
    const leads = fieldsOfStat(readQuietly(`/proc/${name}/stat`))?.[3] === name;
    if (session && leads) pids.set(session, [...(pids.get(session) ?? []), Number(name)]);
  }
  return [...pids].flatMap(([session, of]) =>
    of.length > 1 ? [`session ${session} has the processes ${of.join(', ')}`] : [],
  );
}

function readQuietly(file: string): string {
  try {
    return readFileSync(file, 'latin1');
  } catch {
    return ''; // Gone meanwhile.
  }
}
