import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homePaths, readConfig } from '../../sidecar/home/index.ts';
import { writeConfigDefaults } from '../../sidecar/setup/config-defaults.ts';
import { AFTER_INIT } from '../kit/after-init.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

function homeWith(text: string | null) {
  const home = homePaths(join(temporaryFolder(), 'home'));
  mkdirSync(home.root);
  if (text !== null) writeFileSync(home.config, text, { mode: 0o600 });
  return home;
}

const parsed = (file: string) => JSON.parse(readFileSync(file, 'utf8'));

describe('init switches on', () => {
  test.each([
    ['no file', null],
    ['an empty file', ''],
    ['a file of blanks', ' \n'],
    ['an empty object', '{}'],
  ])('in %s', (_what, text) => {
    const home = homeWith(text);
    expect(writeConfigDefaults(home, false)).toMatchObject({ what: 'config', outcome: 'changed' });
    expect(parsed(home.config)).toEqual(AFTER_INIT);
    // A file of ours ends with a line end; one of the person's ends as it did.
    expect(readFileSync(home.config, 'utf8').endsWith('\n')).toBe(text !== '{}');
    expect(statSync(home.config).mode & 0o777).toBe(0o600);
    expect(readConfig(home.config)['messaging.actionClaim.enabled']).toBe(true);
  });

  test('what is unset alone: a person’s "off" stays off, and so does every other value', () => {
    const home = homeWith(
      '{"server":{"port":0},"messaging":{"actionClaim":{"enabled":false,"perTopicCap":9}}}',
    );
    const { says } = writeConfigDefaults(home, false);
    expect(says).toContain('completionClaim');
    expect(says).not.toContain('actionClaim');
    expect(parsed(home.config)).toEqual({
      ...AFTER_INIT,
      server: { port: 0 },
      messaging: { actionClaim: { enabled: false, perTopicCap: 9 }, completionClaim: { enabled: true } },
    });
  });

  test('and changes no other byte of a file that was made by hand', () => {
    const before =
      '{ "server": {"port":0},   "monitoring": { "resumeQueue":{"autoHealStaleHostLock":false} }\n,"messaging":{"actionClaim" :{"perTopicCap":9 }}}';
    const home = homeWith(before);
    writeConfigDefaults(home, false);
    expect(readFileSync(home.config, 'utf8')).toBe(
      '{ "server": {"port":0},   "monitoring": { "resumeQueue":{"autoHealStaleHostLock":false} }\n' +
        ',"messaging":{"actionClaim" :{"perTopicCap":9, "enabled": true }, "completionClaim": {"enabled": true}}}',
    );
  });

  test('once: the second time nothing is written', () => {
    const home = homeWith('{}');
    writeConfigDefaults(home, false);
    const before = [readFileSync(home.config, 'utf8'), statSync(home.config).mtimeMs];
    expect(writeConfigDefaults(home, false)).toMatchObject({ outcome: 'unchanged' });
    expect([readFileSync(home.config, 'utf8'), statSync(home.config).mtimeMs]).toEqual(before);
  });

  test('nothing in a dry run, and says what it would', () => {
    const home = homeWith(null);
    expect(writeConfigDefaults(home, true).says).toMatch(
      /^Would switch on .*: actionClaim, completionClaim.*\.$/,
    );
    expect(existsSync(home.config)).toBe(false);
  });

  test.each([
    ['an unknown key', '{"mesaging":{}}'],
    ['a wrong type', '{"messaging":{"actionClaim":{"enabled":"yes"}}}'],
    ['no object where one belongs', '{"messaging":null}'],
    ['no JSON', '{'],
  ])('nothing in a file that start would refuse: %s', (_what, text) => {
    const home = homeWith(text);
    expect(() => writeConfigDefaults(home, false)).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID' }),
    );
    expect(readFileSync(home.config, 'utf8')).toBe(text);
  });

  test('and keeps the person’s values, mode and link', () => {
    const folder = temporaryFolder();
    const home = homePaths(join(folder, 'home'));
    mkdirSync(home.root);
    const real = join(folder, 'dotfiles.json');
    writeFileSync(real, '{"server":{"port":0}}\n', { mode: 0o640 });
    symlinkSync(real, home.config);
    writeConfigDefaults(home, false);
    expect(parsed(real)).toEqual({ server: { port: 0 }, ...AFTER_INIT });
    expect(statSync(real).mode & 0o777).toBe(0o640);
    expect(readdirSync(home.root)).toEqual(['config.json', 'state']);
  });
});
