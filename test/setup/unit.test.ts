import { existsSync, mkdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { homePaths } from '../../sidecar/home/index.ts';
import { checkUnit } from '../../sidecar/setup/doctor/unit-check.ts';
import {
  applyUnitFile,
  checkUnitFile,
  installUnit,
  removeUnit,
  removeUnitFile,
  type UnitOptions,
  unitStatus,
} from '../../sidecar/setup/index.ts';
import { runProgram } from '../kit/run-program.ts';
import { temporaryFolder } from '../kit/temporary-folder.ts';

type Asked = { program: string; args: string[] };

/** `answers`: what a command ends with, by a word in it; everything else succeeds. */
function person(platform: NodeJS.Platform, answers: Record<string, number> = {}) {
  const folder = temporaryFolder();
  const home = homePaths(join(folder, '.holdfast'));
  mkdirSync(home.state, { recursive: true });
  const asked: Asked[] = [];
  const options = {
    home,
    launch: { node: '/opt/node 22/bin/node', cli: '/opt/$lib/100%/"cli"\\index.js' },
    env: { HOME: folder, PATH: `/opt/claude & co/bin:relative:/usr/bin:${folder}/node_modules/.bin` },
    platform,
    uid: 501,
    run: (program: string, args: string[]) => {
      asked.push({ program, args });
      const [, code = 0] = Object.entries(answers).find(([word]) => args.join(' ').includes(word)) ?? [];
      return { code, stdout: '', stderr: code === 0 ? '' : `${program}: no ${args.at(-1)}` };
    },
  } satisfies UnitOptions;
  const calls = () => asked.splice(0).map(({ program, args }) => [program, ...args].join(' '));
  return { folder, home, options, calls };
}

const PATH = '/opt/claude & co/bin:/usr/bin:/opt/node 22/bin:/usr/local/bin:/bin';

describe('the systemd unit', () => {
  test('is quoted as systemd reads it, with the PATH of the shell', () => {
    const { folder, home, options } = person('linux');
    const { says } = applyUnitFile(options);
    const file = join(folder, '.config', 'systemd', 'user', 'holdfast.service');
    expect(says).toBe(`Wrote ${file}.`);
    const lines = readFileSync(file, 'utf8').split('\n');
    expect(lines).toContain(
      'ExecStart="/opt/node 22/bin/node" "/opt/$$lib/100%%/\\"cli\\"\\\\index.js" start --foreground',
    );
    expect(lines).toContain(`Environment="HOLDFAST_HOME=${home.root}"`);
    expect(lines).toContain(`Environment="PATH=${PATH}"`);
    expect(lines).toContain('Environment="HOLDFAST_UNIT=yes"');
    expect(lines).toEqual(expect.arrayContaining(['Restart=on-failure', 'KillMode=process']));
    expect(lines.join('\n')).not.toMatch(/\{\w+\}/);
    expect(statSync(file).mode & 0o777).toBe(0o644);
  });

  test('passes systemd-analyze verify', async (scope) => {
    scope.skip(!existsSync('/usr/bin/systemd-analyze'), 'systemd-analyze is not on this machine');
    const { folder, options } = person('linux');
    // It looks whether the program is there.
    const program = join(folder, 'my node 100%');
    symlinkSync(process.execPath, program);
    const { file } = applyUnitFile({ ...options, launch: { ...options.launch, node: program } });
    const { code, stdout, stderr } = await runProgram('/usr/bin/systemd-analyze', {
      args: ['verify', '--user', file],
      env: { PATH: process.env.PATH, HOME: folder, XDG_RUNTIME_DIR: folder },
    });
    expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('of another home has a name of its own', () => {
    const { folder, options } = person('linux');
    const other = { ...options, home: homePaths(join(folder, 'other')) };
    expect(checkUnitFile(other).file).toMatch(/\/holdfast-[0-9a-f]{8}\.service$/);
  });

  test('lies where XDG_CONFIG_HOME says', () => {
    const { folder, options } = person('linux');
    const env = { ...options.env, XDG_CONFIG_HOME: join(folder, 'xdg') };
    expect(checkUnitFile({ ...options, env }).file).toBe(join(folder, 'xdg/systemd/user/holdfast.service'));
  });
});

describe('the launchd agent', () => {
  test('is an XML that holds what was meant', () => {
    const { folder, options } = person('darwin');
    applyUnitFile(options);
    const file = join(folder, 'Library', 'LaunchAgents', 'holdfast.plist');
    const text = readFileSync(file, 'utf8');
    expect(text).toContain('<string>/opt/$lib/100%/"cli"\\index.js</string>');
    expect(text).toContain(`<string>${PATH.replace('&', '&amp;')}</string>`);
    expect(text).toMatch(/<key>Label<\/key>\s*<string>holdfast<\/string>/);
    expect(text).toMatch(/<key>SuccessfulExit<\/key>\s*<false\/>/);
    expect(text).not.toMatch(/\{\w+\}|&(?!amp;|lt;|gt;)/);
  });

  test('is loaded, unloaded, and loaded anew when it changed', () => {
    const { options, calls } = person('darwin', { 'print gui/501/holdfast': 1 });
    installUnit(options);
    const { file } = checkUnitFile(options);
    expect(calls()).toEqual([
      'launchctl print gui/501',
      'launchctl print gui/501/holdfast',
      'launchctl print gui/501/holdfast',
      `launchctl bootstrap gui/501 ${file}`,
    ]);
    const loaded = person('darwin');
    installUnit(loaded.options);
    expect(loaded.calls()).toContain('launchctl bootout gui/501/holdfast');
    removeUnit(loaded.options);
    expect(loaded.calls()).toContain('launchctl bootout gui/501/holdfast');
    expect(existsSync(checkUnitFile(loaded.options).file)).toBe(false);
  });

  test('without a session of the screen is refused in a sentence', () => {
    const { options } = person('darwin', { 'print gui/501': 113 });
    expect(() => installUnit(options)).toThrow(
      /There is no launchd of this user that could be asked \(launchctl: no gui\/501\)\. Nothing was written\./,
    );
    expect(existsSync(checkUnitFile(options).file)).toBe(false);
  });
});

describe('an owned file', () => {
  test('absent, written, current, and removed to nothing', () => {
    const { home, options } = person('linux');
    expect(checkUnitFile(options).state).toBe('absent');
    expect(removeUnitFile(options).outcome).toBe('unchanged');
    expect(applyUnitFile(options).outcome).toBe('changed');
    const { file, state, planned } = checkUnitFile(options);
    expect({ state, text: readFileSync(file, 'utf8') }).toEqual({ state: 'current', text: planned });
    const { mtimeMs } = statSync(file);
    expect(applyUnitFile(options).outcome).toBe('unchanged');
    expect(statSync(file).mtimeMs).toBe(mtimeMs);
    expect(removeUnitFile(options).outcome).toBe('changed');
    expect([existsSync(file), existsSync(home.unit)]).toEqual([false, false]);
  });

  test('of another Node is outdated and replaced; with the PATH that it had, until a person installs', () => {
    const { options } = person('linux');
    applyUnitFile(options);
    const later = { ...options, launch: { node: '/n', cli: '/c' }, env: { ...options.env, PATH: '/poor' } };
    expect(checkUnitFile(later).state).toBe('outdated');
    expect(applyUnitFile(later).outcome).toBe('changed');
    const { file } = checkUnitFile(later);
    expect(readFileSync(file, 'utf8')).toContain(`Environment="PATH=${PATH}"`);
    installUnit(later);
    expect(readFileSync(file, 'utf8')).toContain('Environment="PATH=/poor:/:/usr/local/bin:/usr/bin:/bin"');
    expect(unitStatus(later).fileState).toBe('current');
  });

  test.each([
    ['edited', (text: string) => `${text}# mine\n`],
    ["the person's own from before", () => 'mine\n'],
    ['emptied', () => ''],
  ])('that is %s is left by all of them, and named', (_what, edit) => {
    const { options } = person('linux');
    const { file, planned } = checkUnitFile(options);
    if (_what !== "the person's own from before") applyUnitFile(options);
    else mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, edit(planned));
    for (const act of [applyUnitFile, installUnit, removeUnit, removeUnitFile]) {
      const { outcome, says } = act(options);
      expect({ outcome, says }).toEqual({ outcome: 'left', says: expect.stringContaining(file) });
      expect(readFileSync(file, 'utf8')).toBe(edit(planned));
    }
    expect(unitStatus(options).fileState).toBe('edited');
  });

  test('that the person took away is deleted, and not absent', () => {
    const { options } = person('linux');
    applyUnitFile(options);
    const { file } = checkUnitFile(options);
    rmSync(file);
    expect(checkUnitFile(options).state).toBe('deleted');
  });

  test('that systemd masks, a link to nowhere, is the person’s', () => {
    const { options } = person('linux');
    const { file } = checkUnitFile(options);
    mkdirSync(dirname(file), { recursive: true });
    symlinkSync('/nonexistent', file);
    expect(applyUnitFile(options).outcome).toBe('left');
  });
});

describe('doctor', () => {
  const enabled = { show: 'UnitFileState=enabled\nActiveState=active\nMainPID=7\n' };

  test('says nothing where there is no service, and what is wrong with one', () => {
    const { options } = person('linux');
    const run = (program: string, args: string[]) => {
      const { code, stderr } = options.run(program, args);
      return { code, stderr, stdout: args.includes('show') ? enabled.show : '' };
    };
    const look = (more = {}) => checkUnit({ ...options, run, ...more });
    expect(look()).toEqual([]);
    applyUnitFile(options);
    const { file } = checkUnitFile(options);
    expect(look()).toEqual([{ name: 'service', ok: true, detail: `${file}, running` }]);
    expect(look({ launch: { node: '/other', cli: '/cli' } })).toMatchObject([
      { ok: false, detail: `${file} names another Node or place` },
    ]);
    expect(checkUnit(options)).toMatchObject([{ ok: false, detail: `${file} does not start at login` }]);
    writeFileSync(file, `${readFileSync(file, 'utf8')}# mine\n`);
    expect(look()).toMatchObject([
      { ok: true, detail: `${file}, edited by hand, running`, diff: expect.stringContaining('+# mine') },
    ]);
    rmSync(file);
    expect(look()).toMatchObject([{ ok: false, hint: expect.stringContaining('service install') }]);
  });
});
