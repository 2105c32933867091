import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { homePaths, resolveConfig } from '../../sidecar/home/index.ts';
import { moveRenamedKeys } from '../../sidecar/setup/index.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

const RENAMED = [
  { from: 'ledger.days', to: 'storage.keepDays' },
  { from: 'port', to: 'server.port' },
];

function homeWith(text: string) {
  const home = homePaths(temporaryFolder());
  writeFileSync(home.config, text);
  return home;
}

test.each([
  ['{"port":0}', '{"server":{"port":0}}'],
  ['{ "port": 0, "privacy": {"redact":true} }', '{ "privacy": {"redact":true}, "server": {"port": 0} }'],
  [
    '{\n  "ledger": {\n    "days": 7\n  },\n  "server": {\n    "port": 1\n  }\n}\n',
    '{\n  "server": {\n    "port": 1\n  },\n  "storage": {\n    "keepDays": 7\n  }\n}\n',
  ],
])('a value goes to its new name: %j', (before, after) => {
  const home = homeWith(before);
  expect(moveRenamedKeys(home, true, RENAMED)).toMatchObject([
    { outcome: 'changed', says: expect.stringMatching(/is called .* now: would move its value\.$/) },
  ]);
  expect(readFileSync(home.config, 'utf8')).toBe(before);
  moveRenamedKeys(home, false, RENAMED);
  expect(readFileSync(home.config, 'utf8')).toBe(after);
  expect(moveRenamedKeys(home, false, RENAMED)).toEqual([]);
});

test('where the new name is set too it wins, and the note says what was dropped', () => {
  const home = homeWith('{"port":1,"server":{"port":2}}');
  expect(resolveConfig({ port: 1, server: { port: 2 } }, 'f', RENAMED)['server.port']).toBe(2);
  const [step] = moveRenamedKeys(home, false, RENAMED);
  expect(step?.says).toMatch(/port in .* is called server\.port now, which is set too: dropped the old one/);
  expect(readFileSync(home.config, 'utf8')).toBe('{"server":{"port":2}}');
});

test('until it is moved it is in force under its old name, and judged by it', () => {
  expect(resolveConfig({ ledger: { days: 7 } }, 'f', RENAMED)['storage.keepDays']).toBe(7);
  expect(() => resolveConfig({ ledger: { days: 0 } }, 'f', RENAMED)).toThrow(
    /ledger\.days must be a number of days/,
  );
  expect(() => resolveConfig({ ledger: { day: 1 } }, 'f', RENAMED)).toThrow(/ledger\.day is not a known key/);
});

test('a file that start would refuse is left, and so is one without old names', () => {
  const bad = homeWith('{"port":"x"}');
  expect(() => moveRenamedKeys(bad, false, RENAMED)).toThrow(/port must be/);
  expect(readFileSync(bad.config, 'utf8')).toBe('{"port":"x"}');
  expect(moveRenamedKeys(homeWith('{"server":{"port":1}}'), false, RENAMED)).toEqual([]);
  expect(moveRenamedKeys(homePaths(temporaryFolder()), false, RENAMED)).toEqual([]);
});
