/**
 * Every key of `config.json`, with its type, its range and its default. A key that is not here is an
 * error at start, so that a misspelt protection is never quietly off.
 */
export type ConfigKey = {
  key: string;
  default: unknown;
  /** Written by `init` where the person has not set the key. */
  afterInit?: unknown;
  /** What a valid value is, in words: the second half of the sentence `server.port must be …`. */
  expected: string;
  valid: (value: unknown) => boolean;
};

const isFlag = (value: unknown): value is boolean => typeof value === 'boolean';
const isAmount = (value: unknown): boolean =>
  typeof value === 'number' && Number.isFinite(value) && value >= 0;
const isCount = (value: unknown): boolean =>
  Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 1000;
const isPathOrNull = (value: unknown): boolean =>
  value === null || (typeof value === 'string' && value.startsWith('/'));
const isCommandOrNull = (value: unknown): boolean =>
  value === null || (typeof value === 'string' && value.trim() !== '');

/** What the client takes for `--permission-mode`. */
export const PERMISSION_MODES = [
  'default',
  'plan',
  'acceptEdits',
  'auto',
  'dontAsk',
  'bypassPermissions',
] as const;

export const CONFIG_KEYS = [
  {
    // Promises in end-of-turn messages open commitments. Off in code: only a person's `init` starts reading.
    key: 'messaging.actionClaim.enabled',
    default: false,
    afterInit: true,
    expected: 'true or false',
    valid: isFlag,
  },
  {
    // More open promises of one project than this are not recorded: a ledger that floods is not read.
    key: 'messaging.actionClaim.perTopicCap',
    default: 5,
    expected: 'a whole number from 1 to 1000',
    valid: isCount,
  },
  {
    // A promise that nobody kept is given up after this. Longer nags longer.
    key: 'messaging.actionClaim.expiresHours',
    default: 6,
    expected: 'a number of hours above 0',
    valid: (value) => isAmount(value) && Number(value) > 0,
  },
  {
    // `nudge` costs a turn where the agent acts on it, so a person chooses it.
    key: 'messaging.actionClaim.followUp',
    default: 'context',
    expected: '"off", "context" or "nudge"',
    valid: (value) => ['off', 'context', 'nudge'].includes(value as string),
  },
  {
    // What the agent says it has done is judged by its tool calls.
    key: 'messaging.completionClaim.enabled',
    default: false,
    afterInit: true,
    expected: 'true or false',
    valid: isFlag,
  },
  {
    // Longer than the client's longest tool call, which tells nothing while it works. 0 never ends a turn.
    key: 'monitoring.turn.stallSeconds',
    default: 1200,
    expected: 'a number of seconds from 0 on',
    valid: isAmount,
  },
  {
    // For a sidecar whose PATH is not a person's own: one that a service starts.
    key: 'runs.claudePath',
    default: null,
    expected: 'an absolute path, or null for the `claude` on the PATH',
    valid: isPathOrNull,
  },
  {
    // More lets a run do more by itself: `bypassPermissions` everything.
    key: 'runs.permissionMode',
    default: 'acceptEdits',
    expected: `one of ${PERMISSION_MODES.join(', ')}`,
    valid: (value) => (PERMISSION_MODES as readonly unknown[]).includes(value),
  },
  {
    key: 'runs.maxTurns',
    default: 20,
    expected: 'a whole number from 0 (no limit) on',
    valid: (value) => isAmount(value) && Number.isInteger(value),
  },
  {
    // Looked at between turns: one turn can pass it.
    key: 'runs.maxUsd',
    default: 10,
    expected: 'an amount from 0 (no limit) on',
    valid: isAmount,
  },
  {
    // For the `--until` command and the set-up, each.
    key: 'runs.untilSeconds',
    default: 900,
    expected: 'a number of seconds from 0 (no limit) on',
    valid: isAmount,
  },
  {
    key: 'runs.worktrees',
    default: null,
    expected: 'an absolute path, or null for worktrees/ in the home',
    valid: isPathOrNull,
  },
  {
    key: 'runs.setup',
    default: null,
    expected: 'a command, or null for none',
    valid: isCommandOrNull,
  },
  {
    // Off, a session whose process died stays as its last hook left it, and is never revived.
    key: 'monitoring.sessionWatchdog.enabled',
    default: true,
    expected: 'true or false',
    valid: isFlag,
  },
  {
    // Longer costs less and finds a death later. A look costs some microseconds a live session.
    key: 'monitoring.sessionWatchdog.intervalSeconds',
    default: 15,
    expected: 'a number of seconds from 1 to 3600',
    valid: (value) => typeof value === 'number' && value >= 1 && value <= 3600,
  },
  {
    // Off, what died stays dead until a person restores it.
    key: 'monitoring.resumeQueue.enabled',
    default: true,
    expected: 'true or false',
    valid: isFlag,
  },
  {
    // A revival costs money: until a person says otherwise the queue tells what it would have revived.
    key: 'monitoring.resumeQueue.dryRun',
    default: true,
    expected: 'true or false',
    valid: isFlag,
  },
  {
    // At most one revival a tick.
    key: 'monitoring.resumeQueue.tickSeconds',
    default: 30,
    expected: 'a number of seconds from 1 to 3600',
    valid: (value) => typeof value === 'number' && value >= 1 && value <= 3600,
  },
  {
    // Load and memory must have been normal at so many ticks in a row.
    key: 'monitoring.resumeQueue.calmTicks',
    default: 3,
    expected: 'a whole number from 1 to 1000',
    valid: isCount,
  },
  {
    // Whether the lock of another hostname may be taken where the disk is provably local. Off in code: it is
    // the one probe of a process that may be another machine's.
    key: 'monitoring.resumeQueue.autoHealStaleHostLock',
    default: false,
    afterInit: true,
    expected: 'true or false',
    valid: isFlag,
  },
  {
    key: 'monitoring.resumeQueue.maxAttempts',
    default: 3,
    expected: 'a whole number from 1 to 1000',
    valid: isCount,
  },
  {
    // Of one run, in 24 hours.
    key: 'monitoring.resumeQueue.maxResurrections',
    default: 2,
    expected: 'a whole number from 1 to 1000',
    valid: isCount,
  },
  {
    // Time in which a person had paused the queue does not count.
    key: 'monitoring.resumeQueue.entryTtlHours',
    default: 24,
    expected: 'a number of hours above 0, at most 8760',
    valid: (value) => typeof value === 'number' && value > 0 && value <= 8760,
  },
  {
    key: 'monitoring.resumeQueue.maxQueueSize',
    default: 50,
    expected: 'a whole number from 1 to 1000',
    valid: isCount,
  },
  {
    // Of all turns that Holdfast started in the last 24 hours. One turn can pass it.
    key: 'monitoring.resumeQueue.maxUsdPerDay',
    default: 10,
    expected: 'an amount above 0',
    valid: (value) => isAmount(value) && value !== 0,
  },
  {
    // With so many clients at work nothing is revived.
    key: 'monitoring.resumeQueue.maxLiveSessions',
    default: 3,
    expected: 'a whole number from 1 to 1000',
    valid: isCount,
  },
  {
    // Gets each new notice as JSON on its standard input. Every notice has its place without it.
    key: 'attention.notifyCommand',
    default: null,
    expected: 'a command, or null for none',
    valid: isCommandOrNull,
  },
  {
    // Longer finds a guard that went off later. A look costs about a millisecond.
    key: 'attention.lookSeconds',
    default: 15,
    expected: 'a number of seconds from 1 to 3600',
    valid: (value) => typeof value === 'number' && value >= 1 && value <= 3600,
  },
  {
    // 0 asks the system for any free port.
    key: 'server.port',
    default: 47821,
    expected: 'a whole number from 0 to 65535',
    valid: (value) => Number.isInteger(value) && Number(value) >= 0 && Number(value) <= 65535,
  },
  {
    // Off stores secrets as they were typed: only for people who look for a fault in the masking itself.
    key: 'privacy.redact',
    default: true,
    expected: 'true or false',
    valid: isFlag,
  },
  {
    key: 'privacy.ignoreProjects',
    default: [],
    expected: 'a list of absolute directories',
    valid: (value) =>
      Array.isArray(value) && value.every((entry) => typeof entry === 'string' && entry.startsWith('/')),
  },
  {
    // Shorter saves disk and forgets sooner. Event bodies go after 14 days in any case.
    key: 'storage.keepDays',
    default: 90,
    expected: 'a number of days above 0, at most 36500',
    valid: (value) => typeof value === 'number' && value > 0 && value <= 36_500,
  },
] as const satisfies readonly ConfigKey[];

