import { existsSync, mkdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homePaths } from '../../sidecar/home/index.ts';
import { setConfig } from '../../sidecar/setup/index.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

function homeWith(text: string | null) {
  const home = homePaths(join(temporaryFolder(), 'home'));
  if (text === null) return home;
  mkdirSync(home.root);
  writeFileSync(home.config, text, { mode: 0o640 });
  return home;
}

const textOf = (home: ReturnType<typeof homeWith>) => readFileSync(home.config, 'utf8');

const STYLES: [string, string, string][] = [
  ['an empty object', '{}', '{\n  "server": {\n    "port": 0\n  }\n}'],
  ['nothing', ' \n', '{\n  "server": {\n    "port": 0\n  }\n}\n'],
  ['one line', '{"storage":{"keepDays":30}}', '{"storage":{"keepDays":30},"server":{"port":0}}'],
  ['one line with spaces', '{ "server": {"port" : 1} }', '{ "server": {"port" : 0} }'],
  [
    'tabs and CRLF, no last line end',
    '{\r\n\t"storage": {\r\n\t\t"keepDays": 30\r\n\t}\r\n}',
    '{\r\n\t"storage": {\r\n\t\t"keepDays": 30\r\n\t},\r\n\t"server": {\r\n\t\t"port": 0\r\n\t}\r\n}',
  ],
  [
    'a hand of its own',
    '{ "server": {"port":1},   "storage": { "keepDays" : 30 }\n,"runs":{"setup" :null }}\n',
    '{ "server": {"port":0},   "storage": { "keepDays" : 30 }\n,"runs":{"setup" :null }}\n',
  ],
  [
    'unicode escapes and an empty group',
    '{\n    "runs": {"setup": "\\u0061"},\n    "server": {}\n}\n',
    '{\n    "runs": {"setup": "\\u0061"},\n    "server": {\n        "port": 0\n    }\n}\n',
  ],
];

describe('one value is written, and no other byte changes', () => {
  test.each(STYLES)('%s', (_what, before, after) => {
    const home = homeWith(before);
    expect(setConfig(home, 'server.port', '0')).toEqual({ value: 0, changed: true });
    expect(textOf(home)).toBe(after);
    const { mtimeMs } = statSync(home.config);
    expect(setConfig(home, 'server.port', '0')).toEqual({ value: 0, changed: false });
    expect(statSync(home.config).mtimeMs).toBe(mtimeMs);
  });

  test('where there is no home yet, with a private file', () => {
    const home = homeWith(null);
    setConfig(home, 'privacy.redact', 'false');
    expect(textOf(home)).toBe('{\n  "privacy": {\n    "redact": false\n  }\n}\n');
    expect(statSync(home.config).mode & 0o777).toBe(0o600);
  });

  test('through a link, whose file keeps its mode', () => {
    const home = homeWith('{}');
    const folder = temporaryFolder();
    const linked = homePaths(folder);
    symlinkSync(home.config, linked.config);
    setConfig(linked, 'storage.keepDays', '7.5');
    expect(JSON.parse(textOf(home))).toEqual({ storage: { keepDays: 7.5 } });
    expect(statSync(home.config).mode & 0o777).toBe(0o640);
  });

  test('the default too: who set it keeps it', () => {
    const home = homeWith('{}');
    expect(setConfig(home, 'storage.keepDays', '90').changed).toBe(true);
    expect(JSON.parse(textOf(home))).toEqual({ storage: { keepDays: 90 } });
  });
});

describe('what is typed', () => {
  test.each([
    ['runs.setup', 'npm ci', 'npm ci'],
    ['runs.setup', 'true', 'true'],
    ['runs.setup', '"quoted"', 'quoted'],
    ['runs.setup', 'null', null],
    ['messaging.actionClaim.followUp', 'nudge', 'nudge'],
    ['messaging.actionClaim.enabled', 'true', true],
    ['privacy.ignoreProjects', '["/a", "/b c"]', ['/a', '/b c']],
    ['runs.claudePath', '/opt/claude', '/opt/claude'],
    ['runs.maxUsd', '2.5', 2.5],
  ])('%s %s', (key, typed, value) => {
    const home = homeWith('{}');
    expect(setConfig(home, key, typed).value).toEqual(value);
  });

  test.each([
    ['server.port', 'abc', /server\.port must be a whole number from 0 to 65535, and "abc" is not/],
    ['server.port', '', /server\.port must be/],
    ['server.port', '[1]', /server\.port must be/],
    ['privacy.redact', 'yes', /must be true or false/],
    ['messaging.actionClaim.expiresHours', '1e999', /a number of hours above 0/],
    ['storage.keepDays', '0', /above 0/],
    ['server.prot', '1', /server\.prot is not a known key; the nearest one is server\.port/],
    ['server', '{"port":1}', /server is not a known key/],
    ['__proto__', '1', /not a known key/],
  ])('%s %j is refused, and nothing is written', (key, typed, message) => {
    const home = homeWith(null);
    expect(() => setConfig(home, key, typed)).toThrow(
      expect.objectContaining({ code: 'BAD_INPUT', message: expect.stringMatching(message) }),
    );
    expect(existsSync(home.root)).toBe(false);
  });
});

describe('a file that start would refuse', () => {
  test('is mended by setting the key that is wrong', () => {
    const home = homeWith('{"server":{"port":"high"}}');
    setConfig(home, 'server.port', '0');
    expect(textOf(home)).toBe('{"server":{"port":0}}');
  });

  test.each([
    ['another key is wrong', '{"sever":1}', /sever is not a known key/],
    ['a group is no object', '{"server":5}', /server is 5, and no object/],
    ['a group is a list', '{"server":[]}', /server is \[\], and no object/],
    ['it is no JSON', '{', /is not JSON/],
    ['it has a comment', '// mine\n{}', /is not JSON/],
    ['a key stands twice', '{"server":{"port":1},"server":{"port":2}}', /"server" stands twice/],
  ])('is left as it is where %s', (_what, text, message) => {
    const home = homeWith(text);
    expect(() => setConfig(home, 'server.port', '0')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', message: expect.stringMatching(message) }),
    );
    expect(textOf(home)).toBe(text);
  });
});
