import { hasOption, type Invocation, optionValues, positionals } from '../bash/invocation.ts';
import { BUILD_FAILED, testRun } from './task-names.ts';
import type { Tool } from './tool.ts';

/** Options whose value narrows the run. */
const NARROWS = [
  '-k',
  '-m',
  '-t',
  '-g',
  '--grep',
  '--testNamePattern',
  '--testPathPattern',
  '--testPathPatterns',
  '--run',
  '-run',
  '-fuzz',
  '--fuzz',
  '--filter',
  '--project',
  '--selectProjects',
  '--dir',
  '--spec',
  '--tests',
  '-R',
  '-L',
  '--tags',
  '--group',
  '--testsuite',
  '--example',
  '-e',
];
const VALUED = [
  '-n',
  '-c',
  '--config',
  '--reporter',
  '-r',
  '--require',
  '--maxWorkers',
  '-w',
  '--workers',
  '--timeout',
  '--test-dir',
  '-j',
  '--junitxml',
  '--cov',
  '-o',
  '-p',
  '--format',
  '-f',
  '--browser',
  '--shard',
  '--retries',
  '--seed',
  '--rootdir',
  '-C',
  '--tb',
  '--durations',
];

/** Where all tests are: to name it narrows nothing. */
const EVERYWHERE =
  /^(?:\.|\.\/|(?:\.\/)?(?:tests?|specs?|src|__tests__)\/?|\.\/\.\.\.|run|test|watch|start|open|exec)$/;

/** Runners by program, and what else their tests are called. */
const RUNNERS: Readonly<Record<string, readonly string[]>> = {
  pytest: ['python', 'backend'],
  'py.test': ['python'],
  tox: ['python'],
  nox: ['python'],
  unittest: ['python'],
  jest: ['javascript', 'typescript', 'frontend', 'node', 'snapshot'],
  vitest: ['javascript', 'typescript', 'frontend', 'node', 'snapshot'],
  mocha: ['javascript', 'typescript', 'node'],
  ava: ['javascript', 'node'],
  tap: ['javascript', 'node'],
  jasmine: ['javascript'],
  karma: ['javascript', 'frontend', 'browser'],
  rspec: ['ruby', 'backend'],
  minitest: ['ruby'],
  phpunit: ['php', 'backend'],
  pest: ['php'],
  ctest: ['c', 'cpp', 'native'],
  bats: ['shell', 'bash'],
  busted: ['lua'],
  codecept: ['php', 'acceptance'],
  behat: ['php', 'acceptance'],
  cucumber: ['acceptance', 'integration'],
  behave: ['acceptance', 'integration'],
  xcodebuild: ['swift', 'ios', 'xctest', 'ui'],
};

/** Those that drive a whole application: their run says nothing of the unit tests. */
const END_TO_END: Readonly<Record<string, readonly string[]>> = {
  playwright: ['e2e', 'browser', 'integration', 'acceptance', 'visual'],
  cypress: ['e2e', 'browser', 'integration', 'component'],
  wdio: ['e2e', 'browser'],
  detox: ['e2e', 'mobile'],
  k6: ['load', 'performance'],
  artillery: ['load', 'performance'],
  locust: ['load', 'performance'],
};

export const testRunners: Tool = {
  names: Object.keys(RUNNERS),
  idle: ['--showConfig', '--version', '-N', '--show-only', '--setup-plan', 'list', 'init'],
  read(call) {
    if (call.program === 'xcodebuild' && !call.args.includes('test')) {
      const builds = call.args.some((word) => /^(?:build|archive|build-for-testing)$/.test(word));
      return builds
        ? [
            {
              verb: 'build',
              on: ['ios', 'macos', ...optionValues(call.args, '-scheme', '-sdk')],
              kinds: ['app', 'project', 'build', 'swift', 'release', 'debug'],
              named: true,
              failed: BUILD_FAILED,
            },
          ]
        : [];
    }
    const updates = hasOption(
      call.args,
      '-u',
      '--update',
      '--updateSnapshot',
      '--snapshot-update',
      '--update-snapshots',
    );
    if (updates)
      return [
        testRun(narrowedBy(call), [...(RUNNERS[call.program] ?? []), call.program]),
        { verb: 'update', on: ['snapshot'], kinds: ['snapshot', 'file', 'test'], needsWord: true },
      ];
    return [testRun(narrowedBy(call), [...(RUNNERS[call.program] ?? []), call.program])];
  },
};

export const endToEndRunners: Tool = {
  names: Object.keys(END_TO_END),
  idle: ['--list', 'show-report', 'codegen', 'open', 'init', 'verify', 'show-trace', 'info'],
  read(call) {
    if (/^install/.test(call.args[0] ?? ''))
      return [
        {
          verb: 'install',
          on: ['browsers', call.program, ...call.args.slice(1)],
          kinds: ['browser', 'dependency'],
          named: true,
        },
      ];
    const run = testRun(narrowedBy(call), [...(END_TO_END[call.program] ?? []), call.program]);
    const kinds = (run.kinds ?? []).filter((kind) => kind !== 'unit');
    return [{ ...run, kinds, named: true, on: [...(run.on ?? []), 'e2e', call.program] }];
  },
};

export function narrowedBy({ args }: Invocation): string[] {
  const paths = positionals(args, [...NARROWS, ...VALUED]).filter((word) => !EVERYWHERE.test(word));
  const last = args.some((word) =>
    /^(?:--lf|--last-failed|--onlyFailures|--onlyChanged|--changed|--only-failures|-o|--rerun-failed)$/.test(
      word,
    ),
  );
  return [...paths, ...optionValues(args, ...NARROWS), ...(last ? ['failed'] : [])];
}
