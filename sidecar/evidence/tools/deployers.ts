import { hasOption, type Invocation, optionValue, optionValues, positionals } from '../bash/invocation.ts';
import { migrationActs } from './migrations.ts';
import { readPlainWords } from './plain-words.ts';
import type { Act, Tool } from './tool.ts';

const FAILED =
  /^\s*(?:✘ \[ERROR\]|Error|ERROR|error|✖|X \[ERROR\]|│ Error)\b|exited with [1-9]|AccessDenied|Deployment failed|Build failed|deploy failed|FAILED|UPDATE_ROLLBACK|^(?:Apply|Destroy) cancelled|^Canceled\b/m;
const DONE =
  /[Dd]eployed|Deploy complete|[Pp]ublished|Apply complete|Production: http|Live URL|Visit your|is healthy|UPDATE_COMPLETE|CREATE_COMPLETE|state: ACTIVE|has been (?:deployed|promoted)|Service URL|✔|✓/;
const STARTS = /^(?:dev|start|serve|emulators:start|emulators:exec|local start-\S+|offline|host start)\b/;
const RESTARTED = ['machine', 'dyno', 'app', 'web', 'server', 'service', 'instance', 'process'];
const BACK = ['deploy', 'deployment', 'release', 'version', 'rollout', 'revision'];

type Deployer = {
  /** The words that deploy; of an empty list the bare program does. */
  deploys: RegExp;
  undoes?: RegExp;
  removes?: RegExp;
  restarts?: RegExp;
  idle?: readonly string[];
  /** Options that name the app, the site or the stack. */
  names?: readonly string[];
  valued?: readonly string[];
  /** Words after the command are what is deployed, and no target to compare with. */
  isLoose?: true;
  environment?: (call: Invocation) => string | undefined;
};

const production =
  (...options: string[]) =>
  (call: Invocation): string | undefined =>
    hasOption(call.args, ...options) ? 'production' : 'preview';

