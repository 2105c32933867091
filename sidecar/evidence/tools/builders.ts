import { hasOption, positionals } from '../bash/invocation.ts';
import { actsOfTask, BUILD_FAILED, buildKinds, testRun } from './task-names.ts';
import type { Act, Tool } from './tool.ts';

/** Programs that only build, whatever their arguments; and what they make. */
const BUILDERS: Readonly<Record<string, readonly string[]>> = {
  webpack: ['frontend', 'bundle'],
  rollup: ['bundle', 'library'],
  esbuild: ['bundle'],
  tsup: ['library', 'bundle'],
  swc: ['bundle'],
  parcel: ['frontend'],
  ninja: ['native'],
  mkdocs: ['doc', 'site'],
  'sphinx-build': ['doc'],
  typedoc: ['doc'],
  jsdoc: ['doc'],
  hugo: ['site', 'doc'],
  jekyll: ['site', 'doc'],
  build: ['wheel', 'package', 'sdist'],
  pyinstaller: ['binary', 'executable'],
  gcc: ['binary', 'c'],
  'g++': ['binary', 'cpp'],
  clang: ['binary', 'c'],
  javac: ['class', 'java'],
  'wasm-pack': ['wasm', 'package'],
  'electron-builder': ['app', 'installer', 'desktop'],
  ng: ['frontend', 'angular'],
  expo: ['app', 'mobile'],
  eas: ['app', 'mobile', 'ios', 'android'],
  flutter: ['app', 'mobile', 'ios', 'android', 'apk'],
  packer: ['image', 'ami'],
  bazel: ['target'],
  buck2: ['target'],
  meson: ['native'],
  docusaurus: ['doc', 'site'],
  vitepress: ['doc', 'site'],
};

/** Of these a subcommand builds; the same programs serve, too. */
const NEEDS_BUILD = new Set([
  'ng',
  'expo',
  'eas',
  'flutter',
  'packer',
  'bazel',
  'buck2',
  'mkdocs',
  'docusaurus',
  'vitepress',
  'jekyll',
  'wasm-pack',
  'meson',
]);

export const builders: Tool = {
  names: Object.keys(BUILDERS),
  idle: ['-n'],
  failed: BUILD_FAILED,
  read(call) {
    const [sub = '', ...rest] = positionals(call.args, ['-c', '--config', '-o', '--outdir']);
    if (sub === 'serve' || sub === 'server' || sub === 'start' || sub === 'dev')
      return [{ verb: 'start', on: [call.program, ...rest] }];
    if (sub === 'test') return [testRun(rest, [call.program, ...(BUILDERS[call.program] ?? [])])];
    if (call.program === 'mkdocs' && sub === 'gh-deploy')
      return [{ verb: 'deploy', on: ['docs'], kinds: ['doc', 'site'] }];
    if (call.program === 'eas' && sub === 'submit')
      return [{ verb: 'release', on: rest, kinds: ['app', 'build'] }];
    if (NEEDS_BUILD.has(call.program) && !/^(?:build|compile)/.test(sub)) return [];
    const places = call.where.slice(-1);
    return [
      {
        verb: 'build',
        on: [...rest, ...places],
        kinds: [
          ...(BUILDERS[call.program] ?? []),
          'build',
          'project',
          ...(BUILDERS[call.program]?.includes('doc') ? [] : ['app', 'site', 'asset', 'release']),
        ],
        ...(places.length > 0 ? { named: true } : {}),
      },
    ];
  },
};

/** Frameworks: one program builds, serves and starts. */
export const frameworks: Tool = {
  names: [
    'vite',
    'next',
    'nuxt',
    'nuxi',
    'astro',
    'remix',
    'svelte-kit',
    'gatsby',
    'react-scripts',
    'vue-cli-service',
    'quasar',
    'storybook',
  ],
  failed: BUILD_FAILED,
  read(call) {
    const [sub = '', ...rest] = positionals(call.args, [
      '-p',
      '--port',
      '-H',
      '--host',
      '--mode',
      '-c',
      '--config',
      '-o',
    ]);
    const places = call.where.slice(-1);
    const named = places.length > 0 ? { named: true as const } : {};
    if (sub === 'build' || sub === 'generate' || sub === 'export')
      return [
        {
          verb: 'build',
          on: [...rest, ...places],
          kinds: [
            ...buildKinds([]),
            'frontend',
            ...(call.program === 'storybook' ? ['storybook', 'doc'] : []),
          ],
          ...named,
        },
      ];
    if (sub === 'test') return [testRun(rest, ['javascript', 'typescript', 'frontend'])];
    if (/^(?:dev|start|preview|serve|develop|)$/.test(sub)) return [served(call.program, [sub, ...places])];
    return [];
  },
};

