import { hasOption, type Invocation, positionals } from '../bash/invocation.ts';
import { installation } from './npm.ts';
import { stepActs } from './processes.ts';
import { testRun } from './task-names.ts';
import { narrowedBy } from './test-runners.ts';
import type { Act, Tool, ToolReading } from './tool.ts';

const VALUED = [
  '-r',
  '--requirement',
  '-c',
  '--constraint',
  '-i',
  '--index-url',
  '-E',
  '--extras',
  '--group',
  '-G',
  '--features',
  '-F',
  '--path',
  '--git',
  '--branch',
  '--version',
  '--source',
  '-t',
  '--target',
  '-v',
  '-n',
  '-p',
  '--root',
  '--registry',
  '--python',
  '--channel',
];
const FAILED =
  /^(?:E: |ERROR: |Error: |error: |npm ERR!)|Could not find a version|No matching distribution|Unable to locate package|unable to resolve|No such formula|SolverProblemError/m;

type Manager = { adds: RegExp; removes?: RegExp; whole?: RegExp };

const MANAGERS: Readonly<Record<string, Manager>> = {
  pip: { adds: /^install$/, removes: /^uninstall$/ },
  pipx: { adds: /^(?:install|upgrade)$/, removes: /^uninstall$/ },
  pipenv: { adds: /^(?:install|update|upgrade)$/, removes: /^uninstall$/, whole: /^sync$/ },
  poetry: { adds: /^(?:add|update)$/, removes: /^remove$/, whole: /^(?:install|sync|lock)$/ },
  pdm: { adds: /^(?:add|update)$/, removes: /^remove$/, whole: /^(?:install|sync)$/ },
  rye: { adds: /^add$/, removes: /^remove$/, whole: /^sync$/ },
  hatch: { adds: /^$/ },
  conda: { adds: /^(?:install|update|upgrade)$/, removes: /^(?:remove|uninstall)$/ },
  mamba: { adds: /^(?:install|update)$/, removes: /^remove$/ },
  apt: { adds: /^(?:install|upgrade)$/, removes: /^(?:remove|purge)$/ },
  'apt-get': { adds: /^(?:install|upgrade|dist-upgrade)$/, removes: /^(?:remove|purge)$/ },
  apk: { adds: /^(?:add|upgrade)$/, removes: /^del$/ },
  dnf: { adds: /^(?:install|upgrade|update)$/, removes: /^remove$/ },
  yum: { adds: /^(?:install|upgrade|update)$/, removes: /^remove$/ },
  brew: { adds: /^(?:install|upgrade|reinstall)$/, removes: /^(?:uninstall|remove|rm)$/ },
  snap: { adds: /^(?:install|refresh)$/, removes: /^remove$/ },
  choco: { adds: /^(?:install|upgrade)$/, removes: /^uninstall$/ },
  winget: { adds: /^(?:install|upgrade)$/, removes: /^uninstall$/ },
  gem: { adds: /^(?:install|update)$/, removes: /^uninstall$/ },
  bundle: { adds: /^(?:add|update)$/, removes: /^remove$/, whole: /^(?:install)?$/ },
  composer: { adds: /^(?:require|update|upgrade)$/, removes: /^remove$/, whole: /^install$/ },
  rustup: { adds: /^(?:install|update|component|target|toolchain)$/ },
  mise: { adds: /^(?:install|use|upgrade)$/, removes: /^uninstall$/ },
  asdf: { adds: /^install$/, removes: /^uninstall$/ },
  nvm: { adds: /^install$/, removes: /^uninstall$/ },
  fnm: { adds: /^install$/ },
  pyenv: { adds: /^install$/ },
  rbenv: { adds: /^install$/ },
  volta: { adds: /^(?:install|pin)$/, removes: /^uninstall$/ },
  code: { adds: /^$/ },
  helmfile: { adds: /^$/ },
  pod: { adds: /^update$/, whole: /^install$/ },
  vcpkg: { adds: /^(?:install|upgrade)$/, removes: /^remove$/ },
  luarocks: { adds: /^install$/, removes: /^remove$/ },
  port: { adds: /^install$/, removes: /^uninstall$/ },
  scoop: { adds: /^(?:install|update)$/, removes: /^uninstall$/ },
  pixi: { adds: /^(?:add|upgrade)$/, removes: /^remove$/, whole: /^install$/ },
};

