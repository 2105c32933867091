import { hasOption, optionValues, positionals } from '../bash/invocation.ts';
import { BUILD_FAILED, buildKinds, testRun } from './task-names.ts';
import type { Act, Tool } from './tool.ts';

const APP = ['app', 'apk', 'build', 'ipa'];

/** adb, emulator, xcrun simctl: phones, real and simulated. */
export const phones: Tool = {
  names: ['adb', 'emulator', 'xcrun', 'avdmanager', 'ios-deploy', 'devicectl'],
  idle: ['-list-avds', 'list', 'devices'],
  failed: /Failure \[|failed to|^(?:error|adb: error):|An error was encountered|not found/im,
  done: /Success|Performing|Installed/,
  read({ program, args }) {
    const words = positionals(args, ['-s', '-t', '-avd', '--name', '-n']);
    if (program === 'emulator')
      return [
        {
          verb: 'start',
          on: ['emulator', ...optionValues(args, '-avd')],
          kinds: ['emulator', 'android', 'avd', 'device', 'phone'],
          named: true,
        },
      ];
    const [sub = '', ...rest] = program === 'xcrun' ? words.slice(words[0] === 'simctl' ? 1 : 0) : words;
    const sim = ['simulator', 'ios', 'iphone', 'ipad', 'device', 'phone'];
    if (program === 'xcrun') {
      if (sub === 'altool' || sub === 'notarytool')
        return [{ verb: 'release', on: rest, kinds: [...APP, 'testflight', 'version'] }];
      if (words[0] !== 'simctl') return [];
      if (sub === 'boot') return [{ verb: 'start', on: ['simulator', ...rest], kinds: sim, named: true }];
      if (sub === 'shutdown') return [{ verb: 'stop', on: ['simulator', ...rest], kinds: sim, named: true }];
      if (sub === 'erase' || sub === 'delete')
        return [{ verb: 'remove', on: ['simulator', ...rest], kinds: sim, named: true }];
      if (sub === 'create') return [{ verb: 'create', on: ['simulator', ...rest], kinds: sim, named: true }];
      if (sub === 'launch') return [{ verb: 'start', on: rest, kinds: ['app'], named: true }];
    }
    if (sub === 'install') return [{ verb: 'install', on: ['app', ...rest], kinds: APP, named: true }];
    if (sub === 'uninstall') return [{ verb: 'remove', on: ['app', ...rest], kinds: APP, named: true }];
    if (sub === 'reboot')
      return [
        {
          verb: 'restart',
          on: ['device', ...rest],
          kinds: ['device', 'phone', 'emulator', 'android'],
          named: true,
        },
      ];
    if (sub === 'emu' && rest[0] === 'kill')
      return [{ verb: 'stop', on: ['emulator'], kinds: ['emulator', 'android', 'device'], named: true }];
    return [];
  },
};

/** flutter and dart. */
export const flutter: Tool = {
  names: ['flutter', 'dart'],
  idle: ['--machine', 'doctor', 'devices', 'analyze', '--set-exit-if-changed'],
  failed: BUILD_FAILED,
  read({ program, args, where }) {
    const [sub = '', ...rest] = positionals(args, [
      '-d',
      '--device-id',
      '-t',
      '--target',
      '--flavor',
      '--name',
      '-n',
      '--plain-name',
    ]);
    const names = ['dart', 'flutter', 'mobile'];
    if (sub === 'test')
      return [
        testRun(
          [
            ...rest.filter((word) => !/^(?:test\/?|\.)$/.test(word)),
            ...optionValues(args, '--name', '-n', '--plain-name'),
          ],
          names,
        ),
      ];
    if (sub === 'build' || (sub === 'compile' && program === 'dart')) {
      const platform: readonly string[] = PLATFORMS[rest[0] ?? ''] ?? rest;
      return [
        {
          verb: 'build',
          on: [...platform, ...where.slice(-1)],
          kinds: [
            ...buildKinds([]).filter((kind) => !/^(?:server|backend)$/.test(kind)),
            'mobile',
            'flutter',
          ],
          named: true,
        },
      ];
    }
    if (sub === 'run')
      return [{ verb: 'start', on: ['app', ...rest], kinds: ['app', 'mobile', 'flutter', 'dev'] }];
    if (sub === 'pub' && rest[0] === 'add')
      return { acts: [{ verb: 'install', on: rest.slice(1), named: true }], changesCode: true };
    if (sub === 'pub' && rest[0] === 'remove')
      return {
        acts: [{ verb: 'remove', on: rest.slice(1), kinds: ['package', 'dependency'], named: true }],
        changesCode: true,
      };
    if (sub === 'pub' && /^(?:get|upgrade)$/.test(rest[0] ?? ''))
      return [{ verb: 'install', on: ['dependencies', 'packages', ...rest.slice(1)], named: true }];
    if (sub === 'pub' && rest[0] === 'publish')
      return [
        {
          verb: 'release',
          on: where.slice(-1),
          kinds: ['package', 'release', 'version', 'library', 'plugin'],
        },
      ];
    if (sub === 'clean')
      return [{ verb: 'remove', on: ['build'], kinds: ['build', 'artifact', 'folder', 'output', 'cache'] }];
    if (sub === 'format' && !hasOption(args, '--output', '-o'))
      return {
        acts: [{ verb: 'fix', on: ['format'], kinds: ['format', 'formatting', 'style'], needsWord: true }],
        changesCode: true,
      };
    return [];
  },
};

const PLATFORMS: Readonly<Record<string, readonly string[]>> = {
  apk: ['apk', 'android'],
  appbundle: ['appbundle', 'android', 'bundle', 'aab'],
  ipa: ['ipa', 'ios'],
  ios: ['ios'],
  web: ['web'],
};

const BUILT = ['firmware', 'image', 'binary', 'sketch', 'project', 'build', 'app'];

/** Programs that build for a board and write to it. */
export const boards: Tool = {
  names: [
    'idf.py',
    'west',
    'pio',
    'platformio',
    'arduino-cli',
    'esptool',
    'esptool.py',
    'avrdude',
    'st-flash',
    'openocd',
    'probe-rs',
    'espflash',
    'dfu-util',
    'picotool',
    'nrfjprog',
    'JLinkExe',
    'esphome',
  ],
  idle: ['monitor', 'list', 'erase_flash', 'chip_id', 'device'],
  failed:
    /\[FAILED\]|A fatal error occurred|^(?:FATAL|Error|error)\b|error: |FAILED|[Ff]ailed to connect|ninja: build stopped/m,
  done: /\[SUCCESS\]|Project build complete|Hash of data verified|Hard resetting|avrdude done|Flash written|jolly good/,
  read(call) {
    const words = positionals(call.args, [
      '-p',
      '--port',
      '-b',
      '--board',
      '-e',
      '--environment',
      '-d',
      '-C',
      '-B',
      '--fqbn',
      '-t',
      '--target',
      '--baud',
      '--chip',
      '-c',
      '-f',
    ]);
    const targets = optionValues(
      call.args,
      '-t',
      '--target',
      '-e',
      '--environment',
      '-b',
      '--board',
      '-d',
      '-C',
      '--fqbn',
    );
    const line = [...words, ...targets, ...call.args.filter((word) => /^-U|flash|write/.test(word))].join(
      ' ',
    );
    const on = [...words, ...targets, ...call.where.slice(-1)];
    if (/^pio|^platformio/.test(call.program) && words[0] === 'test')
      return [testRun(targets, ['unit', 'native', 'embedded', 'firmware', ...targets])];
    if (
      /\b(?:flash|upload|write[-_]flash|program|write|download|load|run|-U)\b/.test(line) &&
      !(words[0] === 'run' && !/upload|program/.test(targets.join(' ')))
    )
      return [flashed('deploy', on), flashed('install', on)];
    const builds =
      /\b(?:build|compile)\b/.test(line) || (/^pio|^platformio/.test(call.program) && words[0] === 'run');
    return builds ? [{ verb: 'build', on, kinds: BUILT, failed: BUILD_FAILED }] : [];
  },
};

const flashed = (verb: 'deploy' | 'install', on: readonly string[]): Act => ({
  verb,
  on: ['firmware', 'board', 'device', ...on],
  kinds: ['firmware', 'image', 'board', 'device', 'binary', 'build', 'sketch', 'bootloader'],
  named: true,
});
