import { hasOption, type Invocation, optionValues, positionals } from '../bash/invocation.ts';
import type { Act, Tool, ToolReading } from './tool.ts';

/** Linters and formatters, and the option with which they write; `null`: they always do. */
const FORMATTERS: Readonly<
  Record<string, { writes: readonly string[] | null; subs?: RegExp; kinds: readonly string[] }>
> = {
  eslint: { writes: ['--fix'], kinds: ['lint', 'eslint', 'linter'] },
  stylelint: { writes: ['--fix'], kinds: ['lint', 'style', 'css', 'linter'] },
  oxlint: { writes: ['--fix'], kinds: ['lint', 'linter'] },
  tslint: { writes: ['--fix'], kinds: ['lint', 'linter'] },
  xo: { writes: ['--fix'], kinds: ['lint', 'linter'] },
  standard: { writes: ['--fix'], kinds: ['lint', 'linter', 'style'] },
  prettier: {
    writes: ['--write', '-w'],
    kinds: ['format', 'formatting', 'formatter', 'style', 'prettier', 'indentation'],
  },
  biome: {
    writes: ['--write', '--fix', '--apply', '--apply-unsafe'],
    subs: /^(?:check|lint|format)$/,
    kinds: ['lint', 'format', 'formatting', 'biome', 'linter', 'formatter'],
  },
  dprint: { writes: null, subs: /^fmt$/, kinds: ['format', 'formatting', 'formatter'] },
  ruff: {
    writes: ['--fix'],
    kinds: ['lint', 'linter', 'ruff', 'format', 'formatting', 'imports', 'formatter'],
  },
  black: { writes: null, kinds: ['format', 'formatting', 'style', 'formatter'] },
  isort: { writes: null, kinds: ['imports', 'order', 'format', 'formatter'] },
  autopep8: { writes: ['-i', '--in-place'], kinds: ['format', 'formatting', 'style', 'formatter'] },
  autoflake: { writes: ['-i', '--in-place'], kinds: ['imports', 'lint', 'unused'] },
  gofmt: { writes: ['-w'], kinds: ['format', 'formatting', 'formatter'] },
  gofumpt: { writes: ['-w'], kinds: ['format', 'formatting', 'formatter'] },
  goimports: { writes: ['-w'], kinds: ['format', 'imports', 'formatter'] },
  'golangci-lint': { writes: ['--fix'], kinds: ['lint', 'linter'] },
  rustfmt: { writes: null, kinds: ['format', 'formatting', 'formatter'] },
  rubocop: {
    writes: ['-a', '-A', '--auto-correct', '--autocorrect', '--autocorrect-all'],
    kinds: ['lint', 'style', 'rubocop', 'linter'],
  },
  'php-cs-fixer': { writes: null, subs: /^fix$/, kinds: ['style', 'format', 'lint', 'formatter'] },
  pint: { writes: null, kinds: ['style', 'format', 'lint', 'formatter'] },
  phpcbf: { writes: null, kinds: ['style', 'format', 'lint'] },
  'clang-format': { writes: ['-i'], kinds: ['format', 'formatting', 'formatter'] },
  shfmt: { writes: ['-w'], kinds: ['format', 'formatting', 'formatter'] },
  swiftformat: { writes: null, kinds: ['format', 'formatting', 'formatter'] },
  ktlint: { writes: ['-F', '--format'], kinds: ['format', 'lint', 'linter'] },
  markdownlint: { writes: ['--fix', '-f'], kinds: ['lint', 'doc', 'markdown', 'linter'] },
  'markdownlint-cli2': { writes: ['--fix'], kinds: ['lint', 'doc', 'markdown', 'linter'] },
  flake8: { writes: [], kinds: ['lint', 'linter'] },
  pylint: { writes: [], kinds: ['lint', 'linter'] },
  shellcheck: { writes: [], kinds: ['lint', 'linter'] },
  hadolint: { writes: [], kinds: ['lint', 'linter'] },
  actionlint: { writes: [], kinds: ['lint', 'linter'] },
  yamllint: { writes: [], kinds: ['lint', 'linter'] },
  mypy: { writes: [], kinds: ['typecheck', 'type', 'check', 'checker', 'typechecker'] },
  pyright: { writes: [], kinds: ['typecheck', 'type', 'check', 'checker', 'typechecker'] },
  'pre-commit': { writes: [], kinds: ['hook', 'lint', 'linter'] },
  phpstan: { writes: [], kinds: ['lint', 'linter', 'static', 'analysis', 'check'] },
  psalm: { writes: [], kinds: ['lint', 'linter', 'static', 'analysis', 'check'] },
  swiftlint: { writes: ['--fix', '--autocorrect'], kinds: ['lint', 'linter', 'style'] },
  detekt: { writes: ['--auto-correct'], kinds: ['lint', 'linter'] },
  'clang-tidy': { writes: ['--fix', '-fix'], kinds: ['lint', 'linter', 'static', 'analysis'] },
  tflint: { writes: ['--fix'], kinds: ['lint', 'linter', 'terraform'] },
  semgrep: { writes: ['--autofix'], kinds: ['scan', 'security', 'lint'] },
  trivy: { writes: [], kinds: ['scan', 'security', 'scanner'] },
  bandit: { writes: [], kinds: ['scan', 'security', 'lint'] },
  ty: { writes: [], kinds: ['typecheck', 'type', 'check', 'checker', 'typechecker'] },
  'lint-staged': { writes: [], kinds: ['lint', 'linter', 'hook'] },
};