export const served = (program: string, words: readonly string[]): Act => ({
  verb: 'start',
  on: [program, ...words],
  kinds: ['dev', 'server', 'app', 'frontend', 'site'],
  failed: /EADDRINUSE|address already in use|Error: listen|Cannot find module|command not found/,
});

export const typeScript: Tool = {
  names: ['tsc', 'vue-tsc'],
  failed: /error TS\d+/,
  read({ args }) {
    if (hasOption(args, '--showConfig', '--init')) return [];
    if (hasOption(args, '--noEmit'))
      return [
        {
          verb: 'run',
          on: ['tsc'],
          kinds: ['typecheck', 'type', 'check', 'checker', 'typescript', 'compiler'],
          named: true,
        },
      ];
    return [
      {
        verb: 'build',
        kinds: ['project', 'build', 'typescript', 'library', 'package', 'server', 'backend', 'app', 'code'],
      },
    ];
  },
};

export const cmake: Tool = {
  names: ['cmake'],
  failed: BUILD_FAILED,
  read({ args }) {
    return hasOption(args, '--build')
      ? [
          {
            verb: 'build',
            on: positionals(args, ['-j', '--config', '--parallel']),
            kinds: ['project', 'build', 'binary', 'native', 'library', 'target', 'release', 'app'],
          },
        ]
      : [];
  },
};

