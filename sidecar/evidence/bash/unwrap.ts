import { basename } from 'node:path';
import { type Invocation, optionValue, positionals } from './invocation.ts';

/** What stands behind a wrapper: another program, or the text of another script. */
export type Unwrapped = { invocation: Invocation } | { script: string; where: readonly string[] } | null;

type Wrapper = {
  /** Options that take the next word. */
  valued?: readonly string[];
  /** Words before the wrapped program, besides options: `timeout 300 pytest`. */
  skip?: number;
  /** A word that has to come first: `uv run`. */
  sub?: readonly string[];
};

const WRAPPERS: Readonly<Record<string, Wrapper | readonly Wrapper[]>> = {
  sudo: { valued: ['-u', '-g', '-h', '-p', '-C', '-D', '-U', '--user', '--group', '--chdir'] },
  doas: { valued: ['-u', '-C'] },
  env: { valued: ['-u', '--unset', '-C', '--chdir'] },
  command: {},
  builtin: {},
  exec: { valued: ['-a'] },
  nohup: {},
  setsid: {},
  time: { valued: ['-f', '-o'] },
  nice: { valued: ['-n'] },
  ionice: { valued: ['-c', '-n'] },
  stdbuf: { valued: ['-i', '-o', '-e'] },
  unbuffer: {},
  caffeinate: {},
  timeout: { valued: ['-s', '-k', '--signal', '--kill-after'], skip: 1 },
  gtimeout: { valued: ['-s', '-k', '--signal', '--kill-after'], skip: 1 },
  flock: { valued: ['-w', '-E'], skip: 1 },
  xargs: { valued: ['-n', '-I', '-P', '-L', '-d', '-a', '-s'] },
  'xvfb-run': { valued: ['-s', '-e', '-n', '-p'] },
  'cross-env': {},
  dotenv: { valued: ['-e', '-c', '-v'] },
  npx: { valued: ['-p', '--package', '-w', '--workspace'] },
  bunx: {},
  pnpx: {},
  uvx: { valued: ['-p', '--python', '--with', '--from'] },
  pipx: { sub: ['run'] },
  uv: {
    sub: ['run'],
    valued: ['--with', '--extra', '--group', '-p', '--python', '--project', '--directory'],
  },
  rye: { sub: ['run'] },
  hatch: { sub: ['run'] },
  pdm: { sub: ['run'] },
  poetry: { sub: ['run'], valued: ['-C', '--directory', '-P', '--project'] },
  pipenv: { sub: ['run'] },
  conda: { sub: ['run'], valued: ['-n', '--name', '-p'] },
  bundle: { sub: ['exec'] },
  npm: { sub: ['exec', 'x'], valued: ['--prefix', '-C', '-w', '--workspace'] },
  pnpm: { sub: ['exec', 'dlx'], valued: ['--filter', '-F', '-C', '--dir'] },
  yarn: { sub: ['exec', 'dlx'], valued: ['--cwd'] },
  bun: { sub: ['x'] },
  mise: { sub: ['exec', 'x'] },
  asdf: { sub: ['exec'] },
  direnv: { sub: ['exec'], skip: 1 },
  doppler: { sub: ['run'], valued: ['-p', '-c', '--project', '--config'] },
  op: { sub: ['run'], valued: ['--env-file'] },
  infisical: { sub: ['run'], valued: ['--env'] },
  'aws-vault': { sub: ['exec'], skip: 1 },
  sail: {},
  ddev: { sub: ['exec'] },
  lando: {},
  fvm: {},
  rbenv: { sub: ['exec'] },
  pyenv: { sub: ['exec'] },
  chronic: {},
  'systemd-run': { valued: ['-p', '--unit', '-u', '--property', '-M', '--uid'] },
  nix: { sub: ['develop'], valued: ['-c', '--command'] },
  devbox: { sub: ['run'] },
  pixi: { sub: ['run'], valued: ['-e'] },
  spring: {},
};

const SHELLS = new Set(['bash', 'sh', 'zsh', 'dash', 'ksh', 'ash']);

/** Takes one wrapper off; null where the invocation is none. */
export function unwrap(invocation: Invocation): Unwrapped {
  const { program, args } = invocation;
  if (SHELLS.has(program)) return unwrapShell(invocation);
  if (program === 'eval') return { script: args.join(' '), where: [] };
  if (program === 'ssh' || program === 'autossh') return unwrapSsh(args);
  if (program === 'tmux' || program === 'screen') return unwrapMultiplexer(invocation);
  const inContainer = containerCommand(program, args);
  if (inContainer) return startedBy(invocation, inContainer.words, inContainer.where);
  if (/^(?:python|pypy)$/.test(program)) return unwrapPython(invocation);
  if (/^(?:node|deno|ruby|perl|php|tsx|ts-node|bun)$/.test(program)) return unwrapInterpreter(invocation);
  if (/^(?:hardhat|forge|truffle|brownie)$/.test(program) && /^(?:run|script|exec)$/.test(args[0] ?? ''))
    return startedBy(invocation, args.slice(1), []);
  for (const wrapper of [WRAPPERS[program] ?? []].flat()) {
    const words = wrappedWords(args, wrapper);
    if (words.length > 0) return startedBy(invocation, words, placesOf(args));
  }
  return null;
}

function unwrapShell(invocation: Invocation): Unwrapped {
  const { args, stdin } = invocation;
  const at = args.findIndex((word) => /^-[a-z]*c$/.test(word));
  if (at >= 0) {
    // `bash -nc` only checks the syntax.
    return {
      script: args.slice(0, at + 1).some((word) => /^-[a-z]*n/.test(word)) ? '' : (args[at + 1] ?? ''),
      where: [],
    };
  }
  if (args.some((word) => /^-[a-z]*n[a-z]*$/.test(word) || word === '--norc-check')) {
    return { script: '', where: [] };
  }
  const [file] = positionals(args, ['-o', '+o', '--rcfile']);
  if (file === undefined || file === '-') return { script: stdin, where: [] };
  return startedBy(invocation, args.slice(args.indexOf(file)), []);
}