export const formatters: Tool = {
  names: Object.keys(FORMATTERS),
  failed:
    /^✖ [1-9]\d* problems?|^Found [1-9]\d* errors?\b(?! \(\d+ fixed, 0 remaining)|\b[1-9]\d* errors? (?:found|and)|would reformat/m,
  read({ program, args }) {
    const formatter = FORMATTERS[program];
    if (formatter === undefined) return [];
    const [sub = '', ...rest] = positionals(args, ['-c', '--config', '--ext', '--select']);
    const ran: Act = {
      verb: 'run',
      on: [program, ...(/[/.]/.test(sub) ? [] : [sub])],
      kinds: formatter.kinds,
      named: true,
    };
    // Next to one of these, a list tells what was written.
    const writes = formatter.writes !== null && hasOption(args, ...formatter.writes);
    const isCheck = hasOption(
      args,
      '--check',
      '--diff',
      '-d',
      '--fix-dry-run',
      ...(writes ? [] : ['--list-different', '-l']),
      '--check-only',
      '-c',
    );
    const formats =
      program === 'ruff'
        ? sub === 'format' || (sub === 'check' && hasOption(args, '--fix'))
        : formatter.subs?.test(sub) !== false &&
          (formatter.writes === null || hasOption(args, ...formatter.writes));
    if (isCheck || !formats) return [ran];
    return {
      acts: [
        ran,
        {
          verb: 'fix',
          on: [program, sub, ...rest],
          kinds: [...formatter.kinds, 'error', 'warning', 'issue', 'problem'].filter(
            (kind) => !/^(?:error|warning|issue|problem)$/.test(kind),
          ),
          needsWord: true,
        },
      ],
      changesCode: true,
    };
  },
};

/** Programs that write source from a description of it. */
export const generators: Tool = {
  names: [
    'openapi-typescript',
    'openapi-generator',
    'openapi-generator-cli',
    'graphql-codegen',
    'protoc',
    'buf',
    'swagger-codegen',
    'orval',
    'kubb',
    'sqlc',
    'oapi-codegen',
    'datamodel-codegen',
    'quicktype',
    'plop',
    'hygen',
    'yo',
    'cookiecutter',
    'copier',
    'create-react-app',
    'create-next-app',
    'create-vite',
    'json2ts',
    'json-schema-to-typescript',
    'mockgen',
    'wire',
    'stringer',
    'typechain',
    'ent',
    'gqlgen',
    'kiota',
    'nswag',
    'git-cliff',
    'conventional-changelog',
    'auto-changelog',
  ],
  failed: /^(?:Error|error|ERROR|✖|\[ERROR\])/m,
  read(call): ToolReading {
    const words = [...outputsOf(call), ...positionals(call.args)];
    const isChangelog = /changelog|cliff/.test(call.program);
    const kinds = isChangelog
      ? ['changelog', 'note', 'doc', 'file']
      : [
          'code',
          'client',
          'type',
          'sdk',
          'stub',
          'schema',
          'file',
          'model',
          'codegen',
          'api',
          'definition',
          'mock',
          'binding',
          ...(/protoc|buf/.test(call.program) ? ['protobuf', 'message'] : []),
          ...(/graphql|gqlgen/.test(call.program) ? ['graphql', 'query', 'resolver'] : []),
          ...(/openapi|swagger|orval|oapi|kubb/.test(call.program) ? ['openapi', 'endpoint'] : []),
        ];
    if (call.program === 'buf' && !call.args.includes('generate')) return { acts: [] };
    return {
      acts: [
        { verb: 'create', on: words, kinds, named: true },
        { verb: 'update', on: words, kinds, named: true, needsWord: true },
        {
          verb: 'run',
          on: [call.program, ...words],
          kinds: ['codegen', 'generator', 'generation'],
          named: true,
        },
      ],
      changesCode: !isChangelog,
    };
  },
};

const outputsOf = ({ args }: Invocation): string[] =>
  optionValues(args, '-o', '--output', '--out', '--outfile');