/** A key that has another name now. */
export type RenamedKey = { from: string; to: string };

/**
 * Keys of earlier versions. A file that still has one is understood, and an upgrade moves the value to the
 * new name. An entry stays for as long as anybody may come from a version that knew the old name.
 */
export const RENAMED_KEYS: readonly RenamedKey[] = [];

/** The values that are in force, by their dotted names. */
export type Config = {
  'messaging.actionClaim.enabled': boolean;
  'messaging.actionClaim.perTopicCap': number;
  'messaging.actionClaim.expiresHours': number;
  'messaging.actionClaim.followUp': 'off' | 'context' | 'nudge';
  'messaging.completionClaim.enabled': boolean;
  'monitoring.turn.stallSeconds': number;
  'runs.claudePath': string | null;
  'runs.permissionMode': string;
  'runs.maxTurns': number;
  'runs.maxUsd': number;
  'runs.untilSeconds': number;
  'runs.worktrees': string | null;
  'runs.setup': string | null;
  'monitoring.sessionWatchdog.enabled': boolean;
  'monitoring.sessionWatchdog.intervalSeconds': number;
  'monitoring.resumeQueue.enabled': boolean;
  'monitoring.resumeQueue.dryRun': boolean;
  'monitoring.resumeQueue.tickSeconds': number;
  'monitoring.resumeQueue.calmTicks': number;
  'monitoring.resumeQueue.autoHealStaleHostLock': boolean;
  'monitoring.resumeQueue.maxAttempts': number;
  'monitoring.resumeQueue.maxResurrections': number;
  'monitoring.resumeQueue.entryTtlHours': number;
  'monitoring.resumeQueue.maxQueueSize': number;
  'monitoring.resumeQueue.maxUsdPerDay': number;
  'monitoring.resumeQueue.maxLiveSessions': number;
  'attention.notifyCommand': string | null;
  'attention.lookSeconds': number;
  'server.port': number;
  'privacy.redact': boolean;
  'privacy.ignoreProjects': readonly string[];
  'storage.keepDays': number;
};