function unwrapSsh(args: readonly string[]): Unwrapped {
  const words = positionals(args, ['-i', '-p', '-l', '-o', '-F', '-J', '-L', '-R', '-D', '-b', '-c', '-E']);
  const [host, ...command] = words;
  return host === undefined || command.length === 0 ? null : { script: command.join(' '), where: [host] };
}

/** `tmux new-session -d -s web 'npm run dev'`: what it starts is on its own from then on. */
function unwrapMultiplexer({ program, args }: Invocation): Unwrapped {
  const [sub = '', ...words] = positionals(args, ['-s', '-n', '-c', '-t', '-S', '-x', '-y', '-e']);
  const isDetached = args.some((word) => /^-[a-zA-Z]*d/.test(word));
  const line =
    program === 'screen'
      ? [sub, ...words].slice(args.some((word) => /^-\w*S/.test(word)) && !args.includes('-S') ? 1 : 0)
      : /^(?:new|new-session|new-window|neww)$/.test(sub)
        ? words
        : [];
  const keys =
    program === 'tmux' && /^send(?:-keys)?$/.test(sub)
      ? words.filter((word) => !/^(?:Enter|C-m|C-c)$/.test(word))
      : [];
  if (keys.length > 0) return { script: `${keys.join(' ')} &`, where: [] };
  return isDetached && line.length > 0 ? { script: `${line.join(' ')} &`, where: [] } : null;
}

/** `docker compose exec -T app php …`, `kubectl exec pod -- …`. */
function containerCommand(
  program: string,
  args: readonly string[],
): { words: readonly string[]; where: string[] } | null {
  if (!/^(?:docker|podman|docker-compose|kubectl|oc|heroku|lxc)$/.test(program)) return null;
  const sub = args.findIndex((word) => /^(?:exec|run)$/.test(word));
  if (sub < 0 || (args[sub] === 'run' && /^(?:kubectl|oc)$/.test(program))) return null;
  const before = positionals(args.slice(0, sub), ['-f', '-p', '-n', '--file', '--namespace', '--context']);
  if (before.some((word) => word !== 'compose')) return null;
  const rest = args.slice(sub + 1);
  const dashes = rest.indexOf('--');
  if (dashes >= 0) return { words: rest.slice(dashes + 1), where: positionals(rest.slice(0, dashes)) };
  if (program === 'heroku') return { words: rest.filter((word) => !word.startsWith('-')), where: [] };
  const valued =
    /^(?:-e|-u|-w|-v|-p|-c|-n|--env|--user|--workdir|--volume|--name|--entrypoint|--network|--env-file|--index|--platform|--mount|--namespace)$/;
  let at = 0;
  while (rest[at]?.startsWith('-')) at += valued.test(rest[at] ?? '') ? 2 : 1;
  return { words: rest.slice(at + 1), where: rest[at] === undefined ? [] : [rest[at] ?? ''] };
}

/** `python -m pytest`, `python manage.py migrate`. */
function unwrapPython(invocation: Invocation): Unwrapped {
  const { args } = invocation;
  const module = optionValue(args, '-m');
  if (module !== undefined) {
    const words = args.slice(args.indexOf('-m') + 1);
    return startedBy(invocation, words, []);
  }
  return unwrapInterpreter(invocation);
}

function unwrapInterpreter(invocation: Invocation): Unwrapped {
  const { args, program } = invocation;
  if (program === 'bun' || program === 'deno') return null;
  const at = args.findIndex((word) => !word.startsWith('-'));
  if (
    at < 0 ||
    args.slice(0, at).some((word) => /^(?:-e|-c|-p|-r|-l|--eval|--print|--check|--test|-n)$/.test(word))
  ) {
    return null;
  }
  return startedBy(invocation, args.slice(at), []);
}

function wrappedWords(args: readonly string[], { valued = [], skip = 0, sub }: Wrapper): readonly string[] {
  let at = 0;
  let toSkip = skip;
  let needsSub = sub !== undefined;
  for (; at < args.length; at += 1) {
    const word = args[at] ?? '';
    if (valued.includes(word)) at += 1;
    else if (word === '--' && !needsSub && toSkip === 0) return args.slice(at + 1);
    else if (word.startsWith('-') || /^[A-Za-z_]\w*=/.test(word)) continue;
    else if (needsSub) {
      if (!sub?.includes(word)) return [];
      needsSub = false;
    } else if (toSkip > 0) toSkip -= 1;
    else return args.slice(at);
  }
  return [];
}

function placesOf(args: readonly string[]): string[] {
  const value = optionValue(
    args,
    '--prefix',
    '-C',
    '--dir',
    '--filter',
    '-F',
    '--cwd',
    '-w',
    '--workspace',
    '--project',
    '--directory',
  );
  return value === undefined ? [] : [value];
}

function startedBy(from: Invocation, words: readonly string[], where: readonly string[]): Unwrapped {
  const [path, ...args] = words;
  if (path === undefined) return null;
  return { invocation: { ...from, path, program: programOf(path), args, where: [...from.where, ...where] } };
}

/** `/usr/bin/python3.11` → `python`, `eslint@9` → `eslint`. */
export function programOf(path: string): string {
  const name = basename(path.replace(/(?<=.)@[\w.^~-]+$/, ''));
  return name.replace(/^(python|pip|pypy)[\d.]+$/, '$1');
}
