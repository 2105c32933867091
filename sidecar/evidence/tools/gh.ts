import { hasOption, type Invocation, optionValue, optionValues, positionals } from '../bash/invocation.ts';
import type { Act, Tool } from './tool.ts';

const VALUED = [
  '-R',
  '--repo',
  '-t',
  '--title',
  '-b',
  '--body',
  '-F',
  '--body-file',
  '-B',
  '--base',
  '-H',
  '--head',
  '-l',
  '--label',
  '-a',
  '--assignee',
  '-m',
  '--milestone',
  '-r',
  '--reviewer',
  '-c',
  '--comment',
  '-n',
  '--notes',
  '--notes-file',
  '--target',
  '-X',
  '--method',
  '-f',
  '--field',
  '--raw-field',
  '-d',
  '--description',
  '--ref',
  '--source-branch',
  '--target-branch',
];

/** GitHub's and GitLab's command lines: the same nouns and verbs under two names. */
export const gh: Tool = {
  names: ['gh', 'glab', 'hub'],
  idle: ['--web', '-w'],
  failed: /^(?:GraphQL|HTTP \d{3}|X )|^! |^(?:error|failed|could not)\b|is not mergeable|already exists/im,
  done: /✓|https?:\/\/|[Mm]erged|[Cc]losed|[Cc]reated/,
  read(call) {
    const [noun = '', sub = '', ...on] = positionals(call.args, VALUED);
    if (noun === 'api') return readApi(call);
    if (noun === 'pull-request') return [opened(['pr', 'request'], call)];
    const kinds = KINDS[noun];
    if (kinds === undefined) return [];
    const named = on.length > 0 ? { named: true as const } : {};
    switch (sub) {
      case 'create':
      case 'new':
        if (noun === 'release')
          return [
            { verb: 'release', on: [...on, ...urlsIn(call)], kinds, named: true },
            { verb: 'create', on, kinds, named: true },
          ];
        if (/^(?:pr|mr|issue)$/.test(noun)) return [opened(kinds, call)];
        return [{ verb: 'create', on, kinds, named: true }];
      case 'merge':
      case 'accept':
        // A merge that waits for its checks has not happened; the output says which it was.
        return isWaiting(call) || hasOption(call.args, '--disable-auto')
          ? []
          : [{ verb: 'merge', on, kinds }, ...branchGone(call)];
      case 'close':
        return [{ verb: 'close', on, kinds }];
      case 'reopen':
        return [
          { verb: 'open', on, kinds },
          { verb: 'close', on, undoes: true },
        ];
      case 'comment':
      case 'note':
      case 'review':
        return [
          {
            verb: 'send',
            on: [...on, ...textsOf(call)],
            kinds: ['comment', 'reply', 'message', 'review', 'thread', ...kinds],
          },
        ];
      case 'edit':
      case 'update':
      case 'ready':
        return [
          {
            verb: 'update',
            on: [...on, ...textsOf(call), ...(noun === 'pr' ? ['description', 'title', 'body'] : [])],
            kinds,
            ...named,
          },
          ...labelsOf(call),
        ];
      case 'delete':
        return [{ verb: 'remove', on, kinds, named: true }];
      case 'run':
        return noun === 'workflow'
          ? [{ verb: 'run', on, kinds: ['workflow', 'pipeline', 'ci', 'job'], named: true }]
          : [];
      case 'rerun':
        return [{ verb: 'run', on, kinds: ['workflow', 'pipeline', 'ci', 'job', 'check'] }];
      case 'set':
        return [
          { verb: 'create', on, kinds },
          { verb: 'update', on, kinds },
        ];
      case 'upload':
        return noun === 'release' ? [{ verb: 'release', on, kinds: ['asset', 'artifact', 'release'] }] : [];
      default:
        return [];
    }
  },
};

const KINDS: Readonly<Record<string, readonly string[]>> = {
  pr: ['pr', 'request', 'pull', 'branch'],
  mr: ['mr', 'request', 'pr', 'branch'],
  issue: ['issue', 'ticket', 'bug', 'follow-up', 'report'],
  release: ['release', 'version', 'tag', 'package'],
  repo: ['repo', 'repository'],
  label: ['label'],
  milestone: ['milestone'],
  gist: ['gist', 'snippet'],
  secret: ['secret'],
  variable: ['variable'],
  workflow: ['workflow', 'pipeline', 'ci', 'job'],
  run: ['workflow', 'pipeline', 'ci', 'job', 'run'],
  cache: ['cache'],
};

