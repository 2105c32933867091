import { type Invocation, positionals } from '../bash/invocation.ts';

type Looks = {
  /** The subcommands to which it applies; without it to all of them. */
  of?: RegExp;
  /** Options with which the program lists, checks or prints, and does nothing. */
  option?: RegExp;
  /** The same as one letter, also joined with others: `make -nB`. */
  letters?: RegExp;
  /** Subcommands that only look. */
  words?: RegExp;
};

/** Where the same letters mean something else to other programs: `go test -n`, `pytest -n 4`. */
const LOOKS: readonly (readonly [programs: string, Looks])[] = [
  ['go', { of: /^(?:test|build|install|generate|vet)\b/, option: /^-{1,2}(?:list(?:=.*)?|n)$/ }],
  ['docker podman nerdctl', { of: /\b(?:build|bake)\b/, option: /^--(?:check|print|call=(?!build$).*)$/ }],
  ['docker podman nerdctl', { of: /\bbuild (?:.* )?(?:check|outline|targets)\b/, option: /^--call$/ }],
  ['make gmake', { letters: /^-[BdeikLmpqRrSstvwn]*[nq][BdeikLmpqRrSstvwn]*$/ }],
  ['ninja', { option: /^-t$/ }],
  ['cargo', { option: /^--(?:build-plan|unit-graph)$/ }],
  ['cargo', { of: /^(?:publish|add|remove|update|install)\b/, option: /^-n$/ }],
  ['tsc vue-tsc', { option: /^--listFilesOnly$/i }],
  ['bats', { option: /^(?:-c|--count)$/ }],
  ['tox nox', { option: /^(?:-l|-a|--listenvs(?:-all)?|--list-sessions)$/, words: /^(?:list|config|l)$/ }],
  ['swift', { words: /^test list\b/ }],
  ['bazel buck2', { words: /^(?:query|cquery|aquery|info)\b/ }],
  ['ansible ansible-playbook', { option: /^(?:-C|--check|--list-hosts|--list-tasks|--syntax-check)$/ }],
  ['liquibase', { words: /(?:^|\s)(?:\w+-sql|updateSQL|validate|status|history)\b/ }],
  ['snakemake rsync', { letters: /^-[A-Za-z]*n[A-Za-z]*$/ }],
  ['pre-commit', { words: /^(?:validate-|sample-config|help)/ }],
];

const BY_PROGRAM = new Map<string, Looks[]>();
for (const [programs, looks] of LOOKS)
  for (const program of programs.split(' '))
    BY_PROGRAM.set(program, [...(BY_PROGRAM.get(program) ?? []), looks]);

/** It lists, checks or prints what it would do. */
export function onlyLooks({ program, args }: Pick<Invocation, 'program' | 'args'>): boolean {
  const own = BY_PROGRAM.get(program);
  if (own === undefined) return false;
  const ended = args.indexOf('--');
  const before = ended < 0 ? args : args.slice(0, ended);
  const line = positionals(before).join(' ');
  return own.some(
    ({ of, option, letters, words }) =>
      words?.test(line) === true ||
      ((of === undefined || of.test(line)) &&
        before.some((word) => option?.test(word) === true || letters?.test(word) === true)),
  );
}
