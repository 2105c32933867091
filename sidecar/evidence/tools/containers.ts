import { hasOption, type Invocation, optionValue, optionValues, positionals } from '../bash/invocation.ts';
import type { Act, Tool } from './tool.ts';

const FAILED =
  /^(?:Error|ERROR|error)\b|Error response from daemon|failed to solve|Cannot connect to the Docker daemon|denied: |no such service/m;
const VALUED = [
  '-f',
  '--file',
  '-p',
  '--project-name',
  '-t',
  '--tag',
  '--name',
  '-e',
  '--env',
  '-v',
  '--volume',
  '--network',
  '-u',
  '-w',
  '--target',
  '--build-arg',
  '--platform',
  '--profile',
  '--env-file',
  '--scale',
  '--timeout',
  '--signal',
  '-c',
  '--context',
  '--filter',
  '--restart',
  '--mount',
  '-l',
  '--label',
  '--cache-to',
  '--output',
  '-o',
  '--builder',
  '-H',
  '--wait-timeout',
  '--cache-from',
];
const THINGS = ['service', 'container', 'server', 'stack', 'app', 'process', 'environment'];

export const docker: Tool = {
  names: ['docker', 'podman', 'docker-compose', 'nerdctl', 'buildah'],
  failed: FAILED,
  read(call) {
    const words = positionals(
      call.args,
      call.args[0] === 'run'
        ? [...VALUED, '-p', '--publish', '--rm'].filter((word) => word !== '--rm')
        : VALUED,
    );
    if (call.program === 'docker-compose') return compose(call, words);
    const [noun = '', ...rest] = words;
    if (noun === 'compose') return compose(call, rest);
    if (noun === 'stack' && rest[0] === 'deploy') return [{ verb: 'deploy', on: rest.slice(1), named: true }];
    if (noun === 'stack' && rest[0] === 'rm')
      return [
        { verb: 'stop', on: rest.slice(1), named: true },
        { verb: 'remove', on: rest.slice(1), kinds: ['stack'], named: true },
      ];
    if (noun === 'service' && rest[0] === 'update')
      return [
        { verb: 'deploy', on: [...rest.slice(1), ...optionValues(call.args, '--image')], named: true },
        ...(hasOption(call.args, '--force')
          ? [{ verb: 'restart' as const, on: rest.slice(1), named: true as const }]
          : []),
      ];
    if (noun === 'service' && rest[0] === 'rollback')
      return [{ verb: 'revert', on: rest.slice(1), kinds: ['deploy', 'deployment', 'release', 'service'] }];
    if (noun === 'buildx' && (rest[0] === 'build' || rest[0] === 'bake'))
      return [
        built(call, rest.slice(1)),
        ...(hasOption(call.args, '--push')
          ? [
              pushed(optionValues(call.args, '-t', '--tag')),
              published(optionValues(call.args, '-t', '--tag')),
            ]
          : []),
      ];
    if (/^(?:container|image|volume|network|system|builder)$/.test(noun)) return ofNoun(noun, rest);
    return ofVerb(noun, rest, call);
  },
};

function ofVerb(sub: string, on: readonly string[], call: Invocation): Act[] {
  switch (sub) {
    case 'build':
    case 'bud':
      return [
        built(call, on),
        ...(hasOption(call.args, '--push')
          ? [
              pushed(optionValues(call.args, '-t', '--tag')),
              published(optionValues(call.args, '-t', '--tag')),
            ]
          : []),
      ];
    case 'push':
      return [pushed(on), published(on)];
    case 'pull':
      return [{ verb: 'install', on, kinds: ['image'], named: true, needsWord: true }];
    case 'tag':
      return [{ verb: 'create', on, kinds: ['tag', 'image'], named: true }];
    case 'start':
    case 'unpause':
      return [{ verb: 'start', on, named: true }];
    case 'run': {
      const name = optionValues(call.args, '--name');
      return hasOption(call.args, '-d', '--detach') || call.args.some((word) => /^-[a-z]*d[a-z]*$/.test(word))
        ? [{ verb: 'start', on: [...name, ...on.slice(0, 1)], named: true }]
        : [];
    }
    case 'stop':
    case 'kill':
    case 'pause':
      return [
        { verb: 'stop', on, named: true },
        { verb: 'start', on, named: true, undoes: true },
      ];
    case 'restart':
      return [{ verb: 'restart', on, named: true }];
    case 'rm':
      return [
        { verb: 'remove', on, kinds: ['container'], named: true },
        ...(hasOption(call.args, '-f', '--force')
          ? [{ verb: 'stop' as const, on, named: true as const }]
          : []),
      ];
    case 'rmi':
      return [{ verb: 'remove', on, kinds: ['image'], named: true }];
    default:
      return [];
  }
}

