import { positionals } from '../bash/invocation.ts';
import { testRun } from './task-names.ts';
import type { Act, Tool } from './tool.ts';

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
      ...(call.program === 'mix' ? tasks.slice(1) : []),
    ];
    return tasks.flatMap((task): Act[] => {
      const name = task.split(':').at(-1) ?? '';
      const skipsTests = call.args.some((word) => /^-D(?:skipTests|maven\.test\.skip)(?:=true)?$/.test(word));
      if (skipsTests && /^(?:test|verify)$/.test(name)) return [];
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
              ...(/^connected/.test(name)
                ? ['instrumented', 'instrumentation', 'android', 'device', 'ui']
                : []),
            ],
          ),
        ];
      if (
        /^(?:assemble|build|package|compile|bundle|install|jar|war|bootJar|publishToMavenLocal|release)(?:[A-Z]\w*)?$/.test(
          name,
        ) &&
        !(call.program === 'mvn' && name === 'release') &&
        !/^install[A-Z]/.test(name)
      ) {
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
        return [
          {
            verb: 'release',
            on: part,
            kinds: ['package', 'release', 'version', 'library', 'artifact', 'jar', 'hex', 'maven'],
          },
        ];
      if (/^(?:un)?install(?:Debug|Release)$/.test(name))
        return [
          {
            verb: name.startsWith('un') ? 'remove' : 'install',
            on: ['app', ...part],
            kinds: ['app', 'apk', 'build'],
            named: true,
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
      if (/^deps\.get$|^restore$/.test(name))
        return [{ verb: 'install', on: ['dependencies', 'packages'], named: true }];
      return [];
    });
  },
};
