import { hasOption, positionals } from '../bash/invocation.ts';
import { BUILD_FAILED, buildKinds, testRun } from './task-names.ts';
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
      return (['deploy', 'release'] as const).map((verb) => ({ verb, on: ['docs'], kinds: ['doc', 'site'] }));
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
        ...(places.length > 0 || /^bazel|^buck2/.test(call.program) ? { named: true } : {}),
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