const DEPLOYERS: Readonly<Record<string, Deployer>> = {
  vercel: {
    deploys: /^(?:deploy|--prod|promote|)$/,
    undoes: /^rollback$/,
    removes: /^(?:rm|remove)$/,
    environment: (call) =>
      optionValue(call.args, '--target') === 'production' || call.args[0] === 'promote'
        ? 'production'
        : (optionValue(call.args, '--target') ?? production('--prod', '--production')(call)),
    valued: ['--target', '--token', '--scope', '-t', '-S', '--env', '-e', '--cwd'],
    isLoose: true,
  },
  netlify: {
    deploys: /^deploy$/,
    environment: production('--prod', '-p', '--prodIfUnlocked', '--prod-if-unlocked'),
    valued: ['--dir', '-d', '--message', '-m', '--auth', '--functions'],
    names: ['--site', '-s', '--alias', '--filter'],
    isLoose: true,
  },
  fly: {
    deploys: /^deploy$/,
    undoes: /^(?:releases )?rollback/,
    removes: /^(?:apps? )?destroy|^machines? destroy/,
    restarts: /^(?:apps restart|machines? restart|restart)/,
    idle: ['--build-only'],
    names: ['-a', '--app', '-c', '--config'],
    valued: ['-i', '--image', '--strategy', '-r', '--region'],
  },
  flyctl: {
    deploys: /^deploy$/,
    undoes: /^(?:releases )?rollback/,
    restarts: /^(?:apps restart|machines? restart|restart)/,
    idle: ['--build-only'],
    names: ['-a', '--app', '-c', '--config'],
    valued: ['-i', '--image', '--strategy'],
  },
  wrangler: {
    deploys: /^(?:deploy|publish|pages deploy|versions deploy)/,
    undoes: /^rollback/,
    removes: /^delete/,
    names: ['--name', '--env', '-e', '--project-name'],
    valued: ['-c', '--config', '--branch'],
    isLoose: true,
  },
  railway: { deploys: /^(?:up|deploy|redeploy)/, names: ['--service', '-s', '--environment', '-e'] },
  render: { deploys: /^deploys create/, names: [] },
  heroku: {
    deploys: /^(?:container:release|pipelines:promote)/,
    undoes: /^(?:releases:rollback|rollback)/,
    restarts: /^(?:restart|ps:restart|dyno:restart)/,
    names: ['-a', '--app', '-r', '--remote'],
  },
  firebase: { deploys: /^deploy/, names: ['--only', '-P', '--project'], valued: ['-m', '--message'] },
  serverless: {
    deploys: /^deploy/,
    undoes: /^rollback/,
    removes: /^remove/,
    names: ['-f', '--function', '-s', '--stage', '--service'],
    valued: ['-r', '--region'],
  },
  sls: {
    deploys: /^deploy/,
    undoes: /^rollback/,
    removes: /^remove/,
    names: ['-f', '--function', '-s', '--stage'],
  },
  sam: {
    deploys: /^deploy/,
    removes: /^delete/,
    idle: ['--no-execute-changeset'],
    names: ['--stack-name', '--config-env'],
  },
  cdk: {
    deploys: /^deploy/,
    removes: /^destroy/,
    idle: ['--no-execute'],
    valued: ['-c', '--context', '--require-approval', '--profile'],
  },
  sst: { deploys: /^deploy/, removes: /^remove/, names: ['--stage'] },
  pulumi: { deploys: /^up(?:date)?/, removes: /^destroy/, names: ['-s', '--stack'], isLoose: true },
  terraform: {
    deploys: /^apply/,
    removes: /^destroy/,
    names: ['-target', '--target', '-var-file'],
    valued: ['-var'],
    isLoose: true,
  },
  tofu: { deploys: /^apply/, removes: /^destroy/, names: ['-target'], isLoose: true },
  terragrunt: { deploys: /^(?:apply|run-all apply)/, removes: /^destroy/, isLoose: true },
  'ansible-playbook': {
    deploys: /^\S+/,
    idle: ['--check', '-C', '--syntax-check', '--list-tasks', '--list-hosts'],
    names: ['-i', '--inventory', '-l', '--limit', '-t', '--tags'],
    valued: ['-e', '--extra-vars', '-u'],
  },
  kamal: {
    deploys: /^(?:deploy|redeploy)/,
    undoes: /^rollback/,
    restarts: /^app boot/,
    names: ['-d', '--destination'],
  },
  cap: { deploys: /\bdeploy$/, undoes: /deploy:rollback/, names: [] },
  eb: { deploys: /^deploy/, removes: /^terminate/, names: [], valued: ['-l', '--label', '-m'] },
  copilot: { deploys: /(?:^|\s)deploy/, names: ['-n', '--name', '-e', '--env'] },
  dokku: { deploys: /^(?:git:from-image|deploy)/, restarts: /^ps:restart/ },
  surge: { deploys: /^/, isLoose: true },
  'gh-pages': { deploys: /^/, valued: ['-d', '-b', '--dist', '-m'], isLoose: true },
  deployctl: { deploys: /^deploy/, names: ['--project', '-p'], isLoose: true },
  supabase: { deploys: /^functions deploy/, names: ['--project-ref'] },
  argocd: { deploys: /^app sync/, undoes: /^app rollback/ },
  nomad: { deploys: /^(?:job )?run/, restarts: /^(?:job|alloc) restart/, undoes: /^job revert/ },
  forge: { deploys: /^create/, isLoose: true },
  skaffold: { deploys: /^(?:run|deploy)/, removes: /^delete/ },
  werf: { deploys: /^converge/ },
  az: {
    deploys: /^(?:webapp (?:deploy|up)|functionapp deployment|containerapp (?:up|update)|deployment)/,
    restarts: /^(?:webapp|functionapp) restart/,
    removes: /\bdelete\b/,
    names: ['-n', '--name', '-g', '--resource-group', '--slot'],
  },
  gcloud: {
    deploys:
      /^(?:beta |alpha )?(?:run deploy|functions deploy|app deploy|deploy releases create|run services update|builds submit)/,
    removes: /\bdelete\b/,
    restarts: /\breset\b/,
    names: ['--project'],
    valued: [
      '--region',
      '--zone',
      '--image',
      '--source',
      '--runtime',
      '--entry-point',
      '--tag',
      '--config',
      '--version',
      '--memory',
      '--platform',
      '--set-env-vars',
      '--trigger-topic',
    ],
  },
  aws: {
    deploys:
      /^(?:s3 sync|lambda update-function-code|ecs update-service|cloudformation deploy|deploy create-deployment|amplify start-job|apprunner start-deployment|elasticbeanstalk update-environment)/,
    removes: /^(?:s3 rm|s3 rb|\S+ delete-)/,
    restarts: /reboot-/,
    names: ['--function-name', '--service', '--stack-name', '--cluster', '--application-name'],
    valued: [
      '--region',
      '--profile',
      '--image-uri',
      '--zip-file',
      '--query',
      '--output',
      '--template-file',
      '--exclude',
      '--include',
    ],
  },
};