function isWaiting({ args, output }: Invocation): boolean {
  if (
    /will be (?:automatically )?merged|auto-?merge (?:is )?enabled|added to the merge queue|when (?:the )?pipeline succeeds/i.test(
      output,
    )
  )
    return true;
  return hasOption(args, '--auto', '--auto-merge', '--when-pipeline-succeeds') && !/[Mm]erged/.test(output);
}

/** `--add-label bug`. */
function labelsOf({ args }: Invocation): Act[] {
  const act = (verb: 'create' | 'remove', on: readonly string[]): Act[] =>
    on.length > 0 ? [{ verb, on, kinds: ['label', 'assignee', 'reviewer'], named: true }] : [];
  return [
    ...act('create', optionValues(args, '--add-label', '--add-assignee', '--add-reviewer', '--label')),
    ...act(
      'remove',
      optionValues(args, '--remove-label', '--remove-assignee', '--remove-reviewer', '--unlabel'),
    ),
  ];
}

/** `--delete-branch`. */
function branchGone({ args, output }: Invocation): Act[] {
  if (!hasOption(args, '--delete-branch', '-d', '--remove-source-branch')) return [];
  const branches = [...output.matchAll(/Deleted (?:local|remote) branch (\S+)/g)].map(
    ([, name]) => name ?? '',
  );
  return [{ verb: 'remove', on: [...new Set(branches)], kinds: ['branch'], named: true }];
}

function opened(kinds: readonly string[], call: Invocation): Act {
  return {
    verb: 'open',
    on: [...textsOf(call), ...urlsIn(call)],
    kinds: kinds.filter((kind) => kind !== 'branch'),
  };
}

const textsOf = ({ args }: Invocation): string[] =>
  optionValues(args, '-t', '--title', '-b', '--body', '-H', '--head', '--add-label', '--source-branch');

/** What it made, by its number: `https://github.com/acme/app/pull/88`. */
function urlsIn({ output }: Invocation): string[] {
  return [...output.matchAll(/https?:\/\/[^\s"'<>]{1,200}/g)].slice(0, 3).map(([url]) => url);
}

/** `gh api -X PATCH repos/o/r/pulls/40 -f state=closed`. */
function readApi(call: Invocation): Act[] {
  const [, path = ''] = positionals(call.args, VALUED);
  const fields = optionValues(call.args, '-f', '-F', '--field', '--raw-field');
  const method = optionValue(call.args, '-X', '--method') ?? (fields.length > 0 ? 'POST' : 'GET');
  if (/^GET$/i.test(method)) return [];
  const thing =
    /(pulls|issues|merge_requests|releases|git\/refs|branches|milestones|labels|hooks|deployments|environments)(?:\/(\d+))?(?:\/(merge|comments|replies|reviews|update-branch))?/.exec(
      path,
    );
  if (thing === null) return [];
  const [, noun = '', number, more] = thing;
  const kinds =
    noun === 'pulls' || noun === 'merge_requests'
      ? ['pr', 'mr', 'request']
      : noun === 'issues'
        ? ['issue', 'ticket', 'bug', 'pr', 'request']
        : [noun, noun.replace(/s$/, '')];
  const on = [...(number ? [number] : []), ...fields];
  if (more === 'merge') return [{ verb: 'merge', on, kinds }];
  if (more === 'comments' || more === 'replies' || more === 'reviews')
    return [{ verb: 'send', on, kinds: ['comment', 'reply', 'message', 'review', 'thread', ...kinds] }];
  if (fields.some((field) => /^state(?:_event)?=clos/.test(field)))
    return [
      { verb: 'close', on, kinds },
      { verb: 'update', on, kinds },
    ];
  if (/^DELETE$/i.test(method))
    return [{ verb: 'remove', on: [path], kinds: ['branch', 'tag', 'release', 'ref'], named: true }];
  if (noun === 'releases') return [{ verb: 'release', on, kinds: ['release', 'version', 'tag'] }];
  if (number === undefined && more === undefined && /^(?:pulls|issues|merge_requests)$/.test(noun))
    return [{ verb: 'open', on, kinds }];
  return /^(?:PATCH|PUT|POST)$/i.test(method) ? [{ verb: 'update', on, kinds }] : [];
}
