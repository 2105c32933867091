import { MINUTE } from './lock-scene.ts';

const FRESH = 4 * MINUTE;
export const STALE = 6 * MINUTE;
export const RENAMED = { hostname: 'there' };
const RENAMED_UNKNOWN = { hostname: 'there', machineId: null };
const NOBODY_ASKED = { alive: 0, local: 0 };

type Row = {
  row: string;
  lock: Record<string, unknown> | string;
  ago: number;
  alive?: boolean | null;
  local?: boolean;
  autoHeal?: boolean;
  dryRun?: boolean;
  machineId?: string | null;
  outcome: string;
  probes: { alive: number; local: number };
};

export const ROWS: Row[] = [
  // Text that is not understood.
  ...[
    '',
    '{',
    '[]',
    'null',
    '{"pid":0,"hostname":"here"}',
    '{"pid":-1,"hostname":"here"}',
    '{"pid":"7"}',
    '\0\0',
  ].flatMap((lock): Row[] => [
    {
      row: `torn ${JSON.stringify(lock)}, young`,
      lock,
      ago: FRESH,
      outcome: 'lock-unreadable',
      probes: NOBODY_ASKED,
    },
    {
      row: `torn ${JSON.stringify(lock)}, old`,
      lock,
      ago: STALE,
      outcome: 'reclaimed',
      probes: NOBODY_ASKED,
    },
  ]),
  {
    row: 'longer than any lock, old',
    lock: 'x'.repeat(200_000),
    ago: STALE,
    outcome: 'reclaimed',
    probes: NOBODY_ASKED,
  },
  // Another machine, whatever its name.
  ...[FRESH, STALE].flatMap((ago): Row[] =>
    ['here', 'there'].map((hostname) => ({
      row: `another machine called ${hostname}, ${ago / MINUTE} minutes`,
      lock: { hostname, machineId: 'machine-2' },
      ago,
      alive: false,
      outcome: 'lock-foreign-host',
      probes: NOBODY_ASKED,
    })),
  ),
  // The same hostname.
  {
    row: 'own host, alive, fresh',
    lock: {},
    ago: FRESH,
    outcome: 'lock-live-other',
    probes: { alive: 1, local: 0 },
  },
  {
    row: 'own host, unknown, fresh',
    lock: {},
    ago: FRESH,
    alive: null,
    outcome: 'lock-live-other',
    probes: { alive: 1, local: 0 },
  },
  {
    row: 'own host, dead, fresh',
    lock: {},
    ago: 0,
    alive: false,
    outcome: 'reclaimed',
    probes: { alive: 1, local: 0 },
  },
  {
    row: 'own host, dead, in a dry run',
    lock: {},
    ago: 0,
    alive: false,
    dryRun: true,
    outcome: 'reclaimed',
    probes: { alive: 1, local: 0 },
  },
  {
    row: 'own host, dead, auto-heal off',
    lock: {},
    ago: 0,
    alive: false,
    autoHeal: false,
    outcome: 'reclaimed',
    probes: { alive: 1, local: 0 },
  },
  { row: 'own host, alive, stale', lock: {}, ago: STALE, outcome: 'reclaimed', probes: NOBODY_ASKED },
  {
    row: 'own host, machine unknown there',
    lock: { machineId: null },
    ago: 0,
    alive: false,
    outcome: 'reclaimed',
    probes: { alive: 1, local: 0 },
  },
  {
    row: 'own host, machine unknown here',
    lock: { machineId: 'machine-2' },
    machineId: null,
    ago: 0,
    alive: false,
    outcome: 'reclaimed',
    probes: { alive: 1, local: 0 },
  },
  // Another hostname of this machine.
  {
    row: 'renamed, fresh',
    lock: RENAMED,
    ago: FRESH,
    alive: false,
    outcome: 'lock-live-other',
    probes: NOBODY_ASKED,
  },
  {
    row: 'renamed, fresh, auto-heal off',
    lock: RENAMED,
    ago: FRESH,
    alive: false,
    autoHeal: false,
    outcome: 'lock-live-other',
    probes: NOBODY_ASKED,
  },
  {
    row: 'renamed, stale, auto-heal off',
    lock: RENAMED,
    ago: STALE,
    alive: false,
    autoHeal: false,
    outcome: 'lock-foreign-host',
    probes: NOBODY_ASKED,
  },
  {
    row: 'renamed, stale, not local',
    lock: RENAMED,
    ago: STALE,
    alive: false,
    local: false,
    outcome: 'lock-foreign-host',
    probes: { alive: 0, local: 1 },
  },
  {
    row: 'renamed, stale, alive',
    lock: RENAMED,
    ago: STALE,
    outcome: 'lock-live-other',
    probes: { alive: 1, local: 1 },
  },
  {
    row: 'renamed, stale, unknown',
    lock: RENAMED,
    ago: STALE,
    alive: null,
    outcome: 'lock-live-other',
    probes: { alive: 1, local: 1 },
  },
  {
    row: 'renamed, stale, dead',
    lock: RENAMED,
    ago: STALE,
    alive: false,
    outcome: 'healed',
    probes: { alive: 1, local: 1 },
  },
  {
    row: 'renamed, stale, dead, dry run',
    lock: RENAMED,
    ago: STALE,
    alive: false,
    dryRun: true,
    outcome: 'lock-foreign-host-would-heal',
    probes: { alive: 1, local: 1 },
  },
  // Another hostname of an unknown machine.
  {
    row: 'other host, fresh, auto-heal off',
    lock: RENAMED_UNKNOWN,
    ago: FRESH,
    autoHeal: false,
    outcome: 'lock-foreign-host',
    probes: NOBODY_ASKED,
  },
  {
    row: 'other host, fresh, not local',
    lock: RENAMED_UNKNOWN,
    ago: FRESH,
    local: false,
    outcome: 'lock-foreign-host',
    probes: { alive: 0, local: 1 },
  },
  {
    row: 'other host, fresh, local',
    lock: RENAMED_UNKNOWN,
    ago: FRESH,
    alive: false,
    outcome: 'lock-live-other',
    probes: { alive: 0, local: 1 },
  },
  {
    row: 'other host, stale, dead',
    lock: RENAMED_UNKNOWN,
    ago: STALE,
    alive: false,
    outcome: 'healed',
    probes: { alive: 1, local: 1 },
  },
  {
    row: 'other host, stale, dead, machine unknown here',
    lock: RENAMED,
    machineId: null,
    ago: STALE,
    alive: false,
    outcome: 'healed',
    probes: { alive: 1, local: 1 },
  },
  // The edge, and clocks that jump.
  {
    row: 'own host, alive, 5 minutes less 1 s',
    lock: {},
    ago: 5 * MINUTE - 1000,
    outcome: 'lock-live-other',
    probes: { alive: 1, local: 0 },
  },
  {
    row: 'own host, alive, 5 minutes',
    lock: {},
    ago: 5 * MINUTE,
    outcome: 'reclaimed',
    probes: NOBODY_ASKED,
  },
  ...[60, 1440].flatMap((minutes): Row[] => [
    {
      row: `clock ${minutes} minutes ahead, alive`,
      lock: {},
      ago: minutes * MINUTE,
      outcome: 'reclaimed',
      probes: NOBODY_ASKED,
    },
    {
      row: `clock ${minutes} minutes back, alive`,
      lock: {},
      ago: -minutes * MINUTE,
      outcome: 'lock-live-other',
      probes: { alive: 1, local: 0 },
    },
    {
      row: `clock ${minutes} minutes back, dead`,
      lock: {},
      ago: -minutes * MINUTE,
      alive: false,
      outcome: 'reclaimed',
      probes: { alive: 1, local: 0 },
    },
    {
      row: `clock ${minutes} minutes back, renamed`,
      lock: RENAMED,
      ago: -minutes * MINUTE,
      alive: false,
      outcome: 'lock-live-other',
      probes: NOBODY_ASKED,
    },
    {
      row: `clock ${minutes} minutes back, torn`,
      lock: '{',
      ago: -minutes * MINUTE,
      outcome: 'lock-unreadable',
      probes: NOBODY_ASKED,
    },
  ]),
];
