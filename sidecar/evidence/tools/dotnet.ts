import { type Invocation, optionValues, positionals } from '../bash/invocation.ts';
import { installation } from './npm.ts';
import { buildKinds, testRun } from './task-names.ts';
import type { Act, Tool, ToolReading } from './tool.ts';

const VALUED = [
  '-c',
  '--configuration',
  '-o',
  '--output',
  '-v',
  '--verbosity',
  '-f',
  '--framework',
  '-r',
  '--runtime',
  '--filter',
  '--project',
  '--version',
  '-s',
  '--source',
  '-k',
  '--api-key',
  '--startup-project',
  '--context',
  '-l',
  '--logger',
  '--launch-profile',
  '-n',
  '--name',
];
const FAILED = /error (?:CS|MSB|FS|NU|NETSDK)\d+|Build FAILED|: error:|^(?:error|Unhandled exception)\b/m;

/** dotnet: a noun may stand before the verb, and a project before the noun. */
export const dotnet: Tool = {
  names: ['dotnet'],
  idle: ['--list-tests', '-t', 'list', '--verify-no-changes'],
  failed: FAILED,
  done: /Build succeeded|Passed!|Done\.|was pushed|added to file|Restored /,
  read(call) {
    const [sub = '', ...rest] = positionals(call.args, VALUED);
    const target = [...rest, ...optionValues(call.args, '--project'), ...call.where.slice(-1)];
    const isNamed = target.length > 0 ? { named: true as const } : {};
    switch (sub) {
      case 'test':
        return [
          testRun(
            [...rest, ...optionValues(call.args, '--filter')].filter((word) => !/\.slnx?$/.test(word)),
            ['dotnet', 'unit', 'csharp', 'xunit', 'nunit'],
          ),
        ];
      case 'build':
      case 'msbuild':
      case 'publish':
        return [
          {
            verb: 'build',
            on: target,
            kinds: [...buildKinds([]), 'solution', 'dotnet', 'service'],
            failed: FAILED,
            ...isNamed,
          },
        ];
      case 'pack':
        return [{ verb: 'build', on: target, kinds: ['package', 'nuget', 'library'], failed: FAILED }];
      case 'run':
      case 'watch':
        return [
          {
            verb: 'start',
            on: [...target, sub],
            kinds: ['server', 'app', 'service', 'dev', 'backend', 'api'],
          },
        ];
      case 'restore':
        return installation([]);
      case 'add':
      case 'remove':
        return ofPackage(sub, rest);
      case 'package':
        return ofPackage(rest[0] ?? '', ['package', ...rest.slice(1)]);
      case 'tool':
        return ofPackage(
          rest[0] === 'uninstall' ? 'remove' : /^(?:install|update)$/.test(rest[0] ?? '') ? 'add' : '',
          ['package', ...rest.slice(1), 'tool'],
        );
      case 'ef':
        return ofEntityFramework(rest);
      case 'nuget':
        return rest[0] === 'push'
          ? [
              {
                verb: 'release',
                on: rest.slice(1),
                kinds: ['package', 'nuget', 'release', 'version', 'library'],
              },
            ]
          : [];
      case 'format':
        return {
          acts: [
            {
              verb: 'fix',
              on: ['format'],
              kinds: ['format', 'formatting', 'style', 'lint'],
              needsWord: true,
            },
          ],
          changesCode: true,
        };
      case 'new':
        return {
          acts: [
            {
              verb: 'create',
              on: [...rest, ...optionValues(call.args, '-n', '--name', '-o')],
              kinds: ['project', 'app', 'solution'],
              named: true,
            },
          ],
          changesCode: true,
        };
      case 'clean':
        return [
          { verb: 'remove', on: ['build', 'bin', 'obj'], kinds: ['build', 'artifact', 'output', 'folder'] },
        ];
      default:
        return [];
    }
  },
};

/** `dotnet add src/Api package Serilog`. */
function ofPackage(sub: string, words: readonly string[]): ToolReading {
  const packages = words.slice(words.indexOf('package') + 1);
  if (!words.includes('package') || packages.length === 0) return { acts: [] };
  if (sub === 'add') return { acts: installation(packages), changesCode: true };
  if (sub !== 'remove') return { acts: [] };
  return {
    acts: [
      { verb: 'remove', on: packages, kinds: ['package', 'dependency', 'library', 'tool'], named: true },
    ],
    changesCode: true,
  };
}

function ofEntityFramework([noun = '', step = '', ...on]: Invocation['args']): Act[] {
  if (noun === 'database' && step === 'update') return [{ verb: 'migrate', on }];
  if (noun === 'database' && step === 'drop')
    return [{ verb: 'remove', on: ['database'], kinds: ['database'], named: true }];
  if (noun !== 'migrations') return [];
  if (step === 'add')
    return [{ verb: 'create', on: ['migration', ...on], kinds: ['migration', 'file'], named: true }];
  return step === 'remove'
    ? [{ verb: 'remove', on: ['migration', 'last'], kinds: ['migration', 'file'], named: true }]
    : [];
}