/** gradle, maven and sbt: the words on the line are tasks and phases. */
export const jvm: Tool = {
  names: [
    'gradle',
    'gradlew',
    'mvn',
    'mvnw',
    'sbt',
    'ant',
    'lein',
    'mix',
    'dotnet',
    'swift',
    'stack',
    'cabal',
    'rebar3',
    'dune',
    'zig',
  ],
  idle: ['-m', '--dryRun', 'projects', 'tasks', 'dependencies', 'dependency:tree'],
  failed: /BUILD FAIL|FAILURE: Build failed|\[ERROR\]|^\*\* \(|error (?:CS|MSB|FS)\d+|: error:/m,
  done: /BUILD SUCCESS|Build succeeded|\[success\]/,
  read(call) {
    const tasks = positionals(call.args, [
      '-p',
      '--project-dir',
      '-f',
      '--file',
      '-pl',
      '--projects',
      '-P',
      '-s',
      '-D',
      '-x',
      '--tests',
      '--filter',
      '-c',
      '--configuration',
      '-o',
      '-v',
    ]);
    const places = [
      ...call.where,
      ...call.args.flatMap((word, at) =>
        /^(?:-pl|--projects|-p|--project-dir|-f|--tests|--filter)$/.test(word)
          ? [call.args[at + 1] ?? '']
          : [],
      ),
    ];
    const part = [
      ...places,
      ...tasks.filter((task) => /^:/.test(task)),
      ...(call.program === 'mix' || call.program === 'dotnet' ? tasks.slice(1) : []),
    ];
    return tasks.flatMap((task, at): Act[] => {
      const name = task.split(':').at(-1) ?? '';
      if (/^(?:test|verify|check|integrationTest|connected\w*|allTests)$|Tests?$/.test(name))
        return [
          testRun(
            [...part, ...(/^(?:test|verify|check)$/.test(name) ? [] : [name])],
            [
              'java',
              'kotlin',
              'unit',
              call.program,
              name,
              ...(/^(?:mix)$/.test(call.program) ? ['elixir'] : []),
              ...(/^(?:dotnet)$/.test(call.program) ? ['dotnet'] : []),
            ],
          ),
        ];
      if (
        /^(?:assemble|build|package|compile|bundle|install|jar|war|bootJar|publishToMavenLocal|release)(?:[A-Z]\w*)?$/.test(
          name,
        ) &&
        !(call.program === 'mvn' && name === 'release')
      ) {
        if (call.program === 'dotnet' && at > 0) return [];
        return [
          {
            verb: 'build',
            on: [...part, name],
            kinds: [
              'project',
              'build',
              'app',
              'jar',
              'apk',
              'package',
              'binary',
              'module',
              'backend',
              'server',
              'release',
              'service',
              'debug',
            ],
            ...(part.length > 0 ? { named: true } : {}),
          },
        ];
      }
      if (/^(?:deploy|publish|perform|hex\.publish)$/.test(name))
        return call.program === 'dotnet'
          ? [{ verb: 'build', on: part, kinds: ['project', 'build', 'app', 'release'] }]
          : [
              {
                verb: 'release',
                on: part,
                kinds: ['package', 'release', 'version', 'library', 'artifact', 'jar'],
              },
            ];
      if (/^(?:run|bootRun|phx\.server)$/.test(name))
        return [
          { verb: 'start', on: [name, ...part], kinds: ['server', 'app', 'service', 'dev', 'backend'] },
        ];
      if (
        /^(?:flywayMigrate|migrate|ecto\.migrate|update)$/.test(name) &&
        (name !== 'update' || /liquibase/.test(task))
      )
        return [{ verb: 'migrate', on: part }];
      if (/^(?:clean)$/.test(name))
        return [
          { verb: 'remove', on: ['build', 'target'], kinds: ['build', 'artifact', 'folder', 'output'] },
        ];
      if (/^(?:spotlessApply|format|ktlintFormat)$/.test(name))
        return [
          { verb: 'fix', on: [name], kinds: ['format', 'formatting', 'lint', 'style'], needsWord: true },
        ];
      if (/^deps\.get$|^restore$/.test(name)) return [{ verb: 'install', on: ['dependencies'], named: true }];
      return call.program === 'dotnet' && name === 'add' && tasks.includes('package')
        ? [{ verb: 'install', on: tasks.slice(at + 1), named: true }]
        : [];
    });
  },
};

/** make, just, task, rake: the words on the line name recipes. */
export const recipes: Tool = {
  names: ['make', 'gmake', 'just', 'task', 'rake', 'invoke', 'inv', 'mage', 'earthly', 'composer-run'],
  idle: ['-n', '--question', '-q', '--list', '-l', '--summary', '-T', '--tasks', '-p'],
  failed: /^make(?:\[\d+\])?: \*\*\*|error: Recipe .* failed|task: Failed|rake aborted!/m,
  read(call) {
    const targets = positionals(call.args, ['-C', '-f', '-j', '--directory', '--file']).filter(
      (word) => !/^\w+=/.test(word),
    );
    const places = [
      ...call.where,
      ...call.args.flatMap((word, at) => (word === '-C' ? [call.args[at + 1] ?? ''] : [])),
    ];
    const variables = call.args.filter((word) => /^\w+=/.test(word));
    if (targets.length === 0)
      return /^g?make$/.test(call.program)
        ? [{ verb: 'build', on: places, kinds: buildKinds([]), failed: MAKE_FAILED }]
        : [];
    const failed = new RegExp(`${MAKE_FAILED.source}|error: Recipe|rake aborted!`, 'm');
    return targets.flatMap((target) => {
      if (target === 'all') return [{ verb: 'build' as const, on: places, kinds: buildKinds([]), failed }];
      const acts = actsOfTask(target, places).map(
        (act): Act => ({ ...act, on: [...(act.on ?? []), ...variables] }),
      );
      return [
        ...acts.map((act) => (act.verb === 'test' ? act : { ...act, failed })),
        {
          verb: 'run' as const,
          on: [target, call.program],
          kinds: ['target', 'task', 'script', 'recipe'],
          named: true as const,
          failed: acts[0]?.verb === 'test' ? (acts[0].failed ?? failed) : failed,
        },
      ];
    });
  },
};

const MAKE_FAILED = /^make(?:\[\d+\])?: \*\*\*/m;
