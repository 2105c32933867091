import { hasOption, type Invocation, positionals } from '../bash/invocation.ts';
import { readPlainWords } from './plain-words.ts';
import type { Act, Tool } from './tool.ts';

const KINDS = [
  'package',
  'release',
  'version',
  'library',
  'wheel',
  'extension',
  'plugin',
  'tag',
  'artifact',
  'module',
];

/** By program: the words with which it publishes. An empty pattern: it always does. */
const PUBLISHERS: Readonly<Record<string, RegExp>> = {
  twine: /^upload/,
  flit: /^publish/,
  maturin: /^(?:publish|upload)/,
  goreleaser: /^release/,
  'semantic-release': /^/,
  'release-it': /^/,
  np: /^/,
  vsce: /^publish/,
  ovsx: /^publish/,
  changeset: /^(?:publish|tag)/,
  jsr: /^publish/,
  'standard-version': /^/,
  nuget: /^push/,
  rubygems: /^push/,
  luarocks: /^upload/,
  pub: /^publish/,
  'cargo-release': /^/,
  ghr: /^/,
  fastlane: /(?:release|deliver|upload|supply|pilot|beta|appstore|testflight)/,
};

export const publishers: Tool = {
  names: Object.keys(PUBLISHERS),
  idle: [
    '--snapshot',
    '--skip=publish',
    '--skip-publish',
    '--no-publish',
    '--ci=false',
    'check',
    '--verify-only',
  ],
  failed: /^(?:ERROR|Error|error|ERR!|HTTPError)\b|\b403 Forbidden|\b400 Bad Request|already exists|⨯/m,
  done: /Uploading|View at|[Pp]ublished|release succeeded|created/,
  read(call) {
    const words = positionals(call.args, [
      '-r',
      '--repository',
      '-u',
      '-p',
      '--config',
      '-f',
      '--packagePath',
      '-i',
    ]);
    if (hasOption(call.args, '--dry')) return [];
    if (!PUBLISHERS[call.program]?.test(words.join(' '))) return readPlainWords(call);
    const on = [...words.slice(1), ...madeBy(call), ...call.where.slice(-1)];
    const released: Act = { verb: 'release', on, kinds: KINDS };
    return call.program === 'fastlane'
      ? [
          { ...released, kinds: [...KINDS, 'app', 'build', 'ios', 'android', 'testflight'] },
          { verb: 'deploy', on: [...on, 'testflight', 'app', 'build'], kinds: ['app', 'build'] },
        ]
      : [released];
  },
};

/** Versions and addresses that the output tells. */
function madeBy({ output }: Invocation): string[] {
  return [...output.matchAll(/(?:Uploading |View at: ?|[Pp]ublished |\+ )(\S+)/g)]
    .slice(0, 5)
    .map(([, name]) => name ?? '');
}
