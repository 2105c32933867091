import { type Invocation, positionals } from '../bash/invocation.ts';
import { fileKindsOf } from '../matching/files.ts';
import { tokensOf } from '../matching/words.ts';
import { BUILD_FAILED, buildKinds, testRun } from './task-names.ts';
import type { Act, ToolReading } from './tool.ts';

/** What a word of a command line says in any program: `acme clusters create dev`, `aws ec2 stop-instances`. */
const VERBS: readonly (readonly [RegExp, readonly Act['verb'][]])[] = [
  [/^(?:create|new|add|mb|mk)$/, ['create']],
  [/^(?:delete|remove|rm|rb|destroy|drop|purge|del|unset)$/, ['remove']],
  [/^terminate$/, ['remove', 'stop']],
  [/^(?:start|boot|startup|resume|launch)$/, ['start']],
  [/^(?:stop|shutdown|halt|poweroff|suspend|deallocate)$/, ['stop']],
  [/^(?:restart|reboot|reload|bounce)$/, ['restart']],
  [/^(?:deploy|redeploy|promote)$/, ['deploy']],
  [/^(?:publish|release)$/, ['release']],
  [/^(?:build|compile|rebuild)$/, ['build']],
  [/^(?:migrate)$/, ['migrate']],
  [/^(?:send|notify|announce)$/, ['send']],
  [/^(?:install|upgrade)$/, ['install']],
  [/^(?:rollback|revert|undo)$/, ['revert']],
  [/^(?:update|set|edit|patch|rename|modify|scale|resize|put)$/, ['update']],
  [/^(?:push)$/, ['push']],
  [/^(?:trigger|execute|run|submit|invoke)$/, ['run']],
];

const LOOKS =
  /^(?:list|ls|get|describe|show|view|status|logs?|info|inspect|plan|diff|validate|check|preview|help|version|search|find|explain|wait|watch|tail|lint|doctor|history|whoami|config|completion|print|dump|test-\w+|stat|login|logout|auth|query|count|estimate|simulate)$/;

/** What else the things that a program makes or starts are called. */
const SORTS: Readonly<Record<string, readonly string[]>> = {
  minikube: ['cluster', 'kubernetes', 'local', 'dev'],
  kind: ['cluster', 'kubernetes', 'local', 'dev'],
  k3d: ['cluster', 'kubernetes', 'local', 'dev'],
  k3s: ['cluster', 'kubernetes'],
  eksctl: ['cluster', 'kubernetes', 'eks', 'nodegroup'],
  colima: ['vm', 'machine', 'docker', 'daemon', 'container', 'runtime'],
  limactl: ['vm', 'machine'],
  multipass: ['vm', 'machine', 'instance'],
  vagrant: ['vm', 'machine', 'box'],
  virsh: ['vm', 'machine', 'domain', 'guest'],
  prlctl: ['vm', 'machine'],
  VBoxManage: ['vm', 'machine'],
  lxc: ['container', 'instance'],
  incus: ['container', 'instance'],
  supabase: ['database', 'stack', 'local', 'supabase', 'project'],
  'idf.py': ['firmware', 'app', 'esp32', 'image'],
  west: ['firmware', 'zephyr', 'app'],
  pio: ['firmware', 'sketch'],
  platformio: ['firmware', 'sketch'],
  'arduino-cli': ['firmware', 'sketch'],
  esphome: ['firmware'],
  maturin: ['wheel', 'package', 'extension', 'rust'],
  hatch: ['wheel', 'package', 'sdist'],
  pdm: ['wheel', 'package', 'sdist'],
  flit: ['wheel', 'package', 'sdist'],
  forge: ['contract'],
  hardhat: ['contract'],
  anchor: ['program', 'contract'],
  aws: ['instance', 'box', 'machine', 'vm', 'server', 'node'],
  gcloud: ['instance', 'box', 'machine', 'vm', 'server', 'node'],
  az: ['instance', 'box', 'machine', 'vm', 'server', 'app', 'web'],
  hcloud: ['instance', 'box', 'machine', 'vm', 'server'],
  doctl: ['instance', 'box', 'machine', 'vm', 'server', 'droplet'],
  heroku: ['dyno', 'app'],
  fly: ['machine', 'app'],
  flyctl: ['machine', 'app'],
  'kafka-topics': ['topic', 'kafka'],
  rabbitmqctl: ['queue', 'broker', 'rabbitmq'],
  pumactl: ['puma', 'server'],
};

/** Groups of commands whose things are machines; of others the name of the program says nothing of their sort. */
const MACHINES = /^(?:ec2|compute|vm|vmss|instances?|servers?|droplets?|compute-action|machines?|webapp)$/;

/**
 * A program that no entry of the table knows is told by the words of its command line. It meets only a claim whose own
 * words stand in the call, so that a verb alone proves nothing.
 */
export function readPlainWords(call: Invocation): ToolReading {
  const words = positionals(call.args).filter((word) => /^[A-Za-z][\w.:-]{0,60}$/.test(word));
  const spoken = words.slice(0, 4).flatMap((word) => tokensOf(word).map((token) => ({ token, word })));
  for (const { token, word } of spoken) {
    if (LOOKS.test(token)) return { acts: [] };
    if (token === 'test' || token === 'spec') return { acts: [testOf(call, words, word)] };
    const verbs = VERBS.find(([pattern]) => pattern.test(token))?.[1];
    if (verbs === undefined) continue;
    const isThread =
      verbs.includes('create') && words.some((one) => /^(?:prs?|pull-requests?|mr|issues?)$/.test(one));
    return { acts: (isThread ? (['open'] as const) : verbs).map((verb) => actOf(call, verb, word)) };
  }
  return { acts: [] };
}

function testOf(call: Invocation, words: readonly string[], word: string): Act {
  return testRun(words.slice(words.indexOf(word) + 1), [call.program]);
}

function actOf(call: Invocation, verb: Act['verb'], word: string): Act {
  const isOfMachines = /^(?:aws|gcloud|az|hcloud|doctl)$/.test(call.program);
  const sorts =
    !isOfMachines || call.args.slice(0, 2).some((one) => MACHINES.test(one)) ? SORTS[call.program] : [];
  const values = call.args
    .filter((one) => one !== word)
    .map((one) => (one.startsWith('-') ? one.replace(/^-+[\w-]*=?/, '') : one));
  return {
    verb,
    on: [call.program, ...values, ...tokensOf(word).slice(1)],
    kinds: [
      ...(sorts ?? []),
      ...(call.args[0] === 's3' ? ['bucket'] : []),
      ...(verb === 'open'
        ? ['pr', 'request', 'issue'].filter((kind) => call.args.includes(kind) || kind === 'request')
        : []),
      ...(verb === 'build' ? buildKinds([]) : []),
      ...(verb === 'create' ? values.flatMap(fileKindsOf).filter((kind) => kind !== 'file') : []),
    ],
    named: true,
    needsWord: true,
    ...(verb === 'build' ? { failed: BUILD_FAILED } : {}),
  };
}
