import {
  hasLetter,
  hasOption,
  type Invocation,
  optionValue,
  optionValues,
  positionals,
} from '../bash/invocation.ts';
import type { Act, Tool, ToolReading } from './tool.ts';

/** Options that take the next word, by subcommand: `-s` is a strategy to merge and a signature to commit. */
const VALUED: Readonly<Record<string, readonly string[]>> = {
  push: ['-o', '--push-option', '--repo'],
  commit: ['-m', '-F', '-C', '-c', '--message', '--file', '--author', '--date', '-t', '--trailer', '--fixup'],
  merge: ['-m', '-F', '--file', '-s', '--strategy', '-X'],
  rebase: ['--onto', '-s', '--strategy', '-X', '-x', '--exec'],
  pull: ['-s', '--strategy', '-X'],
  tag: ['-m', '-F', '--message', '--file', '-u', '--local-user'],
  revert: ['-m', '--mainline', '-s', '--strategy', '-X'],
  'cherry-pick': ['-m', '--mainline', '-s', '--strategy', '-X'],
  checkout: ['-b', '-B', '--orphan'],
  switch: ['-c', '-C', '--create', '--force-create', '--orphan'],
  restore: ['-s', '--source'],
  branch: ['-u', '--set-upstream-to'],
  worktree: ['-b', '-B'],
  stash: ['-m', '--message'],
};
const BEFORE = ['-C', '-c', '--git-dir', '--work-tree', '--namespace'];

/** What pre-commit prints of a hook; `verbose: true` shows one that passed, too. */
const HOOK_FAILED = String.raw`^- hook id: .+\n(?:- duration: .+\n)?- (?:exit code: [1-9]|files were modified by this hook)`;

type Sub = (call: Invocation & { words: readonly string[] }) => readonly Act[] | ToolReading;

