import { CONFIG_KEYS, type Config, type ConfigKey } from '../home/index.ts';
import { HOOK_ENTRIES } from '../registration/index.ts';

/** A protective part, declared: what is not here has no state, and what is here and silent is loud. */
export type Guard = {
  /** A word of the product. */
  key: string;
  /** What is lost while it is off, a sentence. */
  description: string;
  /** What switches it: a flag, or a number of which 0 is off. None: it is always on. */
  configKey?: keyof Config;
  /** While this is true it acts on nothing. */
  dryRunKey?: keyof Config;
  /** A part that ticks: how often, in milliseconds. */
  cadenceMs?: (config: Config) => number;
  /** What else of the config shapes it: another value on disk than in force waits for a restart. */
  alsoKeys?: readonly (keyof Config)[];
  /** Without it nothing of what the person counts on happens: told at the first sight. */
  criticalPath?: true;
};

const seconds = (count: number) => () => count * 1_000;

/** What an event's hook gives; the rest of the sentence says what is lost. */
const HOOKS: Record<string, string> = {
  SessionStart: 'no session is known, and none starts the sidecar',
  UserPromptSubmit: 'open promises do not come back with the next prompt',
  PreToolUse: 'nobody knows which tool a session is in, so a death in mid-work looks like rest',
  PostToolUse: 'tool calls are no evidence: promises stay open that were kept',
  PostToolUseFailure: 'failed tool calls are not seen: a claim that they contradict stands',
  Stop: 'no turn is read: promises are not heard, and claims are not checked',
  StopFailure: 'a session that ran into a limit looks as if it still worked',
  SessionEnd: 'a session that ended looks alive until the watchdog finds it gone',
  ConfigChange: 'hooks that are taken out in mid-session are not noticed',
};

const CRITICAL_HOOKS = ['SessionStart', 'Stop'];

/** Every protective part of Holdfast. A test reads the sources for parts that are not here. */
export const GUARDS: readonly Guard[] = [
  ...HOOK_ENTRIES.map(
    ({ event }): Guard => ({
      key: `hook.${event}`,
      description: `Without the ${event} hook ${HOOKS[event]}.`,
      ...(CRITICAL_HOOKS.includes(event) && { criticalPath: true }),
    }),
  ),
  {
    key: 'spool',
    description: 'Without it events that came while the sidecar was down are never taken.',
    cadenceMs: seconds(5),
    criticalPath: true,
  },
  {
    key: 'redaction',
    description: 'Without it secrets in tool input and output are stored as they were typed.',
    configKey: 'privacy.redact',
    criticalPath: true,
  },
  {
    key: 'singleInstance',
    description: 'Without it two sidecars write one ledger.',
    criticalPath: true,
  },
  {
    key: 'migrator',
    description: 'Without it this version reads and writes a ledger of another form than it knows.',
    criticalPath: true,
  },
  {
    key: 'config',
    description: 'While config.json is refused the next start fails, and everything here is off.',
  },
  {
    key: 'actionClaim',
    description: 'Without it what the agent promises is not written down.',
    configKey: 'messaging.actionClaim.enabled',
    alsoKeys: [
      'messaging.actionClaim.perTopicCap',
      'messaging.actionClaim.expiresHours',
      'messaging.actionClaim.followUp',
    ],
  },
  {
    key: 'completionClaim',
    description: 'Without it what the agent says it has done is not checked.',
    configKey: 'messaging.completionClaim.enabled',
  },
  {
    key: 'commitmentSweep',
    description: 'Without it promises that nobody kept stay open for ever.',
    cadenceMs: seconds(5),
  },
  {
    key: 'sessionWatchdog',
    description: 'Without it a session whose process died looks alive, and is never revived.',
    configKey: 'monitoring.sessionWatchdog.enabled',
    cadenceMs: (config) => config['monitoring.sessionWatchdog.intervalSeconds'] * 1_000,
    alsoKeys: ['monitoring.sessionWatchdog.intervalSeconds'],
  },
  {
    key: 'turnStall',
    description: 'Without it a turn whose client hangs is waited for, and holds its run up for ever.',
    configKey: 'monitoring.turn.stallSeconds',
  },
  {
    key: 'resumeQueue',
    description: 'Without it a run that died in mid-work stays dead until a person restores it.',
    configKey: 'monitoring.resumeQueue.enabled',
    dryRunKey: 'monitoring.resumeQueue.dryRun',
    alsoKeys: [
      'monitoring.resumeQueue.calmTicks',
      'monitoring.resumeQueue.maxAttempts',
      'monitoring.resumeQueue.maxResurrections',
      'monitoring.resumeQueue.entryTtlHours',
      'monitoring.resumeQueue.maxQueueSize',
      'monitoring.resumeQueue.maxUsdPerDay',
      'monitoring.resumeQueue.maxLiveSessions',
    ],
  },
  {
    key: 'hostLock',
    description: 'Without it two machines could revive the same run.',
    configKey: 'monitoring.resumeQueue.enabled',
    alsoKeys: ['monitoring.resumeQueue.autoHealStaleHostLock'],
  },
  {
    key: 'drainer',
    description: 'Without it what waits in the resume queue is never revived.',
    configKey: 'monitoring.resumeQueue.enabled',
    cadenceMs: (config) => config['monitoring.resumeQueue.tickSeconds'] * 1_000,
    alsoKeys: ['monitoring.resumeQueue.tickSeconds'],
  },
  {
    key: 'changeLogPruning',
    description: 'Without it the ledger grows without end, and keeps longer what was to be forgotten.',
    cadenceMs: seconds(3_600),
    alsoKeys: ['storage.keepDays'],
  },
  {
    key: 'attention',
    description: 'Without it a guard that goes off is seen only by who asks for it.',
    cadenceMs: (config) => config['attention.lookSeconds'] * 1_000,
    alsoKeys: ['attention.lookSeconds', 'attention.notifyCommand'],
  },
];

/** Whether a config switches a guard on. */
export function isOn({ configKey }: Guard, config: Config): boolean {
  return configKey === undefined || isOnValue(config[configKey]);
}

/** Without any config.json. */
export function isOnByDefault({ configKey }: Guard): boolean {
  if (configKey === undefined) return true;
  const entry: ConfigKey | undefined = CONFIG_KEYS.find(({ key }) => key === configKey);
  return isOnValue(entry?.default);
}

const isOnValue = (value: unknown): boolean => value === true || (typeof value === 'number' && value > 0);

/** Everything of the config that a guard hangs on. */
export function keysOf({ configKey, dryRunKey, alsoKeys = [] }: Guard): (keyof Config)[] {
  return [configKey, dryRunKey, ...alsoKeys].filter((key) => key !== undefined);
}
