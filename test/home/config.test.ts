import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  CONFIG_KEYS,
  explainConfig,
  readConfig,
  requireConfigKey,
  resolveConfig,
} from '../../sidecar/home/index.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

function written(text: string | Buffer): string {
  const file = join(temporaryFolder(), 'config.json');
  writeFileSync(file, text);
  return file;
}

const DEFAULTS = Object.fromEntries(CONFIG_KEYS.map((entry) => [entry.key, entry.default]));

describe('the defaults are in force', () => {
  test.each(['', '  \n', '{}', '{"server":{}}', '{"server":{},"privacy":{},"storage":{}}'])(
    'with %j',
    (text) => {
      expect(readConfig(written(text))).toEqual(DEFAULTS);
    },
  );

  test('without a file', () => {
    expect(readConfig(join(temporaryFolder(), 'config.json'))).toEqual(DEFAULTS);
  });

  test('and are what was promised', () => {
    expect(DEFAULTS).toMatchObject({
      'server.port': 47821,
      'privacy.redact': true,
      'privacy.ignoreProjects': [],
      'storage.keepDays': 90,
    });
  });

  test('and are valid themselves', () => {
    for (const entry of CONFIG_KEYS) expect(entry.valid(entry.default), entry.key).toBe(true);
  });
});

test('what the person wrote is in force beside the defaults', () => {
  const file = written(
    '{"server":{"port":0},"storage":{"keepDays":0.5},"privacy":{"ignoreProjects":["/a","/b"]}}',
  );
  expect(readConfig(file)).toEqual({
    ...DEFAULTS,
    'server.port': 0,
    'storage.keepDays': 0.5,
    'privacy.ignoreProjects': ['/a', '/b'],
  });
});

const BAD: [unknown, string, RegExp][] = [
  [{ sever: { port: 1 } }, 'sever', /nearest one is server\.port/],
  [
    { server: { prot: 1 } },
    'server.prot',
    /server\.prot is not a known key; the nearest one is server\.port/,
  ],
  [{ privacy: { redacted: true } }, 'privacy.redacted', /nearest one is privacy\.redact/],
  [{ storage: { keepdays: 1 } }, 'storage.keepdays', /nearest one is storage\.keepDays/],
  [{ server: { port: { of: 1 } } }, 'server.port', /whole number from 0 to 65535, and is \{"of":1\}/],
  [{ server: 5 }, 'server', /not a known key/],
  [{ server: null }, 'server', /not a known key/],
  [{ server: [1] }, 'server', /not a known key/],
  [{ server: { port: '47821' } }, 'server.port', /and is "47821"/],
  [{ server: { port: -1 } }, 'server.port', /and is -1/],
  [{ server: { port: 65536 } }, 'server.port', /and is 65536/],
  [{ server: { port: 1.5 } }, 'server.port', /and is 1\.5/],
  [{ server: { port: null } }, 'server.port', /and is null/],
  [{ server: { port: true } }, 'server.port', /and is true/],
  [{ privacy: { redact: 'yes' } }, 'privacy.redact', /must be true or false, and is "yes"/],
  [{ privacy: { redact: 1 } }, 'privacy.redact', /must be true or false/],
  [{ privacy: { ignoreProjects: '/a' } }, 'privacy.ignoreProjects', /list of absolute directories/],
  [{ privacy: { ignoreProjects: ['a'] } }, 'privacy.ignoreProjects', /list of absolute directories/],
  [{ privacy: { ignoreProjects: [1] } }, 'privacy.ignoreProjects', /list of absolute directories/],
  [{ storage: { keepDays: 0 } }, 'storage.keepDays', /above 0/],
  [{ storage: { keepDays: 36_501 } }, 'storage.keepDays', /at most 36500/],
  [{ storage: { keepDays: '90' } }, 'storage.keepDays', /and is "90"/],
  [{ toString: 1 }, 'toString', /not a known key/],
  [JSON.parse('{"__proto__": {"port": 1}}'), '__proto__', /not a known key/],
];

test('and it is told of each value where it comes from', () => {
  const rows = explainConfig(written('{"server":{"port":47821},"storage":{"keepDays":7}}'));
  expect(rows.map(({ key }) => key)).toEqual(CONFIG_KEYS.map(({ key }) => key));
  expect(rows.filter(({ source }) => source === 'file')).toEqual([
    { key: 'server.port', value: 47821, default: 47821, source: 'file' },
    { key: 'storage.keepDays', value: 7, default: 90, source: 'file' },
  ]);
  expect(rows.find(({ key }) => key === 'privacy.redact')).toEqual({
    key: 'privacy.redact',
    value: true,
    default: true,
    source: 'default',
  });
});

test('a key that is asked for is known, was renamed, or has a nearest one', () => {
  expect(requireConfigKey('server.port').expected).toContain('65535');
  expect(() => requireConfigKey('prot')).toThrow('prot is not a known key; the nearest one is server.port.');
  const renamed = [{ from: 'port', to: 'server.port' }];
  expect(() => requireConfigKey('port', renamed)).toThrow('port is called server.port now.');
});

describe('refused', () => {
  test.each(BAD)('%j: the key is named in full', (config, key, message) => {
    const file = written(JSON.stringify(config));
    expect(() => readConfig(file)).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        message: expect.stringMatching(message),
        hint: `Mend or remove ${key}.`,
        details: { key },
      }),
    );
    expect(() => readConfig(file)).toThrow(file);
  });

  test.each([
    ['no JSON', '{"server": ', /is not JSON/],
    ['a comment', '// mine\n{}', /is not JSON/],
    ['a list', '[]', /holds no JSON object/],
    ['null', 'null', /holds no JSON object/],
    ['a number', '5', /holds no JSON object/],
  ])('a file with %s', (_what, text, message) => {
    expect(() => readConfig(written(text))).toThrow(message);
  });

  test('a number that is too large to be one', () => {
    const file = written('{"messaging":{"actionClaim":{"expiresHours":1e999}}}');
    expect(() => readConfig(file)).toThrow(/expiresHours must be a number of hours above 0/);
  });

  test('a file that cannot be read is no empty one', () => {
    const folder = join(temporaryFolder(), 'config.json');
    mkdirSync(folder);
    expect(() => readConfig(folder)).toThrow(/cannot be read/);
    if (process.getuid?.() === 0) return; // Root reads everything.
    const file = written('{}');
    chmodSync(file, 0o000);
    expect(() => readConfig(file)).toThrow(/cannot be read/);
  });
});

test('the first thing that is wrong is named, and nothing of the rest is in force', () => {
  expect(() => resolveConfig({ privacy: { redact: false }, nonsense: 1 }, 'f')).toThrow('nonsense');
});
