import { hasLetter, hasOption, type Invocation, optionValues, positionals } from '../bash/invocation.ts';
import { fileKindsOf, isCode } from '../matching/files.ts';
import type { Act, Tool, ToolReading } from './tool.ts';

const kindsOf = (files: readonly string[]): string[] => [...new Set(files.flatMap(fileKindsOf))];

function changed(
  verbs: readonly Act['verb'][],
  files: readonly string[],
  words: readonly string[] = [],
): ToolReading {
  if (files.length === 0) return { acts: [] };
  return {
    acts: verbs.map((verb) => ({ verb, on: [...files, ...words], kinds: kindsOf(files), named: true })),
    changesCode: files.some(isCode),
  };
}

/** rm, rmdir, unlink, shred, find -delete. */
export const removers: Tool = {
  names: ['rm', 'rmdir', 'unlink', 'shred', 'trash', 'rimraf', 'del-cli', 'find', 'fd'],
  failed: /^(?:rm|rmdir|unlink|find): /m,
  read({ program, args }) {
    if (program === 'find' || program === 'fd') {
      const at = args.findIndex(
        (word) => word === '-exec' || word === '-execdir' || word === '-x' || word === '--exec',
      );
      const isRemoval = args.includes('-delete') || (at >= 0 && /^(?:rm|unlink)$/.test(args[at + 1] ?? ''));
      const words = args.filter((word) => !/^(?:-\w+|[{};+\\]+|rm)$/.test(word));
      return isRemoval ? gone(words) : [];
    }
    return gone(positionals(args, ['-n', '-s']));
  },
};

function gone(files: readonly string[]): ToolReading {
  if (files.length === 0) return { acts: [] };
  const kinds = [
    ...kindsOf(files),
    'folder',
    'directory',
    'artifact',
    'cache',
    'worktree',
    'output',
    'log',
    'dump',
    'backup',
    'snapshot',
    'lock',
    'module',
    'dependency',
  ];
  return {
    acts: [
      { verb: 'remove', on: files.map(noGlob), kinds, named: true },
      { verb: 'create', on: files, named: true, undoes: true, needsWord: true },
    ],
    changesCode: files.some((file) => isCode(file) && /\.\w+$|^src\b/.test(file)),
  };
}

/** `/tmp/build/*.tmp`: people call them temp files. */
const noGlob = (file: string): string =>
  /\.(?:tmp|temp|bak|swp|orig)$|\/tmp\//.test(file) ? `${file} temp` : file;

/** mkdir, touch, cp, mv, ln, tee. */
export const fileMakers: Tool = {
  names: [
    'mkdir',
    'touch',
    'cp',
    'mv',
    'ln',
    'tee',
    'install',
    'createdb',
    'dropdb',
    'mktemp',
    'chmod',
    'chown',
    'truncate',
  ],
  failed: /^(?:mkdir|touch|cp|mv|ln|tee|chmod|chown): /m,
  read({ program, args }) {
    const words = positionals(args, ['-m', '-t', '-s', '--suffix']);
    switch (program) {
      case 'mkdir':
        return [{ verb: 'create', on: words, kinds: ['folder', 'directory'], named: true }];
      case 'touch':
        return { ...changed(['create'], words), changesCode: false };
      case 'cp':
      case 'ln':
        return changed(
          ['create', ...(program === 'cp' ? (['update'] as const) : [])],
          words.slice(-1),
          words.slice(0, -1),
        );
      case 'mv':
        return changed(['update'], words);
      case 'tee':
        return changed(
          ['create', 'update'],
          words.filter((word) => !/\.(?:log|txt|out)$|^\/dev/.test(word)),
        );
      case 'createdb':
        return [{ verb: 'create', on: words, kinds: ['database'], named: true }];
      case 'dropdb':
        return [{ verb: 'remove', on: words, kinds: ['database'], named: true }];
      case 'chmod':
      case 'chown':
        return [
          {
            verb: 'update',
            on: ['permissions', 'mode', 'owner', ...words.slice(1)],
            named: true,
            needsWord: true,
          },
        ];
      default:
        return [];
    }
  },
};

