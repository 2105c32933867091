import { hasOption, optionValues, positionals } from '../bash/invocation.ts';
import { readPlainWords } from './plain-words.ts';
import type { Act, Tool } from './tool.ts';

const HOST = ['host', 'box', 'machine', 'server', 'node', 'vm', 'instance', 'runner', 'pi'];

/** The machine itself: reboot, shutdown. */
export const machines: Tool = {
  names: ['reboot', 'shutdown', 'poweroff', 'halt'],
  idle: ['-c', '-k'],
  read({ program, args, where }) {
    const verb = program === 'reboot' || args.includes('-r') ? 'restart' : 'stop';
    return [{ verb, on: [...where.slice(-1), 'host'], kinds: HOST, named: true, atOnce: true }];
  },
};

const VM = ['vm', 'machine', 'box', 'guest'];

/** `vagrant up`, `vagrant halt`; everything else that starts and stops machines says so in plain words. */
export const virtualMachines: Tool = {
  names: ['vagrant'],
  failed: /^(?:The |An error|==> .*error)/m,
  read({ args, where }) {
    const [sub = '', ...rest] = positionals(args, ['--provider']);
    const act = (verb: Act['verb']): Act => ({
      verb,
      on: ['vm', ...rest, ...where.slice(-1)],
      kinds: VM,
      named: true,
    });
    switch (sub) {
      case 'up':
      case 'resume':
        return [act('start')];
      case 'halt':
      case 'suspend':
        return [act('stop')];
      case 'reload':
        return [act('restart')];
      case 'destroy':
        return [act('remove')];
      default:
        return [];
    }
  },
};

/** kind, minikube, k3d: a cluster that is created runs. */
export const localClusters: Tool = {
  names: ['kind', 'minikube', 'k3d', 'eksctl'],
  failed: /^ERROR\b|^Error\b|X Exiting due to|FATA\[/m,
  done: /Done!|Set kubectl context|created successfully|Deleted (?:nodes|cluster)|Creating cluster|Stopping node|Removed all traces/,
  read(call) {
    const { acts } = readPlainWords(call);
    const starts = acts
      .filter(({ verb }) => verb === 'create')
      .map((act): Act => ({ ...act, verb: 'start' }));
    return { acts: [...acts, ...starts] };
  },
};

/** `kafka-topics.sh --create --topic orders`: the verb is an option. */
export const kafkaTopics: Tool = {
  names: ['kafka-topics', 'kafka-topics.sh', 'rpk'],
  failed: /^Error while executing|TOPIC_ALREADY_EXISTS/m,
  read({ program, args }) {
    const words = positionals(args, [
      '--bootstrap-server',
      '--topic',
      '--partitions',
      '--replication-factor',
      '-p',
      '-r',
      '--brokers',
      '--zookeeper',
    ]);
    const on = ['kafka', ...optionValues(args, '--topic'), ...words];
    const has = (word: string) => hasOption(args, `--${word}`) || (program === 'rpk' && words[1] === word);
    const topic = (verb: Act['verb']): Act[] => [{ verb, on, kinds: ['topic', 'queue'], named: true }];
    return has('create')
      ? topic('create')
      : has('delete')
        ? topic('remove')
        : has('alter')
          ? topic('update')
          : [];
  },
};

/** What runs in them is told by its own command line; this is about the session. */
export const terminals: Tool = {
  names: ['tmux', 'screen', 'zellij'],
  read({ args }) {
    const [sub = ''] = positionals(args, ['-t', '-S', '-L']);
    const isKill = /^kill-(?:session|server|window|pane)$/.test(sub) || args.includes('quit');
    return isKill
      ? [
          {
            verb: 'stop',
            on: ['tmux', 'screen', ...optionValues(args, '-t', '-S')],
            kinds: ['session', 'window'],
            named: true,
          },
        ]
      : [];
  },
};
