import { chmodSync, existsSync, mkdirSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  ensureHome,
  findHome,
  homePaths,
  publishEndpoint,
  readEndpoint,
  readSidecarRecord,
  withdrawEndpoint,
} from '../../sidecar/home/index.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

const modeOf = (file: string) => statSync(file).mode & 0o777;

describe('the home is found', () => {
  test.each([
    [{ HOLDFAST_HOME: '/h', HOME: '/u' }, '/h'],
    [{ HOME: '/u' }, '/u/.holdfast'],
    [{ HOLDFAST_HOME: '', HOME: '/u' }, '/u/.holdfast'],
  ])('%j: %s', (env, root) => {
    expect(findHome(env).root).toBe(root);
  });

  test.each([{}, { HOME: '' }, { HOME: '', HOLDFAST_HOME: '' }])(
    '%j: it is said that there is none',
    (env) => {
      expect(() => findHome(env)).toThrow(expect.objectContaining({ code: 'HOME_UNKNOWN' }));
    },
  );

  test('names are promises', () => {
    const home = homePaths('/h');
    expect(home).toMatchObject({
      config: '/h/config.json',
      database: '/h/holdfast.db',
      endpoint: '/h/endpoint',
      launch: '/h/launch',
      sidecar: '/h/sidecar.json',
      notRunning: '/h/state/not-running',
      spool: '/h/spool',
      hooks: '/h/hooks',
      backups: '/h/backups',
      logs: '/h/logs',
    });
  });
});

describe('the home is made', () => {
  test('with all its folders, for its owner alone, whatever the umask', () => {
    const home = homePaths(join(temporaryFolder(), 'deep', 'home'));
    const before = process.umask(0);
    try {
      ensureHome(home);
    } finally {
      process.umask(before);
    }
    for (const folder of [home.root, home.state, home.spool, home.rejected, home.hooks, home.logs]) {
      expect(modeOf(folder), folder).toBe(0o700);
    }
  });

  test('again without a change, and one that was made by hand is closed to others', () => {
    const home = homePaths(join(temporaryFolder(), 'home'));
    mkdirSync(home.root);
    chmodSync(home.root, 0o755);
    writeFileSync(join(home.root, 'mine'), 'kept');
    ensureHome(home);
    ensureHome(home);
    expect(modeOf(home.root)).toBe(0o700);
    expect(existsSync(join(home.root, 'mine'))).toBe(true);
  });

  test('never over a file: that is said', () => {
    const root = join(temporaryFolder(), 'file');
    writeFileSync(root, '');
    expect(() => ensureHome(homePaths(root))).toThrow(
      expect.objectContaining({ code: 'HOME_UNUSABLE', message: expect.stringContaining(root) }),
    );
  });
});

describe('the endpoint', () => {
  const TOKEN = 'abcdefghijklmnop_-12';
  const record = {
    pid: 1,
    processStart: '2',
    bootId: 'b',
    version: '0.1.0',
    port: 4711,
    instance: 'i',
    startedAt: 'now',
  };

  function made() {
    const home = homePaths(join(temporaryFolder(), 'home'));
    ensureHome(home);
    return home;
  }

  test('is published with its record, both 0600, and withdrawn without a trace', () => {
    const home = made();
    publishEndpoint(home, { port: 4711, token: TOKEN }, record);
    expect(readEndpoint(home)).toEqual({ port: 4711, token: TOKEN });
    expect(readSidecarRecord(home)).toEqual(record);
    expect([home.endpoint, home.sidecar].map(modeOf)).toEqual([0o600, 0o600]);
    withdrawEndpoint(home);
    withdrawEndpoint(home);
    expect(readEndpoint(home)).toBeNull();
    expect(readSidecarRecord(home)).toBeNull();
    expect(existsSync(home.endpoint) || existsSync(home.sidecar)).toBe(false);
  });

  test.each([`4711 ${TOKEN}`, `4711 ${TOKEN}\n`, `1 ${'a'.repeat(16)}`, `65535 ${'a'.repeat(128)}`])(
    'is read from %j',
    (line) => {
      const home = made();
      writeFileSync(home.endpoint, line);
      expect(readEndpoint(home)).not.toBeNull();
    },
  );

  test.each([
    '',
    '\n',
    '4711',
    `4711  ${TOKEN}`,
    ` 4711 ${TOKEN}`,
    `4711 ${TOKEN}\n\n`,
    `4711 ${TOKEN} more`,
    '4711 short',
    `4711 ${'a'.repeat(129)}`,
    `4711 ${TOKEN}/`,
    `0 ${TOKEN}`,
    `65536 ${TOKEN}`,
    `123456 ${TOKEN}`,
    `port ${TOKEN}`,
    `-1 ${TOKEN}`,
    `4711 ${TOKEN}\n4712 ${TOKEN}\n`,
  ])('is nobody in %j', (line) => {
    const home = made();
    writeFileSync(home.endpoint, line);
    expect(readEndpoint(home)).toBeNull();
  });

  test('is nobody where a folder lies in its place', () => {
    const home = made();
    mkdirSync(home.endpoint);
    expect(readEndpoint(home)).toBeNull();
    writeFileSync(home.sidecar, '{');
    expect(readSidecarRecord(home)).toBeNull();
  });
});
