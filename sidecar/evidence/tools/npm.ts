import { hasOption, type Invocation, optionValues, positionals } from '../bash/invocation.ts';
import { PARTS_OF_SYSTEMS } from '../matching/nouns.ts';
import { actsOfTask, testRun } from './task-names.ts';
import type { Act, Tool, ToolReading } from './tool.ts';

const VALUED = [
  '--prefix',
  '-C',
  '--dir',
  '--cwd',
  '-w',
  '--workspace',
  '--filter',
  '-F',
  '--registry',
  '--tag',
  '--access',
  '--otp',
  '--mode',
  '--loglevel',
];
const PLACE = ['--prefix', '-C', '--dir', '--cwd', '-w', '--workspace', '--filter', '-F'];
const TAKES_BACK = /^(?:uninstall|un|remove|rm|r|unlink)$/;
const ADDS = /^(?:install|i|add|in|up|update|upgrade|link|isntall)$/;

/** npm, pnpm, yarn, bun: the same subcommands in four dialects. */
export const npm: Tool = {
  names: ['npm', 'pnpm', 'yarn', 'bun', 'lerna', 'nx', 'turbo', 'ni', 'nr', 'deno'],
  failed:
    /npm ERR!|^npm error|ERR_PNPM|ELIFECYCLE|^error |YN\d+: .*(?:Error|couldn't)|Command failed with exit code/m,
  read(call) {
    const words = positionals(beforeDashes(call.args), VALUED);
    const place = optionValues(call.args, ...PLACE);
    const [sub = '', ...rest] = call.program === 'nr' ? ['run', ...words] : words;
    const task = taskOf(call, sub, rest);
    if (task !== null) return ofTask(task.name, task.more, place, call);
    if (sub === '' && call.program === 'yarn') return installed([]);
    if (/^(?:ci|install-test|clean-install)$/.test(sub)) return installed([]);
    if (ADDS.test(sub)) return installed(rest);
    if (sub === 'rebuild')
      return [
        {
          verb: 'build',
          on: ['native', 'modules', ...rest],
          kinds: ['dependency', 'addon', 'package'],
          named: true,
        },
      ];
    if (sub === 'dedupe')
      return [
        { verb: 'update', on: ['lockfile', 'dependencies'], kinds: ['lockfile', 'dependency'], named: true },
      ];
    if (TAKES_BACK.test(sub)) return taken(rest);
    if (sub === 'publish' || (sub === 'npm' && rest[0] === 'publish')) return [published(call, place)];
    if (sub === 'version' && rest.length > 0)
      return {
        acts: [{ verb: 'update', on: ['version', ...rest], kinds: ['version', 'package'] }],
        changesCode: true,
      };
    if (sub === 'audit' && (rest[0] === 'fix' || hasOption(call.args, '--fix')))
      return { acts: [{ verb: 'fix', on: ['audit', 'vulnerability'], needsWord: true }], changesCode: true };
    if (sub === 'pkg' && rest[0] === 'set')
      return {
        acts: [
          {
            verb: 'update',
            on: ['package.json', ...rest],
            kinds: ['manifest', 'version', 'file'],
            named: true,
          },
        ],
        changesCode: true,
      };
    if (/^(?:init|create)$/.test(sub))
      return {
        acts: [{ verb: 'create', on: rest, kinds: ['package', 'project', 'app'] }],
        changesCode: true,
      };
    if (sub === 'unpublish' || sub === 'deprecate')
      return [{ verb: 'remove', on: rest, kinds: ['package', 'version', 'release'], named: true }];
    return [];
  },
};

function beforeDashes(args: readonly string[]): readonly string[] {
  const at = args.indexOf('--');
  return at < 0 ? args : args.slice(0, at);
}

/** `npm run build`, `npm t`, `yarn build`, `nx test api`. */
function taskOf(
  { program, args }: Invocation,
  sub: string,
  rest: readonly string[],
): { name: string; more: readonly string[] } | null {
  const dashes = args.indexOf('--');
  const extra = dashes < 0 ? [] : args.slice(dashes + 1);
  if (/^(?:run|run-script|rum|task)$/.test(sub) && rest[0] !== undefined)
    return { name: rest[0], more: [...rest.slice(1), ...extra] };
  if (/^(?:t|tst|test|it)$/.test(sub)) return { name: 'test', more: [...rest, ...extra] };
  if (/^(?:start|stop|restart)$/.test(sub)) return { name: sub, more: extra };
  if (program === 'nx' && sub !== '' && rest[0] !== undefined) return { name: sub, more: rest };
  const isTask = /^(?:yarn|pnpm|turbo|nx|lerna|bun)$/.test(program) && sub !== '';
  return isTask && !KNOWN.test(sub) ? { name: sub, more: [...rest, ...extra] } : null;
}

const KNOWN =
  /^(?:install|i|add|remove|rm|un|uninstall|up|update|upgrade|publish|version|audit|why|list|ls|outdated|link|unlink|info|view|config|cache|dedupe|init|create|pack|exec|dlx|x|workspaces?|npm|login|whoami|set|import|store|patch|rebuild|prune|ci|pkg|search|bin|root|owner|dist-tag|pm|run|build(?=$^))$/;

function ofTask(
  name: string,
  more: readonly string[],
  place: readonly string[],
  call: Invocation,
): readonly Act[] | ToolReading {
  const values = more.filter((word) => !word.startsWith('-'));
  const acts = actsOfTask(name, more).map((act): Act => {
    if (act.verb === 'test')
      return testRun(
        [...(act.on ?? []), ...place, ...call.where.slice(-1)],
        ['javascript', 'typescript', 'node', 'frontend', name],
      );
    // Which part of a monorepo it was is said: then it is no other part.
    const isOfPart =
      place.length > 0 ||
      call.where.some((path) => /(?:^|\/)(?:packages|apps|services|libs|modules)\//.test(path));
    return {
      ...act,
      ...(isOfPart && act.kinds ? { kinds: act.kinds.filter((kind) => !PARTS_OF_SYSTEMS.has(kind)) } : {}),
      on: [...(act.on ?? []), ...place],
      ...(place.length > 0 || call.where.length > 0 ? { named: true } : {}),
    };
  });
  const isFix =
    /(?:^|[:_-])(?:fix|format|fmt|codegen|generate)(?:$|[:_-])/.test(name) ||
    more.includes('--fix') ||
    more.includes('--write');
  const ran: Act = {
    verb: 'run',
    on: [name, call.program, ...values],
    kinds: [...lintKinds(name), 'script', 'task'],
    named: true,
  };
  const fix: Act[] =
    isFix && /lint|format|fmt|fix|prettier|style/.test(name)
      ? [
          {
            verb: 'fix',
            on: [name],
            kinds: ['lint', 'format', 'formatting', 'style', 'error', 'warning'],
            needsWord: true,
          },
        ]
      : [];
  const made: Act[] = /codegen|generate|gen$/.test(name)
    ? (['create', 'update'] as const).map((verb) => ({
        verb,
        on: [name, ...values],
        kinds: /^(?:codegen|generate|gen)$/.test(name) ? GENERATED : [],
        needsWord: true as const,
        named: true as const,
      }))
    : [];
  return {
    acts: [...acts, ...fix, ...made, { ...ran, ...(acts[0]?.failed ? { failed: acts[0].failed } : {}) }],
    changesCode: isFix,
  };
}

const GENERATED = [
  'type',
  'client',
  'code',
  'api',
  'schema',
  'stub',
  'sdk',
  'graphql',
  'openapi',
  'model',
  'definition',
];

export function lintKinds(name: string): string[] {
  if (/lint|eslint|ruff|biome|flake|clippy/.test(name)) return ['linter', 'lint', 'check'];
  if (/format|fmt|prettier|black/.test(name)) return ['formatter', 'format'];
  return /typecheck|tsc|types|mypy|pyright/.test(name)
    ? ['typecheck', 'type', 'typechecker', 'check', 'checker']
    : [];
}

function installed(packages: readonly string[]): ToolReading {
  return { acts: installation(packages), changesCode: packages.length > 0 };
}

/** Without a package it is the whole manifest that was installed, and no package by name. */
export function installation(packages: readonly string[]): Act[] {
  const on =
    packages.length > 0 ? packages : ['dependencies', 'packages', 'modules', 'gems', 'pods', 'requirements'];
  const written: Omit<Act, 'verb'> = {
    on: [...on, 'lockfile'],
    kinds: ['dependency', 'package'],
    named: true,
    needsWord: true,
  };
  return [
    { verb: 'install', on, named: true },
    ...(packages.length > 0 ? [{ ...written, verb: 'create' as const, kinds: [] }] : []),
    { ...written, verb: 'update' },
  ];
}

function taken(packages: readonly string[]): ToolReading {
  return {
    acts: [
      { verb: 'remove', on: packages, kinds: ['dependency', 'package', 'library', 'module'], named: true },
      { verb: 'install', on: packages, named: true, undoes: true },
    ],
    changesCode: true,
  };
}

function published({ output, where }: Invocation, place: readonly string[]): Act {
  const made = [...output.matchAll(/(?:^\+ |versions?: )(\S+?)\.?$/gm)].map(([, name]) => name ?? '');
  const on = [...made, ...place, ...where.slice(-1)];
  return {
    verb: 'release',
    on,
    kinds: ['package', 'release', 'version', 'library', 'module'],
    done: /^\+ \S+@|Published/m,
    ...(on.length > 0 ? { named: true } : {}),
  };
}
