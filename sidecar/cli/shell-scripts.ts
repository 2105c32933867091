import type { CommandWords } from './command-words.ts';

/** One script a shell. Each holds the whole table: a tab that started node would take a quarter of a second. */
export const SHELL_SCRIPTS = { bash, zsh, fish } as const;

function bash(table: CommandWords[]): string {
  const choose = (words: string[]) => `words=${quoted(words.join(' '))}`;
  return `# bash completion of holdfast: eval "$(holdfast completions bash)"
_holdfast() {
  local verb= words= word=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD - 1]} i
  for ((i = 1; i < COMP_CWORD; i++)); do
    case "$verb \${COMP_WORDS[i]}" in
      ${knownPaths(table)}) verb+=" \${COMP_WORDS[i]}" ;;
    esac
  done
${choices(table, choose, (row) => choose([...row.commands, ...row.options].map(({ word }) => word)))}
  COMPREPLY=($(compgen -W "$words" -- "$word"))
}
complete -o default -F _holdfast holdfast
`;
}

function zsh(table: CommandWords[]): string {
  const choose = (words: string[]) => `found=(${words.map(quoted).join(' ')})`;
  const described = ({ commands, options }: CommandWords) =>
    choose([...commands, ...options].map(({ word, says }) => `${word}:${says}`));
  return `#compdef holdfast
# zsh completion of holdfast: eval "$(holdfast completions zsh)", or as _holdfast in a folder of $fpath
_holdfast() {
  local verb= before=\${words[CURRENT - 1]} i
  local -a found
  for ((i = 2; i < CURRENT; i++)); do
    case "$verb \${words[i]}" in
      (${knownPaths(table)}) verb+=" \${words[i]}" ;;
    esac
  done
${choices(table, choose, described)}
  (( \${#found} )) && _describe holdfast found || _files
}
if [[ $funcstack[1] == _holdfast ]]; then _holdfast "$@"; else compdef _holdfast holdfast; fi
`;
}

function fish(table: CommandWords[]): string {
  const lines = table.flatMap((row) => {
    const when = `complete -c holdfast -n ${quoted(fishCondition(row))}`;
    return [
      ...row.commands.map(({ word, says }) => `${when} -a ${word} -d ${quoted(says)}`),
      ...row.options.map(({ word, says, takesValue, values }) => {
        const value = values.length > 0 ? ` -x -a ${quoted(values.join(' '))}` : takesValue ? ' -r -F' : '';
        return `${when} -l ${word.slice(2)}${value} -d ${quoted(says)}`;
      }),
      ...(row.values === null
        ? []
        : [row.values.length > 0 ? `${when} -a ${quoted(row.values.join(' '))}` : `${when} -F`]),
    ];
  });
  return `# fish completion of holdfast: holdfast completions fish | source\ncomplete -c holdfast -f\n${lines.join('\n')}\n`;
}

/** `config set` was typed, and no word of a command below it. */
function fishCondition({ path, commands }: CommandWords): string {
  if (path === '') return '__fish_use_subcommand';
  const seen = path.split(' ').map((word) => `__fish_seen_subcommand_from ${word}`);
  const below = commands.map(({ word }) => word).join(' ');
  return [...seen, ...(below === '' ? [] : [`not __fish_seen_subcommand_from ${below}`])].join('; and ');
}

function knownPaths(table: CommandWords[]): string {
  return table
    .filter(({ path }) => path !== '')
    .map(({ path }) => `' ${path}'`)
    .join(' | ');
}

/** By the word before, where that one says what may follow; else by the command. */
function choices(
  table: CommandWords[],
  choose: (words: string[]) => string,
  all: (row: CommandWords) => string,
): string {
  const after = (words: string, then: string) => `    (${words}) ${then} ;;`;
  const prefixed = (path: string) => (path === '' ? '' : ` ${path}`);
  return [
    '  case "$verb $before" in',
    ...table.flatMap(({ path, options }) =>
      options
        .filter(({ takesValue }) => takesValue)
        .map(({ word, values }) => after(`'${prefixed(path)} ${word}'`, choose(values))),
    ),
    ...table
      .filter(({ values }) => values && values.length > 0)
      .map(({ path, values }) => after(`' ${path} ${path.split(' ').at(-1)}'`, choose(values ?? []))),
    '    (*) case "$verb" in',
    ...table.map((row) => `  ${after(`'${prefixed(row.path)}'`, all(row))}`),
    '    esac ;;',
    '  esac',
  ].join('\n');
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}
