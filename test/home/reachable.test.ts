import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CONFIG_KEYS, type ConfigKey, readConfig } from '../../sidecar/home/index.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

/** Every key, with a value that is not its default: a key that is new has to be here. */
const OTHER: Record<string, unknown> = {
  'messaging.actionClaim.enabled': true,
  'messaging.actionClaim.perTopicCap': 6,
  'messaging.actionClaim.expiresHours': 7,
  'messaging.actionClaim.followUp': 'nudge',
  'messaging.completionClaim.enabled': true,
  'monitoring.sessionWatchdog.enabled': false,
  'monitoring.sessionWatchdog.intervalSeconds': 1,
  'monitoring.resumeQueue.enabled': false,
  'monitoring.resumeQueue.dryRun': false,
  'monitoring.resumeQueue.tickSeconds': 1,
  'monitoring.resumeQueue.calmTicks': 1,
  'monitoring.resumeQueue.autoHealStaleHostLock': true,
  'monitoring.resumeQueue.maxAttempts': 4,
  'monitoring.resumeQueue.maxResurrections': 3,
  'monitoring.resumeQueue.entryTtlHours': 12,
  'monitoring.resumeQueue.maxQueueSize': 10,
  'monitoring.resumeQueue.maxUsdPerDay': 5,
  'monitoring.resumeQueue.maxLiveSessions': 1,
  'monitoring.turn.stallSeconds': 0,
  'runs.claudePath': '/opt/claude',
  'runs.permissionMode': 'plan',
  'runs.maxTurns': 0,
  'runs.maxUsd': 0,
  'runs.untilSeconds': 0,
  'runs.worktrees': '/elsewhere',
  'runs.setup': 'npm ci',
  'attention.notifyCommand': 'notify-send',
  'attention.lookSeconds': 1,
  'storage.keepDays': 1,
  'privacy.ignoreProjects': ['/secret'],
  'privacy.redact': false,
  'server.port': 0,
};

describe('config.json', () => {
  test('every key is in this test, and none that does not exist', () => {
    expect(Object.keys(OTHER).sort()).toEqual(CONFIG_KEYS.map(({ key }) => key).sort());
  });

  test.each(CONFIG_KEYS.map((entry: ConfigKey) => [entry.key, entry.default]))(
    'reaches %s, alone in a file of nested objects',
    (key, usual) => {
      const file = join(temporaryFolder(), 'config.json');
      writeFileSync(file, JSON.stringify(nested(key.split('.'), OTHER[key])));
      const config = readConfig(file);
      expect(config[key as keyof typeof config]).toEqual(OTHER[key]);
      expect(OTHER[key]).not.toEqual(usual);
    },
  );

  test('takes all of them at once', () => {
    const file = join(temporaryFolder(), 'config.json');
    const whole = {};
    for (const [key, value] of Object.entries(OTHER)) merge(whole, nested(key.split('.'), value));
    writeFileSync(file, JSON.stringify(whole));
    expect(readConfig(file)).toEqual(OTHER);
  });
});

type Tree = { [name: string]: unknown };

function nested([name = '', ...rest]: string[], value: unknown): Tree {
  return { [name]: rest.length === 0 ? value : nested(rest, value) };
}

function merge(into: Tree, from: Tree): void {
  for (const [name, value] of Object.entries(from)) {
    const there = into[name];
    if (isTree(there) && isTree(value)) merge(there, value);
    else into[name] = value;
  }
}

const isTree = (value: unknown): value is Tree =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
