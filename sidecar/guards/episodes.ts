import { randomUUID } from 'node:crypto';
import type { AttentionKind, Notice } from './attention.ts';
import type { GuardState } from './derive.ts';
import type { Notices } from './notices.ts';
import type { Sight } from './registry.ts';
import { type GuardRow, isLoud } from './row.ts';

/** A blink is no notice: it opens with the second sight in a row and closes with the second good one. */
const IN_A_ROW = 2;
/** Of so many looks more than so many flips are a fault of their own. */
const LOOKS_KEPT = 10;
const FLIPS_BORNE = 3;

type Memory = {
  /** The last looks, the newest last: whether it was loud. */
  looks: boolean[];
  /** What could not be written yet, under the id that it keeps. */
  unwritten: Map<AttentionKind, { id: string; notice: Notice }>;
};

/**
 * Turns what is seen look by look into notices. What it remembers is of this sidecar alone: after a restart
 * a new notice needs its two sights again, and one that is open in the ledger goes on.
 */
export function newEpisodes(notices: Pick<Notices, 'raise' | 'close'>) {
  const memories = new Map<string, Memory>();

  /** One look. Throws when the ledger would not take something; all the rest is done, and that comes again. */
  function sight(sights: Sight[]): void {
    const shared = sharedFaults(sights);
    const faults = sights.flatMap(({ row }) => {
      try {
        sightOne(row, shared);
        return [];
      } catch (error) {
        return [error];
      }
    });
    if (faults.length > 0) throw faults[0];
  }

  function sightOne(row: GuardRow, shared: ReadonlyMap<string, Shared>): void {
    const memory = memories.get(row.key) ?? { looks: [], unwritten: new Map() };
    memories.set(row.key, memory);
    memory.looks = [...memory.looks, isLoud(row)].slice(-LOOKS_KEPT);
    const wanted = noticesOf(row, memory.looks, shared.get(row.key) ?? ALONE);
    for (const notice of [...wanted, ...leftOver(memory, wanted)]) open(memory, notice);
    for (const kind of ['loud', 'flapping'] as const)
      if (isOver(kind, memory.looks)) notices.close(row.key, kind);
  }

  function open({ unwritten }: Memory, notice: Notice): void {
    const id = unwritten.get(notice.kind)?.id ?? randomUUID();
    unwritten.set(notice.kind, { id, notice });
    notices.raise(notice, { id });
    unwritten.delete(notice.kind);
  }

  return { sight };
}

/** It happened, and stands in no ledger yet: it is told though it may be over. */
function leftOver({ unwritten }: Memory, wanted: Notice[]): Notice[] {
  return [...unwritten.values()]
    .map(({ notice }) => notice)
    .filter(({ kind }) => !wanted.some((other) => other.kind === kind));
}

type Shared = { isTold: boolean; others: string[] };

const ALONE: Shared = { isTold: true, others: [] };

/** One fault is one notice, whatever it puts out: a critical guard speaks for the rest, else the first. */
function sharedFaults(sights: Sight[]): ReadonlyMap<string, Shared> {
  const groups = new Map<string, GuardRow[]>();
  for (const { row, cause } of sights)
    if (cause !== null && isLoud(row)) groups.set(cause, [...(groups.get(cause) ?? []), row]);
  return new Map(
    [...groups.values()].flatMap((rows) => {
      const speaker = rows.find(({ criticalPath }) => criticalPath) ?? rows[0];
      const others = rows.filter((row) => row !== speaker).map(({ key }) => key);
      return rows.map((row): [string, Shared] => [row.key, { isTold: row === speaker, others }]);
    }),
  );
}

function noticesOf(row: GuardRow, looks: boolean[], { isTold, others }: Shared): Notice[] {
  const flips = flipsIn(looks);
  const isCertain = isTold && isAll(looks, true, row.criticalPath ? 1 : IN_A_ROW);
  return [
    ...(isCertain ? [loudNotice(row, others)] : []),
    ...(flips > FLIPS_BORNE ? [flappingNotice(row.key, flips)] : []),
  ];
}

function isOver(kind: 'loud' | 'flapping', looks: boolean[]): boolean {
  if (kind === 'loud') return isAll(looks, false, IN_A_ROW);
  return looks.length === LOOKS_KEPT && flipsIn(looks) === 0;
}

function isAll(looks: boolean[], loud: boolean, count: number): boolean {
  return looks.length >= count && looks.slice(-count).every((look) => look === loud);
}

function flipsIn(looks: boolean[]): number {
  return looks.filter((look, index) => index > 0 && look !== looks[index - 1]).length;
}

function flappingNotice(guard: string, flips: number): Notice {
  return {
    guard,
    kind: 'flapping',
    title: `${guard} goes off and on again`,
    why: `It changed ${flips} times in the last ${LOOKS_KEPT} looks.`,
    hint: '`holdfast guards` shows its state and why; the log in the home tells what happened around it.',
  };
}

const TITLES: Partial<Record<GuardState, string>> = {
  errored: 'failed when it was asked for its state',
  missing: 'was never started',
  'off-runtime-divergent': 'is off, though it is configured on',
  'on-stale': 'does not tick any more',
  'on-blind': 'is on, and does not protect',
};

const sentence = (text: string) => (/[.!?…]$/.test(text) ? text : `${text}.`);

function loudNotice(row: GuardRow, others: string[]): Notice {
  const { key, effective, error, runtimeReason, hint = '', description } = row;
  const reason = error ?? runtimeReason ?? '';
  const why = reason === '' ? description : `${sentence(reason)} ${description}`;
  const also = others.length === 0 ? '' : ` The same puts out ${others.join(', ')}.`;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  const title = `${key} ${TITLES[effective] ?? effective}${more}`;
  return { guard: key, kind: 'loud', title, why: why + also, hint };
}