export const packageManagers: Tool = {
  names: Object.keys(MANAGERS),
  idle: ['--check', '--simulate', '-s', '--download-only'],
  failed: FAILED,
  read(call) {
    const manager = MANAGERS[call.program];
    const [sub = '', ...packages] = positionals(call.args, VALUED);
    if (call.program === 'brew' && sub === 'services') return stepActs(packages[0] ?? '', packages.slice(1));
    if (call.program === 'gem' && sub === 'push')
      return [
        { verb: 'release', on: packages, kinds: ['gem', 'package', 'release', 'version', 'library'] },
        { verb: 'push', on: packages, kinds: ['gem', 'package'], named: true, needsWord: true },
      ];
    if (/^(?:poetry|hatch|pdm|flit)$/.test(call.program) && sub === 'publish')
      return [
        {
          verb: 'release',
          on: [...call.where.slice(-1)],
          kinds: ['package', 'release', 'version', 'library'],
        },
      ];
    if (/^(?:poetry|hatch|pdm)$/.test(call.program) && sub === 'build')
      return [{ verb: 'build', kinds: ['package', 'wheel', 'sdist', 'build', 'project', 'library'] }];
    if (/^(?:poetry|hatch)$/.test(call.program) && sub === 'version' && packages.length > 0)
      return { acts: [{ verb: 'update', on: ['version', ...packages] }], changesCode: true };
    const language = LANGUAGES[call.program];
    if (language !== undefined && /^(?:install|use)$/.test(sub))
      return [{ verb: 'install', on: [...language, ...packages], named: true }];
    return manager === undefined ? [] : ofManager(manager, sub, packages, call);
  },
};

/** What a manager of versions installs: `nvm install 22`. */
const LANGUAGES: Readonly<Record<string, readonly string[]>> = {
  nvm: ['node', 'node.js', 'nodejs'],
  fnm: ['node', 'node.js', 'nodejs'],
  pyenv: ['python'],
  rbenv: ['ruby'],
};

function ofManager(
  { adds, removes, whole }: Manager,
  sub: string,
  packages: readonly string[],
  call: Invocation,
): readonly Act[] | ToolReading {
  if (adds.test(sub))
    return { acts: installation(packages.length > 0 ? packages : fromFiles(call)), changesCode: false };
  if (whole?.test(sub)) return installation([]);
  if (removes?.test(sub)) return removed(packages);
  return [];
}

const fromFiles = ({ args }: Invocation): string[] =>
  hasOption(args, '-e', '--editable') ? ['project', 'dependencies'] : [];

function removed(packages: readonly string[]): Act[] {
  return [
    {
      verb: 'remove',
      on: packages,
      kinds: ['dependency', 'package', 'library', 'module', 'tool'],
      named: true,
    },
    { verb: 'install', on: packages, named: true, undoes: true },
  ];
}

export const uv: Tool = {
  names: ['uv'],
  failed: FAILED,
  read(call) {
    const [sub = '', ...rest] = positionals(call.args, VALUED);
    if (sub === 'pip' || sub === 'tool') {
      const [inner = '', ...packages] = rest;
      return /^(?:install|upgrade|sync)$/.test(inner)
        ? installation(packages)
        : inner === 'uninstall'
          ? removed(packages)
          : [];
    }
    if (sub === 'add') return { acts: installation(rest), changesCode: true };
    if (sub === 'sync') return installation([]);
    if (sub === 'remove') return { acts: removed(rest), changesCode: true };
    if (sub === 'build')
      return [
        {
          verb: 'build',
          on: [...call.where],
          kinds: ['package', 'wheel', 'sdist', 'build', 'project', 'library'],
        },
      ];
    if (sub === 'publish')
      return [
        {
          verb: 'release',
          on: [...call.where.slice(-1)],
          kinds: ['package', 'release', 'version', 'library', 'wheel'],
        },
      ];
    return sub === 'venv' ? [{ verb: 'create', on: ['venv'], kinds: ['venv', 'environment'] }] : [];
  },
};

