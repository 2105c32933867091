import { positionals } from '../bash/invocation.ts';
import { actsOfTask, buildKinds } from './task-names.ts';
import type { Act, Tool } from './tool.ts';

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
    const isNamed = call.args.includes('-C') ? { named: true as const } : {};
    const variables = call.args.filter((word) => /^\w+=/.test(word));
    if (targets.length === 0)
      return /^g?make$/.test(call.program)
        ? [
            {
              verb: 'build',
              on: places,
              kinds: builtBy(call.args),
              failed: MAKE_FAILED,
              ...isNamed,
            },
          ]
        : [];
    const failed = new RegExp(`${MAKE_FAILED.source}|error: Recipe|rake aborted!`, 'm');
    return targets.flatMap((target) => {
      if (/^(?:all|modules|default)$/.test(target))
        return [
          {
            verb: 'build' as const,
            on: [target, ...places],
            kinds: [...builtBy(call.args), 'kernel', 'driver', 'module'],
            failed,
            ...isNamed,
          },
        ];
      const told = actsOfTask(target, places);
      const acts = (told.length > 0 ? told : madeAs(target, places)).map(
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

const MADE =
  /^(?:firmware|bootloader|docs?|html|pdf|book|images?|binary|binaries|wasm|assets|lib|library|kernel|bzImage|dtbs|apk|ipa|bundle|frontend|css|iso|rootfs)$|^[\w./-]+\.(?:elf|bin|hex|wasm|pdf|so|exe|iso|img|jar)$/;

/** A target that is a thing is made. What others do (`make flash`), their name does not tell. */
const madeAs = (target: string, places: readonly string[]): Act[] =>
  MADE.test(target) ? [{ verb: 'build', on: [target, ...places], named: true, needsWord: true }] : [];

const MAKE_FAILED = /^make(?:\[\d+\])?: \*\*\*/m;

/** In a folder of its own it builds what the folder is called, and not any part of the project. */
const builtBy = (args: readonly string[]): readonly string[] =>
  args.includes('-C')
    ? ['build', 'project', 'binary', 'library', 'target', 'module']
    : [...buildKinds([]), 'firmware'];