export const git: Tool = {
  names: ['git'],
  failed:
    /^(?:fatal|error): |^CONFLICT \(|Automatic merge failed|^hint: (?:Updates were rejected|Resolve all conflicts)/m,
  read(call) {
    const { rest, places } = afterGlobals(call.args);
    const [name = '', ...args] = rest;
    const sub = SUBS[name];
    if (sub === undefined) return [];
    const answer = sub({
      ...call,
      args,
      where: [...call.where, ...places],
      words: positionals(args, VALUED[name]),
    });
    const { acts, changesCode = false }: ToolReading = 'acts' in answer ? answer : { acts: answer };
    return { acts: acts.map((act) => ({ ...act, on: [...(act.on ?? []), ...places] })), changesCode };
  },
};

/** `git -C docs -c user.name=x push`: what stands before the subcommand. */
function afterGlobals(args: readonly string[]): { rest: readonly string[]; places: string[] } {
  let at = 0;
  while (args[at]?.startsWith('-')) at += BEFORE.includes(args[at] ?? '') ? 2 : 1;
  return { rest: args.slice(at), places: optionValues(args.slice(0, at), '-C') };
}

const SUBS: Readonly<Record<string, Sub>> = {
  push({ args, words, output }) {
    if (args.some((word) => /^-[a-z]*n[a-z]*$/.test(word) && !word.includes('o'))) return [];
    const [remote = '', ...refs] = words;
    const failed = new RegExp(
      `\\[(?:remote )?rejected\\]|^error: |^fatal: |failed to push some refs|remote: error|${HOOK_FAILED}`,
      'm',
    );
    const done = /->|set up to track|Everything up-to-date/;
    if (hasOption(args, '--delete', '-d') || refs.some((ref) => ref.startsWith(':'))) {
      return [
        { verb: 'remove', on: refs, kinds: ['branch', 'tag'], named: true, failed, done: /\[deleted\]/ },
        ...(['push', 'release'] as const).map(
          (verb): Act => ({
            verb,
            on: refs.map((ref) => ref.replace(/^:?(?:refs\/(?:tags|heads)\/)?/, '')),
            kinds: ['branch', 'tag', 'release', 'commit'],
            named: true,
            undoes: true,
          }),
        ),
      ];
    }
    const isTags =
      hasOption(args, '--tags', '--follow-tags') ||
      refs.some((ref) => ref === 'tag' || /^(?:refs\/tags\/|v?\d+\.\d)/.test(ref));
    const branches = refs.filter((ref) => !/^(?:HEAD|@)$/.test(ref));
    const isNamed = branches.length > 0 || refsIn(output).some((ref) => ref !== 'HEAD');
    const only = isTags && !hasOption(args, '--follow-tags');
    const kinds = [
      ...(only ? [] : ['branch', 'commit']),
      ...(isTags || /\[new tag\]/.test(output) ? ['tag', 'release'] : []),
      'remote',
      'repo',
      'submodule',
      'wiki',
      'doc',
      'pr',
      'request',
      'file',
      'script',
      'config',
    ];
    const acts: Act[] = [
      {
        verb: 'push',
        on: [...branches, ...refsIn(output)],
        kinds,
        failed,
        done,
        ...(isNamed && !only ? { named: true } : {}),
      },
    ];
    // To push to one of these is to deploy there.
    if (/^(?:heroku|dokku|gigalixir|scalingo|clever|piku|production|staging)$/.test(remote))
      acts.push({
        verb: 'deploy',
        on: [remote],
        failed: /Push rejected|\[(?:remote )?rejected\]|^error: |^fatal: /m,
      });
    if (args.some((word) => /merge_request\.create/.test(word)))
      acts.push({ verb: 'open', kinds: ['mr', 'request', 'pr'], failed, done });
    return acts;
  },
  commit({ args, words, output }) {
    if (hasOption(args, '--short', '--porcelain')) return [];
    const failed = new RegExp(
      [
        'nothing to commit|nothing added to commit|no changes added|hook exited with code|Aborting commit',
        '^error: (?:pathspec|gpg|Committing)|^fatal: (?:cannot|could not|unable)',
        'husky - .*(?:failed|exited)|lint-staged failed|^✖ +found [1-9]',
        HOOK_FAILED,
      ].join('|'),
      'm',
    );
    const done = /^\[[^\]\n]+ (?:\(root-commit\) )?[0-9a-f]{5,}\]|files? changed/m;
    const messages = [
      ...optionValues(args, '-m', '--message', '-am', '-sm', '-asm', '-qm'),
      ...(/^\[[^\]\n]+\] ?(.*)/m.exec(output)?.slice(1) ?? []),
    ];
    const on = [...words, ...messages];
    const takesAll = hasOption(args, '--all', '--amend') || hasLetter(args, 'a') || words.length === 0;
    return [{ verb: 'commit', on, failed, done, ...(takesAll ? {} : { named: true }) }];
  },
  merge({ args, words }) {
    if (hasOption(args, '--abort', '--quit')) return [];
    const done = /^Merge made by|Fast-forward|^Already up to date/m;
    return {
      acts: [
        {
          verb: 'merge',
          on: words,
          kinds: ['branch', 'release', 'pr', 'mr', 'request', 'hotfix', 'feature'],
          done,
          ...(words.length > 0 ? { named: true } : {}),
        },
      ],
      changesCode: true,
    };
  },
  rebase({ args, words, output }) {
    if (hasOption(args, '--abort', '--quit', '--edit-todo', '--show-current-patch')) return [];
    return {
      acts: [rebased(words[1] === undefined ? rebasedIn(output) : [words[1]], words[0])],
      changesCode: true,
    };
  },
  pull({ args, output }) {
    const isRebase = hasOption(args, '--rebase', '-r', '--rebase-merges') && !hasOption(args, '--no-rebase');
    const changesCode = !/Already up to date/.test(output);
    const acts: Act[] = isRebase ? [rebased([], undefined)] : [];
    return { acts, changesCode };
  },
  revert({ args, words, output }) {
    if (hasOption(args, '--abort', '--quit')) return [];
    return {
      acts: [
        {
          verb: 'revert',
          on: [...words, ...revertedIn(output)],
          kinds: ['commit', 'merge', 'pr', 'request'],
          ...(namesCommit(words) ? { named: true } : {}),
        },
      ],
      changesCode: true,
    };
  },
  reset({ args, words, where }) {
    const isHard = hasOption(args, '--hard', '--merge', '--keep');
    const isBack = words.some((word) => /[~^]|^[0-9a-f]{7,40}$|^origin\/|ORIG_HEAD|@\{/.test(word));
    const acts: Act[] = [];
    if (isBack) acts.push({ verb: 'commit', undoes: true }, { verb: 'merge', undoes: true });
    if (words.some((word) => /ORIG_HEAD|@\{/.test(word))) acts.push({ verb: 'rebase', undoes: true });
    if (isHard) acts.push({ verb: 'revert', on: words, kinds: ['commit', 'merge', 'file', 'work'] });
    if (isHard) acts.push(taken('discarded', treeOf(where)));
    return { acts, changesCode: isHard };
  },
  checkout(call) {
    const { args, words, where } = call;
    const name = optionValue(args, '-b', '-B', '--orphan');
    if (name !== undefined) return [branchMade(name)];
    const files = args.includes('--')
      ? args.slice(args.indexOf('--') + 1)
      : hasOption(args, '--theirs', '--ours')
        ? words
        : [];
    if (files.length === 0) {
      const paths = hasOption(args, '-f', '--force')
        ? ['.']
        : words.filter((word) => word === '.' || /\.\w+$/.test(word));
      return {
        acts: paths.length === 0 ? [] : [taken('discarded', pathsIn(paths, where))],
        changesCode: true,
      };
    }
    const isConflict = hasOption(args, '--theirs', '--ours');
    const acts = restored(files, isConflict);
    return {
      acts: isConflict ? acts : [...acts, taken('discarded', pathsIn(files, where))],
      changesCode: true,
    };
  },
  restore({ args, words, where }) {
    if (hasOption(args, '--staged', '-S') && !hasOption(args, '--worktree', '-W')) return [];
    const isConflict = hasOption(args, '--theirs', '--ours');
    const acts = restored(words, isConflict);
    return {
      acts: isConflict ? acts : [...acts, taken('discarded', pathsIn(words, where))],
      changesCode: true,
    };
  },
  switch({ args }) {
    const name = optionValue(args, '-c', '-C', '--create', '--force-create', '--orphan');
    return name === undefined ? { acts: [], changesCode: true } : [branchMade(name)];
  },
  branch({ args, words }) {
    if (hasOption(args, '-d', '-D', '--delete'))
      return [{ verb: 'remove', on: words, kinds: ['branch'], named: true, done: /Deleted branch/ }];
    if (hasOption(args, '-m', '-M', '--move'))
      return [{ verb: 'update', on: words, kinds: ['branch'], named: true }];
    if (
      words[0] === undefined ||
      hasOption(
        args,
        '--list',
        '-l',
        '--contains',
        '--merged',
        '--no-merged',
        '-a',
        '-r',
        '-v',
        '-vv',
        '-u',
        '--set-upstream-to',
      )
    )
      return [];
    return [branchMade(words[0])];
  },
  tag({ args, words }) {
    if (hasOption(args, '-d', '--delete'))
      return [{ verb: 'remove', on: words, kinds: ['tag', 'release'], named: true, done: /Deleted tag/ }];
    if (
      words[0] === undefined ||
      hasOption(args, '-l', '--list', '--contains', '--points-at', '-v', '--verify')
    )
      return [];
    return [
      { verb: 'release', on: [words[0]], kinds: ['tag', 'release', 'version'], named: true },
      { verb: 'create', on: [words[0]], kinds: ['tag'], named: true },
    ];
  },
  worktree({ words }) {
    const [sub, ...on] = words;
    if (sub === 'add') return [{ verb: 'create', on, kinds: ['worktree', 'branch'], named: true }];
    return sub === 'remove' || sub === 'prune'
      ? [{ verb: 'remove', on, kinds: ['worktree'], named: true }]
      : [];
  },
  rm: ({ args, words }) =>
    hasOption(args, '-n')
      ? []
      : hasOption(args, '--cached')
        ? [{ verb: 'remove', on: words, named: true }]
        : {
            acts: [{ verb: 'remove', on: words, named: true, kinds: ['file', 'folder'] }],
            changesCode: true,
          },
  mv: ({ words }) => ({
    acts: [{ verb: 'update', on: words, named: true, kinds: ['file', 'folder'] }],
    changesCode: true,
  }),
  clean: ({ args }) =>
    hasOption(args, '-n') || hasLetter(args, 'n')
      ? []
      : [{ verb: 'remove', kinds: ['file', 'folder', 'artifact'], on: ['untracked', 'build', 'temp'] }],
  apply: ({ args, words, output }) =>
    hasOption(args, '--check', '--stat') ? [] : patched([...words, ...filesOfStat(output)]),
  am: () => ({ acts: [{ verb: 'commit' }], changesCode: true }),
  'cherry-pick': ({ args, words }) =>
    hasOption(args, '--abort', '--quit') ? [] : { acts: [{ verb: 'commit', on: words }], changesCode: true },
  stash({ args, words, where }) {
    const [sub = 'push', ...rest] = words;
    if (sub === 'pop' || sub === 'apply') return { acts: [taken('back', ['.'])], changesCode: true };
    if ((sub === 'push' || sub === 'save') && !hasOption(args, '-k', '--keep-index', '-S', '--staged'))
      return {
        acts: [taken('stashed', sub === 'push' && rest.length > 0 ? pathsIn(rest, where) : treeOf(where))],
        changesCode: true,
      };
    if (sub === 'drop' || sub === 'clear') return [{ verb: 'remove', kinds: ['stash'] }];
    return { acts: [], changesCode: sub !== 'list' && sub !== 'show' };
  },
  submodule: ({ words }) =>
    words[0] === 'update'
      ? { acts: [{ verb: 'update', on: words.slice(1), kinds: ['submodule'] }], changesCode: true }
      : [],
  remote: ({ words: [sub, ...on] }) =>
    sub === 'add'
      ? [{ verb: 'create', on, kinds: ['remote'], named: true }]
      : sub === 'remove' || sub === 'rm'
        ? [{ verb: 'remove', on, kinds: ['remote'], named: true }]
        : [],
  init: () => [{ verb: 'create', kinds: ['repo', 'repository'] }],
};

function rebased(branch: readonly string[], onto: string | undefined): Act {
  const done = /Successfully rebased|up to date|Fast-forward/;
  return {
    verb: 'rebase',
    on: [...branch, ...(onto ? [onto] : [])],
    kinds: ['branch', 'pr', 'mr', 'request', 'feature', 'commit'],
    done,
    ...(branch.length > 0 ? { named: true } : {}),
  };
}

/** `Successfully rebased and updated refs/heads/billing.` */
const rebasedIn = (output: string): string[] =>
  [...output.matchAll(/rebased and updated refs\/heads\/([^\s.]\S*?)\.?$/gm)]
    .map(([, name]) => name ?? '')
    .slice(0, 2);

const branchMade = (name: string): Act => ({ verb: 'create', on: [name], kinds: ['branch'], named: true });

function restored(files: readonly string[], isConflict: boolean): Act[] {
  if (isConflict)
    return [{ verb: 'fix', on: ['conflict', ...files], kinds: ['conflict', 'file'], named: true }];
  return [
    { verb: 'revert', on: files, kinds: ['file', 'edit', 'change'], named: true },
    { verb: 'update', on: files, undoes: true, named: true },
    { verb: 'fix', on: files, undoes: true, named: true },
  ];
}

/** A deed of no verb in particular, until it is known which files it is about: `worktreeReader`. */
const taken = (how: 'discarded' | 'stashed' | 'back', paths: string[]): Act => ({
  verb: 'fix',
  undoes: true,
  worktree: { how, paths },
  nothing: /No local changes to save|No stash entries found/,
});

/** After `cd ui` the dot is `ui`, and of another repository's files nothing is taken. */
const treeOf = (where: readonly string[]): string[] => [
  where.at(-1)?.split('/').filter(Boolean).at(-1) ?? '.',
];

const pathsIn = (paths: readonly string[], where: readonly string[]): string[] =>
  paths.flatMap((path) => (path === '.' ? treeOf(where) : [path]));

/** `[main 1c0ab33] Revert "flags: enable beta for all"`. */
const revertedIn = (output: string): string[] =>
  [...output.matchAll(/Revert "([^"\n]{1,200})"/g)].map(([, subject]) => subject ?? '');

/** ` src/paginate.ts | 2 +-`. */
const filesOfStat = (output: string): string[] =>
  [...output.matchAll(/^ ?(\S{1,200})\s+\|\s+\d+/gm)].slice(0, 20).map(([, file]) => file ?? '');

const patched = (on: readonly string[]): ToolReading => ({
  acts: (['fix', 'update'] as const).map((verb) => ({
    verb,
    on,
    kinds: ['file', 'patch'],
    named: true,
    needsWord: true,
  })),
  changesCode: true,
});

const namesCommit = (words: readonly string[]): boolean =>
  words.some((word) => /^[0-9a-f]{6,40}$/.test(word));

/** Branches and tags that the output says went over: `feat/x -> feat/x`. */
function refsIn(output: string): string[] {
  return [...output.matchAll(/(?:^|\s)\S{1,120} -> (\S{1,120})/g)].slice(0, 10).map(([, to]) => to ?? '');
}
