import { hasOption, optionValue, positionals } from '../bash/invocation.ts';
import { served } from './builders.ts';
import type { Act, Tool } from './tool.ts';

type Step = 'start' | 'stop' | 'restart';

const STEPS: Readonly<Record<string, readonly Step[]>> = {
  start: ['start'],
  stop: ['stop'],
  restart: ['restart'],
  reload: ['restart'],
  'try-restart': ['restart'],
  'reload-or-restart': ['restart'],
  gracefulReload: ['restart'],
  startOrRestart: ['start', 'restart'],
  startOrReload: ['start', 'restart'],
  kill: ['stop'],
  delete: ['stop'],
  kickstart: ['start', 'restart'],
  bootout: ['stop'],
  bootstrap: ['start'],
  load: ['start'],
  unload: ['stop'],
  up: ['start'],
  down: ['stop'],
};

/** What a supervisor's word does to the services that it names. */
export function stepActs(step: string, on: readonly string[]): Act[] {
  const named = on.length > 0 && !on.includes('all') ? { named: true as const } : {};
  const steps = STEPS[step] ?? [];
  const done = steps.map((verb): Act => ({ verb, on, ...named }));
  return steps.includes('stop') ? [...done, { verb: 'start', on, ...named, undoes: true }] : done;
}

export const systemctl: Tool = {
  names: [
    'systemctl',
    'supervisorctl',
    'pm2',
    'rc-service',
    'launchctl',
    'forever',
    'sv',
    'overmind',
    'svc',
    'monit',
  ],
  failed:
    /^Failed to |^Job for \S+ failed|\bERROR \(|\[PM2\]\[ERROR\]|Access denied|could not be found|not found|Could not find|No such process/m,
  read({ program, args }) {
    const words = positionals(args, ['-M', '-H', '--namespace', '-i', '-n', '--name', '-c', '--env', '-p']);
    const name = optionValue(args, '--name', '-n');
    const [first = '', ...rest] = words;
    if (program === 'rc-service') return stepActs(rest[0] ?? '', [first]);
    if (program === 'systemctl' && (first === 'enable' || first === 'disable')) {
      return [
        ...(hasOption(args, '--now') ? stepActs(first === 'enable' ? 'start' : 'stop', rest) : []),
        { verb: 'update', on: rest, named: true, needsWord: true },
      ];
    }
    if (program === 'pm2' && first === 'delete')
      return [
        ...stepActs('stop', rest),
        { verb: 'remove', on: rest, kinds: ['process', 'app', 'service'], named: true },
      ];
    if (program === 'pm2' && first === 'deploy') return [{ verb: 'deploy', on: rest }];
    return stepActs(first, [...rest, ...(name ? [name] : [])]);
  },
};

export const service: Tool = {
  names: ['service', 'invoke-rc.d'],
  failed: /unrecognized service|Failed to|failed!/,
  read: ({ args: [name = '', step = ''] }) => stepActs(step, [name]),
};

export const brewServices: Tool = {
  names: ['apachectl', 'nginx', 'httpd', 'caddy', 'redis-cli', 'pg_ctl'],
  read({ program, args }) {
    if (program === 'redis-cli') {
      const command = args.join(' ').toLowerCase();
      if (/\bflush(?:all|db)\b/.test(command))
        return [
          {
            verb: 'remove',
            on: ['cache', 'keys', 'redis'],
            kinds: ['cache', 'key', 'data', 'queue', 'entry'],
          },
        ];
      return /\bshutdown\b/.test(command) ? stepActs('stop', ['redis']) : [];
    }
    if (args.includes('-t') || args.includes('configtest') || args.includes('validate')) return [];
    if (program === 'nginx') {
      const signal = optionValue(args, '-s');
      return signal === 'reload' || signal === 'reopen'
        ? stepActs('restart', ['nginx'])
        : signal
          ? stepActs('stop', ['nginx'])
          : stepActs('start', ['nginx']);
    }
    const [step = ''] = positionals(args, ['-D', '-l', '--config']);
    return stepActs(step === 'graceful' ? 'restart' : step === 'run' ? 'start' : step, [program]);
  },
};

/** `kill -0` and `-l` only ask; a number names a process, but to nobody who reads a promise. */
export const killers: Tool = {
  names: ['kill', 'pkill', 'killall', 'fuser', 'kill-port', 'taskkill'],
  failed: /No such process|no process found|Operation not permitted/,
  read({ program, args }) {
    if (args.some((word) => /^-(?:0|l|L)$/.test(word)) || (args[0] === '-s' && args[1] === '0')) return [];
    if (program === 'fuser' && !args.includes('-k')) return [];
    const words = positionals(args, ['-s', '-n', '-u', '-g', '--signal']).filter(
      (word) =>
        (program === 'kill-port' || program === 'fuser' || !/^\d+$/.test(word)) && !/[$`%]/.test(word),
    );
    const isHup = args.some((word) => /^-(?:HUP|1|SIGHUP|USR2)$/.test(word));
    if (isHup) return [{ verb: 'restart', on: words, ...(words.length > 0 ? { named: true } : {}) }];
    return [
      {
        verb: 'stop',
        on: words,
        atOnce: true,
        kinds: [
          'process',
          'server',
          'tunnel',
          'job',
          'app',
          'service',
          'worker',
          'container',
          'watcher',
          'listener',
          'daemon',
          'session',
        ],
        ...(words.some((word) => !/^[\d/tcp]+$/.test(word)) ? { named: true } : {}),
      },
      { verb: 'start', on: words, undoes: true, ...(words.length > 0 ? { named: true } : {}) },
    ];
  },
};

/** Programs that serve until they are stopped. */
export const servers: Tool = {
  names: [
    'uvicorn',
    'gunicorn',
    'hypercorn',
    'daphne',
    'flask',
    'streamlit',
    'nodemon',
    'http-server',
    'serve',
    'live-server',
    'json-server',
    'prism',
    'redis-server',
    'mongod',
    'postgres',
    'mailpit',
    'mailhog',
    'ngrok',
    'cloudflared',
    'localtunnel',
    'celery',
    'sidekiq',
    'puma',
    'unicorn',
    'thin',
    'jupyter',
    'minio',
    'wiremock',
    'ts-node-dev',
    'foreman',
    'honcho',
    'hivemind',
    'http.server',
    'localstack',
    'temporal',
    'inngest',
    'stripe',
    'ollama',
    'miniflare',
    'tunnel',
    'air',
    'caddy-server',
    'verdaccio',
  ],
  failed: /EADDRINUSE|[Aa]ddress already in use|Cannot find module|ModuleNotFoundError|command not found/,
  read({ program, args, where }) {
    const words = positionals(args, ['-p', '--port', '-b', '--bind', '--host', '-w', '--workers']);
    if (
      /^(?:flask|temporal|inngest|ollama|localstack|celery|stripe)$/.test(program) &&
      !words.some((word) =>
        /^(?:run|server|webserver|scheduler|start|start-dev|serve|worker|beat|dev|listen|standalone)$/.test(
          word,
        ),
      )
    )
      return [];
    return [
      {
        ...served(program, [...words, ...where.slice(-1)]),
        kinds: [
          'server',
          'service',
          'process',
          'app',
          ...(/^(?:json-server|prism|wiremock|miniflare|mailpit|mailhog|localstack)$/.test(program)
            ? ['mock', 'fake', 'local']
            : []),
          ...(WORKERS.test(program) ? ['worker', 'queue'] : []),
          ...(/^(?:ngrok|cloudflared|localtunnel|tunnel)$/.test(program) ? ['tunnel'] : []),
        ],
        named: true,
      },
    ];
  },
};

/** `ssh -fN -L 5433:db:5432 host` opens a tunnel; with a command behind it, it never gets here. */
export const tunnels: Tool = {
  names: ['ssh', 'autossh', 'kubectl-port-forward'],
  failed: /Address already in use|Could not request|Connection refused|Permission denied|Could not resolve/,
  read({ args }) {
    if (!args.some((word) => /^-[a-zA-Z]*[LRD]/.test(word))) return [];
    return [
      {
        verb: 'start',
        on: args.filter((word) => !word.startsWith('-')),
        kinds: ['tunnel', 'forward', 'proxy', 'connection'],
      },
    ];
  },
};

const WORKERS = /^(?:celery|sidekiq|temporal)$/;