function ofNoun(noun: string, [sub = '', ...on]: readonly string[]): Act[] {
  const kinds = noun === 'system' || noun === 'builder' ? ['image', 'container', 'cache', 'volume'] : [noun];
  if (sub === 'rm' || sub === 'remove') return [{ verb: 'remove', on, kinds, named: true }];
  if (sub === 'prune') return [{ verb: 'remove', kinds, on: ['dangling', 'unused'] }];
  if (sub === 'create') return [{ verb: 'create', on, kinds, named: true }];
  if (noun === 'container' && /^(?:start|stop|restart)$/.test(sub))
    return [{ verb: sub === 'start' ? 'start' : sub === 'stop' ? 'stop' : 'restart', on, named: true }];
  return [];
}

const published = (on: readonly string[]): Act => ({
  ...pushed(on),
  verb: 'release',
  kinds: ['image', 'container', 'docker'],
});

const pushed = (on: readonly string[]): Act => ({
  verb: 'push',
  on,
  kinds: ['image', 'container', 'tag', 'release'],
  named: true,
  needsWord: true,
  failed: FAILED,
  done: /digest: sha256|pushing manifest/,
});

function built(call: Invocation, on: readonly string[]): Act {
  const tags = optionValues(call.args, '-t', '--tag', '-f', '--file', '--target');
  const words = [...tags, ...on.filter((word) => word !== '.')];
  return {
    verb: 'build',
    on: words,
    kinds: ['image', 'container', 'docker', 'build', 'dockerfile'],
    ...(words.length > 0 ? { named: true } : {}),
    done: /naming to|Successfully (?:built|tagged)|exporting to image/,
  };
}

function compose(call: Invocation, [sub = '', ...on]: readonly string[]): Act[] {
  const { args } = call;
  const named = on.length > 0 ? { named: true as const } : {};
  const places = optionValue(args, '-p', '--project-name');
  const words = [...on, ...(places ? [places] : [])];
  switch (sub) {
    case 'up': {
      const starts: Act = { verb: 'start', on: words, kinds: THINGS, ...named };
      const again: Act[] = hasOption(args, '--force-recreate', '--build', '--always-recreate-deps')
        ? [{ verb: 'restart', on: words, ...named }]
        : [];
      const builds: Act[] = hasOption(args, '--build')
        ? [{ verb: 'build', on: words, kinds: ['image', 'container', 'stack', 'app'], ...named }]
        : [];
      return [starts, ...again, ...builds];
    }
    case 'start':
    case 'unpause':
      return [{ verb: 'start', on: words, ...named }];
    case 'restart':
      return [{ verb: 'restart', on: words, ...named }];
    case 'stop':
    case 'kill':
    case 'pause':
      return [
        { verb: 'stop', on: words, ...named },
        { verb: 'start', on: words, ...named, undoes: true },
      ];
    case 'down': {
      const kinds = [
        'container',
        'stack',
        'network',
        ...(hasOption(args, '-v', '--volumes') ? ['volume'] : []),
        ...(hasOption(args, '--rmi') ? ['image'] : []),
      ];
      return [
        { verb: 'stop', on: words, ...named },
        { verb: 'remove', on: [...words, ...kinds], kinds, named: true },
        { verb: 'start', on: words, ...named, undoes: true },
      ];
    }
    case 'rm':
      return [{ verb: 'remove', on: words, kinds: ['container'], ...named }];
    case 'build':
      return [
        {
          verb: 'build',
          on: words,
          kinds: ['image', 'container', 'stack', 'app', 'docker', 'build'],
          ...named,
        },
      ];
    case 'push':
      return [{ verb: 'push', on: words, kinds: ['image', 'tag'], named: true, needsWord: true }];
    default:
      return [];
  }
}
