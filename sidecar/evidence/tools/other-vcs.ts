import { hasOption, optionValues, positionals } from '../bash/invocation.ts';
import type { Act, Tool } from './tool.ts';

const MESSAGES = [
  '-m',
  '--message',
  '-R',
  '--branch',
  '-b',
  '--bookmark',
  '-r',
  '-d',
  '-o',
  '-s',
  '-c',
  '--change',
  '--revision',
];
const BRANCH = ['branch', 'bookmark', 'commit', 'change', 'pr', 'stack', 'fix', 'file'];

/** jj, hg, svn, Sapling and Graphite, as far as they do what git does. */
export const otherVersionControl: Tool = {
  names: ['jj', 'hg', 'svn', 'sl', 'gt', 'git-review'],
  idle: ['-n', 'log', 'status', 'st', 'diff', 'show'],
  failed: /^(?:Error|error|abort|fatal|svn: E\d+)\b|rejected|ERROR:|nothing changed/im,
  done: /->|Add bookmark|Move \w+ bookmark|Committed revision|added \d+ change|pushed|Working copy now|^\[/m,
  read({ program, args, output }) {
    const words = positionals(args, MESSAGES);
    const [sub = '', ...rest] = program === 'jj' && words[0] === 'git' ? words.slice(1) : words;
    const names = optionValues(args, '-b', '--branch', '--bookmark');
    const named = names.length > 0 ? { named: true as const } : {};
    const committed: Act = { verb: 'commit', on: [...optionValues(args, '-m', '--message'), ...rest] };
    if (program === 'git-review')
      return [
        { verb: 'push', kinds: BRANCH },
        { verb: 'open', kinds: ['change', 'review', 'request'] },
      ];
    if (program === 'gt' && /^(?:submit|ss|s)$/.test(sub))
      return [
        { verb: 'push', kinds: BRANCH },
        ...(/created|\/pr\//i.test(output)
          ? [{ verb: 'open' as const, kinds: ['pr', 'request', 'stack'] }]
          : []),
      ];
    if (program === 'gt' && /^(?:create|c|modify|m)$/.test(sub))
      return [committed, { verb: 'create', on: rest, kinds: ['branch'], named: true, needsWord: true }];
    if (program === 'gt')
      return /^(?:restack|sync)$/.test(sub)
        ? { acts: [{ verb: 'rebase', kinds: BRANCH }], changesCode: true }
        : [];
    if (/^(?:commit|ci|amend)$/.test(sub))
      return [committed, ...(program === 'svn' ? [{ verb: 'push' as const, kinds: BRANCH }] : [])];
    if (program === 'jj' && sub === 'squash') return [committed];
    if (program === 'jj' && sub === 'describe')
      return [{ ...committed, verb: 'update', kinds: ['message', 'description', 'commit'] }];
    if (sub === 'push')
      return [{ verb: 'push', on: [...names, ...(program === 'jj' ? rest : [])], kinds: BRANCH, ...named }];
    if (sub === 'rebase' && !hasOption(args, '--abort', '-a'))
      return {
        acts: [{ verb: 'rebase', on: [...names, ...optionValues(args, '-d', '-s', '-o')], kinds: BRANCH }],
        changesCode: true,
      };
    if (sub === 'merge' && !hasOption(args, '--abort'))
      return {
        acts: [{ verb: 'merge', on: rest, kinds: ['branch'], ...(rest.length > 0 ? { named: true } : {}) }],
        changesCode: true,
      };
    if (/^(?:backout|revert|undo)$/.test(sub))
      return {
        acts: [
          {
            verb: 'revert',
            on: rest,
            kinds: ['commit', 'change', 'file'],
            ...(rest.length > 0 ? { named: true } : {}),
          },
        ],
        changesCode: true,
      };
    if (sub === 'tag' && rest[0] !== undefined)
      return [{ verb: 'release', on: [rest[0]], kinds: ['tag', 'release', 'version'], named: true }];
    return [];
  },
};