export const deployers: Tool = {
  names: Object.keys(DEPLOYERS),
  idle: ['--dryrun', '--noop', '--build-only', '--preview'],
  failed: FAILED,
  done: DONE,
  read(call) {
    const migrated = migrationActs(call);
    if (migrated.length > 0) return migrated;
    const deployer = DEPLOYERS[call.program];
    if (deployer === undefined || deployer.idle?.some((word) => hasOption(call.args, word))) return [];
    const words = positionals(call.args, [...(deployer.names ?? []), ...(deployer.valued ?? [])]);
    const line = words.join(' ');
    const named = optionValues(call.args, ...(deployer.names ?? []));
    const rest = deployer.isLoose ? [] : words.slice(call.program === 'ansible-playbook' ? 0 : 1);
    const on = [
      ...rest,
      ...named,
      ...call.where
        .slice(-1)
        .filter((place) => !/^(?:\S*\/)?(?:infra\w*|terraform|tf|deploy\w*|ops|k8s|iac)\/?$/.test(place)),
    ];
    const target = on.length > 0 ? { named: true as const } : {};
    if (deployer.undoes?.test(line)) return [{ verb: 'revert', on: words, kinds: BACK }];
    if (deployer.removes?.test(line))
      return [
        {
          verb: 'remove',
          on: words.length > 1 ? words : [...words, ...named],
          kinds: removedKinds(line),
          named: true,
        },
      ];
    if (deployer.restarts?.test(line))
      return [{ verb: 'restart', on: [...on, ...words], kinds: RESTARTED, ...target }];
    if (STARTS.test(line))
      return [
        {
          verb: 'start',
          on: [...words, ...on],
          kinds: ['server', 'dev', 'emulator', 'app', 'function', 'worker', 'stack', 'database'],
        },
      ];
    if (!deployer.deploys.test(line)) return readPlainWords(call);
    const environment = deployer.environment?.(call);
    const deploy: Act = {
      verb: 'deploy',
      on: [...on, ...words],
      ...target,
      ...(environment ? { environment } : {}),
      ...(call.program === 'firebase' ? { kinds: firebaseKinds(named) } : {}),
      ...(call.program === 'supabase' ? { kinds: ['function', 'edge'] } : {}),
    };
    const restart: Act[] =
      /ecs update-service/.test(line) && hasOption(call.args, '--force-new-deployment')
        ? [{ verb: 'restart', on: [...on, 'ecs'], ...target }]
        : [];
    return [deploy, ...restart];
  },
};

/** Copies to another machine: a deploy only where the claim's words name where to. */
export const copiers: Tool = {
  names: ['rsync', 'scp'],
  idle: ['-n'],
  read(call) {
    const words = positionals(call.args, ['-e', '-i', '-P', '--exclude', '--include']);
    const isAway = words.at(-1)?.includes(':') === true;
    if (!isAway || call.args.some((word) => /^-[a-zA-Z]*n/.test(word) && !word.startsWith('--'))) return [];
    return [{ verb: 'deploy', on: words }];
  },
};

/** `--only hosting` deploys no functions. */
function firebaseKinds(only: readonly string[]): string[] {
  const sorts: Readonly<Record<string, readonly string[]>> = {
    hosting: ['site', 'website', 'hosting', 'app', 'frontend'],
    functions: ['function'],
    firestore: ['rule', 'index', 'database'],
    storage: ['rule', 'bucket'],
  };
  const parts = only.flatMap((word) => word.split(',')).map((word) => word.split(':')[0] ?? '');
  const known = parts.filter((part) => part in sorts);
  return (known.length > 0 ? known : Object.keys(sorts)).flatMap((part) => sorts[part] ?? []);
}

function removedKinds(line: string): string[] {
  if (/^s3 rb/.test(line)) return ['bucket'];
  return /^destroy|^remove|^delete(?:\s|$)/.test(line)
    ? ['stack', 'infrastructure', 'environment', 'app', 'service', 'deployment', 'resource', 'preview']
    : line.split(/[\s-]+/).flatMap((word) => [word, word.replace(/s$/, '')]);
}
