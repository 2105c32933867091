import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { PACKAGE_ROOT, VERSION } from '../../sidecar/machine/index.ts';
import { holdfast, livelyHome } from '../kit/holdfast.ts';

/** What is in the folder and is no verb. */
const PARTS = [
  'api',
  'audit-progress',
  'bring-up',
  'change-queue',
  'change-run',
  'clean-runs',
  'command-words',
  'close-commitment',
  'confirm',
  'context',
  'demo-session',
  'demo-word',
  'follow-run',
  'foreground',
  'index',
  'json-rows',
  'main',
  'mark-session',
  'node-problem',
  'print',
  'print-steps',
  'queue-shape',
  'report-failure',
  'show-plan',
  'show-queue',
  'unlock-queue',
  'run-shape',
  'shell-scripts',
  'show-run',
];
const VERBS = readdirSync(join(PACKAGE_ROOT, 'sidecar', 'cli'))
  .map((file) => file.replace(/\.ts$/, ''))
  .filter((name) => !PARTS.includes(name));

describe('holdfast', () => {
  test.each([[['--help']], [['help']], [[]]])(
    '%j lists every verb, with a word on each, and exits 0',
    async (args) => {
      const { code, stdout, stderr } = await holdfast(livelyHome(), args);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const listed = [...stdout.matchAll(/^ {2}([a-z]+) .*\S/gm)].map(([, name]) => name);
      expect(listed).toEqual(expect.arrayContaining(VERBS));
      expect(stdout).not.toContain('\u001b');
    },
  );

  test.each(VERBS)('%s --help tells its options, and exits 0', async (verb) => {
    const { code, stdout } = await holdfast(livelyHome(), [verb, '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain(`Usage: holdfast ${verb}`);
  });

  test('--version says the version of the package', async () => {
    expect(await holdfast(livelyHome(), ['--version'])).toMatchObject({ code: 0, stdout: `${VERSION}\n` });
  });

  test.each([
    [['statsu'], /unknown command 'statsu'[\s\S]*Did you mean status/],
    [['status', '--jsn'], /unknown option '--jsn'/],
    [['--nonsense'], /unknown option '--nonsense'/],
    [['stop', 'now'], /too many arguments/],
    [['sessions', '--limit'], /argument missing/],
    [['init', '--user', '--local'], /cannot be used with/],
    [['forget', '--project', '/a', '--session', 's'], /cannot be used with/],
    [['forget'], /Say what to forget/],
  ])('%j is bad usage: exit 2, on stderr alone', async (args, message) => {
    const { code, stdout, stderr } = await holdfast(livelyHome(), args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });
});

describe('where no sidecar runs', () => {
  test.each([['sessions'], ['events'], ['events', '--follow'], ['forget', '--session', 's', '--yes']])(
    '%s says so and what to do, and exits 1',
    async (...args) => {
      const { code, stdout, stderr } = await holdfast(livelyHome(), args);
      expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
      expect(stderr).toBe('holdfast: No sidecar answers.\n  → Start it with `holdfast start`.\n');
    },
  );

  test('--json gives the error envelope on stdout', async () => {
    const { code, stdout, stderr } = await holdfast(livelyHome(), ['sessions', '--json']);
    expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
    expect(JSON.parse(stdout)).toMatchObject({
      error: { code: 'SIDECAR_NOT_RUNNING', hint: expect.any(String) },
    });
  });

  test.each([{ made: true }, { made: false }])(
    'status exits 1 and tells the same keys (%j)',
    async (options) => {
      const home = livelyHome(options);
      const { code, stdout, stderr } = await holdfast(home, ['status', '--json']);
      expect({ code, stderr }).toEqual({ code: 1, stderr: '' });
      expect(JSON.parse(stdout)).toMatchObject({
        running: false,
        pid: null,
        port: null,
        version: null,
        startedAt: null,
        home: home.root,
        spool: { waiting: 0, rejected: 0, overflow: false },
      });
      const text = await holdfast(home, ['status']);
      expect(text).toMatchObject({ code: 1, stdout: expect.stringContaining('not running') });
    },
  );
});