/** Editors of a stream: they change a file only with `-i`; without it they print. */
export const streamEditors: Tool = {
  names: [
    'sed',
    'gsed',
    'perl',
    'yq',
    'jq',
    'awk',
    'gawk',
    'sponge',
    'patch',
    'dos2unix',
    'ed',
    'ex',
    'dasel',
    'crudini',
    'toml',
    'jscodeshift',
    'codemod',
    'ast-grep',
    'comby',
    'sd',
    'rg-replace',
    '2to3',
    'pyupgrade',
  ],
  failed: /^(?:sed|perl|yq|patch): |can't read|No such file|Hunk #\d+ FAILED/m,
  read(call) {
    const { program, args } = call;
    if (/^(?:sed|gsed|perl|yq|awk|gawk|dasel)$/.test(program) && !editsInPlace(call)) return [];
    if (program === 'jq' || program === 'sg') return [];
    if (program === 'ast-grep' && !hasOption(args, '--update-all', '-U')) return [];
    const loose = positionals(args, ['-e', '--expression', '-f']).filter((word) => word !== '');
    // Of sed and perl the first word is what to do, unless an option says it.
    const says = optionValues(args, '-e', '--expression', '-pe', '-ne', '-pie', '-i.bak');
    const isFirst = /^(?:sed|gsed|sd)$/.test(program) && says.length === 0;
    const words = isFirst ? loose.slice(1) : loose;
    const files = words.filter(
      (word) => isFirst || (/\.\w{1,8}$|\//.test(word) && !/^[sy](\W).*\1.*\1|\s/.test(word)),
    );
    const expressions = [
      ...says,
      ...(isFirst ? loose.slice(0, 1) : words.filter((word) => !files.includes(word))),
    ];
    if (files.length === 0)
      return program === 'patch'
        ? { acts: [{ verb: 'fix', on: ['patch'], needsWord: true }], changesCode: true }
        : fromStdin(expressions);
    const isDeletion = expressions.some((expression) => /d$|\bdel\(/.test(expression));
    const edited = changed(
      ['update', 'fix', ...(isDeletion ? (['remove'] as const) : [])],
      files,
      expressions,
    );
    if (!/^(?:jscodeshift|codemod|ast-grep|comby|2to3|pyupgrade)$/.test(program)) return edited;
    const ran: Act = {
      verb: 'run',
      on: [program, ...words],
      kinds: ['codemod', 'transform', 'rewrite'],
      named: true,
    };
    return { ...edited, acts: [...edited.acts, ran] };
  },
};

/** `… | xargs sed -i s/a/b/`: the files come from elsewhere, and the words of what is changed are all that tells. */
const fromStdin = (expressions: readonly string[]): ToolReading => ({
  acts: (['update', 'fix'] as const).map((verb) => ({ verb, on: expressions, named: true, needsWord: true })),
  changesCode: true,
});

function editsInPlace({ program, args }: Invocation): boolean {
  if (/awk/.test(program)) return args.includes('inplace');
  return (
    args.some((word) => /^-i/.test(word) || word.startsWith('--in-place') || word === '--inplace') ||
    (program !== 'yq' && hasLetter(args, 'i'))
  );
}

/** python -m venv, virtualenv. */
export const environmentMakers: Tool = {
  names: ['venv', 'virtualenv'],
  read: ({ args }) => [
    {
      verb: 'create',
      on: ['venv', ...positionals(args, ['-p', '--python', '--prompt'])],
      kinds: ['environment', 'virtual', 'venv', 'folder'],
      named: true,
    },
  ],
};

/** Programs that write the next version into the project's files. */
export const versionBumpers: Tool = {
  names: [
    'bump2version',
    'bumpversion',
    'bump-my-version',
    'cargo-set-version',
    'tbump',
    'commitizen',
    'cz',
    'agvtool',
  ],
  idle: ['show', '--list'],
  read: ({ args }) => ({
    acts: [{ verb: 'update', on: ['version', ...args], kinds: ['version', 'number'], named: true }],
    changesCode: true,
  }),
};