export const cargo: Tool = {
  names: ['cargo'],
  idle: ['--no-run', '--list'],
  failed: /^error(?:\[E\d+\])?: |could not compile|^error: /m,
  done: /^\s*(?:Finished|Compiling|Adding|Updating|Installed|Uploaded|Published) /m,
  read(call) {
    const [sub = '', ...rest] = positionals(
      call.args.filter((word) => !word.startsWith('+')),
      [...VALUED, '--bin', '--package', '--test', '--example', '--profile', '--manifest-path', '-j'],
    );
    const crate = call.args.flatMap((word, at) =>
      /^(?:-p|--package|--bin|--test|--example|--manifest-path)$/.test(word) ? [call.args[at + 1] ?? ''] : [],
    );
    const named = crate.length > 0 || call.where.length > 0 ? { named: true as const } : {};
    switch (sub) {
      case 'test':
      case 't':
      case 'nextest':
        return rest[0] === 'list'
          ? []
          : [
              testRun(
                [...crate, ...rest.filter((word) => word !== 'run')],
                ['rust', 'cargo', 'nextest', 'doc', 'integration', 'unit'],
              ),
            ];
      case 'build':
      case 'b':
        return [
          {
            verb: 'build',
            on: [...crate, ...(call.args.includes('--release') ? ['release'] : [])],
            kinds: ['crate', 'binary', 'project', 'build', 'app', 'workspace', 'rust', 'release', 'library'],
            ...(crate.length > 0 ? { named: true } : {}),
          },
        ];
      case 'doc':
        return [{ verb: 'build', on: crate, kinds: ['doc', 'rust'] }];
      case 'add':
        return { acts: installation(rest), changesCode: true };
      case 'update':
      case 'upgrade':
        return { acts: installation([...rest, ...crate]), changesCode: false };
      case 'install':
        return installation(rest.length > 0 ? rest : ['project']);
      case 'remove':
      case 'rm':
        return { acts: removed(rest), changesCode: true };
      case 'publish':
        return [
          {
            verb: 'release',
            on: [...crate, ...call.where.slice(-1)],
            kinds: ['crate', 'package', 'release', 'version', 'library'],
            ...named,
          },
        ];
      case 'fmt':
        return call.args.includes('--check')
          ? []
          : {
              acts: [
                { verb: 'fix', on: ['rustfmt'], kinds: ['format', 'formatting', 'style'], needsWord: true },
              ],
              changesCode: true,
            };
      case 'fix':
      case 'clippy':
        return sub === 'fix' || call.args.includes('--fix')
          ? {
              acts: [
                {
                  verb: 'fix',
                  on: ['clippy'],
                  kinds: ['lint', 'warning', 'clippy', 'error'],
                  needsWord: true,
                },
              ],
              changesCode: true,
            }
          : [];
      case 'clean':
        return [
          {
            verb: 'remove',
            on: ['target', 'build', 'artifact'],
            kinds: ['artifact', 'file', 'folder', 'output', 'cache', 'build'],
          },
        ];
      case 'release':
        return call.args.includes('--execute') || call.args.includes('-x')
          ? [{ verb: 'release', on: rest, kinds: ['crate', 'release', 'version'] }]
          : [];
      default:
        return [];
    }
  },
};

export const go: Tool = {
  names: ['go', 'gotestsum'],
  failed: /^(?:go: |# \S+\n|\S+\.go:\d+:\d+: )|^FAIL/m,
  read(call) {
    const words = positionals(call.args, [
      '-o',
      '-run',
      '-bench',
      '-timeout',
      '-count',
      '-tags',
      '-ldflags',
      '-coverprofile',
      '-C',
      '-p',
    ]);
    if (call.program === 'gotestsum') return [testRun(narrowedBy(call), ['go', 'golang'])];
    const [sub = '', ...rest] = words;
    if (sub === 'test') return [testRun(narrowedBy({ ...call, args: call.args.slice(1) }), ['go', 'golang'])];
    if (sub === 'build')
      return [
        {
          verb: 'build',
          on: [...rest, ...call.where],
          kinds: ['binary', 'project', 'build', 'app', 'go', 'server', 'cli', 'package', 'module'],
          ...(rest.some((word) => !/^\.(?:\/(?:\.\.\.)?)?$/.test(word)) ? { named: true } : {}),
        },
      ];
    if (sub === 'get' || sub === 'install') return { acts: installation(rest), changesCode: sub === 'get' };
    if (sub === 'mod') return rest[0] === 'tidy' || rest[0] === 'download' ? installation([]) : [];
    if (sub === 'generate')
      return {
        acts: (['create', 'update'] as const).map((verb) => ({
          verb,
          on: ['generated', ...rest],
          kinds: ['mock', 'stub', 'code', 'type', 'binding', 'file'],
          needsWord: true as const,
        })),
        changesCode: true,
      };
    if (sub === 'fmt')
      return {
        acts: [{ verb: 'fix', on: ['gofmt'], kinds: ['format', 'formatting'], needsWord: true }],
        changesCode: true,
      };
    return [];
  },
};
