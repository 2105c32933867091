import { type Invocation, optionValues, positionals } from '../bash/invocation.ts';
import type { Act, Tool } from './tool.ts';

const VALUED = [
  '-n',
  '--namespace',
  '-f',
  '--filename',
  '-l',
  '--selector',
  '-c',
  '--container',
  '--context',
  '--kubeconfig',
  '-o',
  '--output',
  '--timeout',
  '--replicas',
  '-p',
  '--patch',
  '--type',
  '--to-revision',
  '--set',
  '--set-string',
  '--values',
  '--version',
  '-k',
  '--kustomize',
  '--from-literal',
  '--from-file',
  '--image',
  '--kube-context',
  '--grace-period',
];
const FAILED =
  /^(?:Error|error|Unable to connect)\b|Error from server|UPGRADE FAILED|INSTALLATION FAILED|exceeded its progress deadline|timed out waiting/m;
const DEPLOYS = [
  'deployment',
  'deploy',
  'rollout',
  'release',
  'version',
  'revision',
  'chart',
  'pod',
  'service',
];

export const kubectl: Tool = {
  names: ['kubectl', 'oc', 'k'],
  idle: ['--dry-run=client', '--dry-run=server', '--local'],
  failed: FAILED,
  done: /\b(?:restarted|configured|created|unchanged|rolled (?:back|out)|scaled|patched|deleted|image updated|successfully|labeled|annotated|edited)\b/,
  read(call) {
    const [sub = '', ...on] = positionals(call.args, VALUED);
    const files = optionValues(call.args, '-f', '--filename', '-k', '--kustomize');
    const labels = optionValues(call.args, '-l', '--selector');
    switch (sub) {
      case 'rollout': {
        const [step = '', ...targets] = on;
        if (step === 'restart') return [{ verb: 'restart', on: [...targets, ...labels], named: true }];
        if (step === 'undo') return [{ verb: 'revert', on: targets, kinds: [...DEPLOYS] }];
        return [];
      }
      case 'apply':
      case 'replace':
        return [
          { verb: 'deploy', on: [...files, ...on], ...namesFile(files) },
          { verb: 'update', on: [...files, ...on], named: true },
          { verb: 'create', on: [...files, ...on], named: true },
        ];
      case 'set':
        return on[0] === 'image'
          ? [
              { verb: 'deploy', on: on.slice(1), named: true },
              { verb: 'update', on: ['image', ...on.slice(1)], named: true },
            ]
          : [{ verb: 'update', on, named: true }];
      case 'patch':
      case 'edit':
      case 'label':
      case 'annotate':
        return [{ verb: 'update', on, named: true }];
      case 'scale':
        return scaled(call, on);
      case 'delete': {
        const pods = /^(?:pods?|po)(?:\/|$)/.test(on[0] ?? '');
        return [
          { verb: 'remove', on: [...on, ...labels, ...files], kinds: kindsOf(on), named: true },
          ...(pods
            ? [{ verb: 'restart' as const, on: [...on.slice(1), ...labels, 'pod'], named: true as const }]
            : []),
        ];
      }
      case 'create':
      case 'run':
      case 'expose':
        return [
          { verb: 'create', on: [...on, ...files], kinds: kindsOf(on), named: true },
          ...(sub === 'create' && on[0] === 'job'
            ? [{ verb: 'run' as const, on: on.slice(1), named: true as const }]
            : []),
        ];
      default:
        return [];
    }
  },
};

const namesFile = (files: readonly string[]): { named?: true } =>
  files.some((file) => !/^(?:-|\.|k8s\/?|manifests?\/?|deploy\/?)$/.test(file)) ? { named: true } : {};

function kindsOf(on: readonly string[]): string[] {
  const name = (on[0] ?? '').split('/')[0] ?? '';
  const full = SHORT[name] ?? name.replace(/s$/, '');
  return full === '' ? [] : [full, 'resource'];
}

const SHORT: Readonly<Record<string, string>> = {
  po: 'pod',
  deploy: 'deployment',
  deployments: 'deployment',
  svc: 'service',
  ns: 'namespace',
  cm: 'configmap',
  pvc: 'volume',
  ing: 'ingress',
  sts: 'statefulset',
};

function scaled({ args }: Invocation, on: readonly string[]): Act[] {
  const replicas = optionValues(args, '--replicas')[0];
  const scale: Act = { verb: 'update', on: ['replicas', 'scale', ...on], named: true };
  return replicas === '0'
    ? [scale, { verb: 'stop', on, named: true }]
    : [scale, { verb: 'start', on, named: true }];
}

export const helm: Tool = {
  names: ['helm', 'helmfile'],
  idle: ['--dry-run=client', '--debug-only'],
  failed: FAILED,
  done: /Happy Helming|STATUS: deployed|has been (?:upgraded|rolled back)|uninstalled|Rollback was a success/,
  read(call) {
    const [sub = '', ...on] = positionals(call.args, VALUED);
    const images = optionValues(call.args, '--set', '--set-string', '-f', '--values');
    if (/^(?:upgrade|install|apply|sync)$/.test(sub))
      return [
        { verb: 'deploy', on: [...on, ...images], ...(on.length > 0 ? { named: true } : {}) },
        ...(sub === 'install'
          ? [{ verb: 'install' as const, on, kinds: ['chart'], named: true as const }]
          : []),
      ];
    if (sub === 'rollback') return [{ verb: 'revert', on, kinds: [...DEPLOYS] }];
    if (/^(?:uninstall|delete|destroy)$/.test(sub))
      return [{ verb: 'remove', on, kinds: ['release', 'chart', 'deployment'], named: true }];
    if (sub === 'push')
      return [
        { verb: 'release', on, kinds: ['chart', 'package'], named: true },
        { verb: 'push', on, kinds: ['chart'], named: true, needsWord: true },
      ];
    return sub === 'create' ? [{ verb: 'create', on, kinds: ['chart'], named: true }] : [];
  },
};
