import type { Verb } from '../../claims/index.ts';
import { tokensOf } from '../matching/words.ts';
import { NO_TESTS, TEST_FAILED, TEST_PASSED } from './test-output.ts';
import type { Act } from './tool.ts';

const VERBS: readonly (readonly [RegExp, Verb])[] = [
  [
    /^(?:tests?|spec|specs|e2e|vitest|jest|pytest|unittest|unit|integration|smoke|cypress|playwright)$/,
    'test',
  ],
  [/^(?:build|compile|bundle|dist|assemble|rebuild|package)$/, 'build'],
  [/^(?:deploy|redeploy|ship|rollout)$/, 'deploy'],
  [/^(?:release|publish)$/, 'release'],
  [/^(?:migrate|migrations?)$/, 'migrate'],
  [/^(?:dev|start|serve|server|up|preview|watch|develop)$/, 'start'],
  [/^(?:stop|down|shutdown)$/, 'stop'],
  [/^(?:restart|reload)$/, 'restart'],
  [/^(?:rollback|revert|undo)$/, 'revert'],
  [/^(?:format|fmt|fix|prettier)$/, 'fix'],
  [/^(?:clean|clear|purge|prune)$/, 'remove'],
  [/^(?:install|setup|bootstrap|deps)$/, 'install'],
  [/^(?:notify|send|announce|mailer)$/, 'send'],
  [/^storybook$/, 'start'],
];

/** Only looks, or does something else with the thing that it names: `check:deploy`, `build-status`. */
const LOOKS =
  /^(?:check|status|list|show|print|plan|dry|lint|preview|diff|help|info|logs?|typecheck|coverage|report|verify|validate)$/;

/** Do not narrow a run of tests: `test:ci`. The others do: `test:unit`. */
const ALL_TESTS = /^(?:tests?|specs?|run|all|ci|coverage|cov|watch|vitest|jest|pytest|unittest|once|full)$/;

/** What a task, a recipe or a script of this name does: `deploy:staging`, `db-migrate`, `run_tests.sh`. */
export function actsOfTask(name: string, more: readonly string[] = []): Act[] {
  const words = tokensOf(name);
  const on = [name, ...more];
  if (words.some((word) => LOOKS.test(word)) && !words.some((word) => /^(?:tests?|spec|e2e)$/.test(word)))
    return [];
  if (words.includes('rollback') || words.includes('revert'))
    return [{ verb: 'revert', on, kinds: ['migration', 'deploy', 'deployment', 'release'] }];
  const found = VERBS.find(([pattern]) => words.some((word) => pattern.test(word)));
  if (found === undefined) return [];
  const [pattern, verb] = found;
  const rest = words.filter((word) => (verb === 'test' ? !ALL_TESTS.test(word) : !pattern.test(word)));
  const named = rest.length > 0 || more.some((word) => !word.startsWith('-')) ? { named: true as const } : {};
  if (verb === 'test')
    return [
      testRun([...(rest.length > 0 ? [name] : []), ...more.filter((word) => !word.startsWith('-'))], [name]),
    ];
  if (verb === 'build') return [{ verb, on, ...named, kinds: buildKinds(words), failed: BUILD_FAILED }];
  if (verb === 'fix')
    return [{ verb, on, needsWord: true, kinds: ['format', 'formatting', 'lint', 'style'] }];
  if (verb === 'remove')
    return [
      { verb, on, kinds: ['file', 'folder', 'artifact', 'cache', 'build', 'output', 'directory', 'temp'] },
    ];
  if (verb === 'install') return [{ verb, on: ['dependencies', ...on], named: true }];
  if (verb === 'send') return [{ verb, on, kinds: ['message'], named: true, needsWord: true }];
  if (verb === 'migrate') return [{ verb, on, failed: MIGRATION_FAILED }];
  return [{ verb, on, ...named }];
}

export const BUILD_FAILED =
  /\b[Bb]uild failed|BUILD FAIL|RollupError|error during build|Failed to compile|could not compile|error TS\d+|error\[E\d+\]|ELIFECYCLE|^(?:\[?ERROR\]?|error|Error)[:! ]|npm ERR!|^npm error|^make(?:\[\d+\])?: \*\*\*|failed to solve|undefined reference|ninja: build stopped|^\S+:\d+(?::\d+)?: (?:fatal )?error\b/m;

export const MIGRATION_FAILED =
  /migration(?: file [^\n]*)? failed|Migration failed|failed with error|^(?:ERROR|Error|error)\b|OperationalError|ProgrammingError|StatementInvalid|QueryException|rolled back due to/m;

/** What a build of no special sort makes. */
export function buildKinds(words: readonly string[]): string[] {
  const docs = words.some((word) => /^(?:docs?|storybook)$/.test(word)) ? ['doc', 'site', 'storybook'] : [];
  const image = words.some((word) => /^(?:docker|image|container)$/.test(word)) ? ['image', 'container'] : [];
  return [
    'build',
    'project',
    'app',
    'package',
    'bundle',
    'site',
    'frontend',
    'server',
    'backend',
    'release',
    'binary',
    'extension',
    'library',
    'asset',
    'function',
    'lambda',
    'component',
    'module',
    'script',
    ...docs,
    ...image,
  ];
}

/** A run of tests; `part` are the words that narrow it, `sorts` what else names it. */
export function testRun(part: readonly string[], sorts: readonly string[] = []): Act {
  const isOtherSort = part.some((word) =>
    /(?:^|[^a-z])(?:integration|e2e|smoke|contract|acceptance|browser|load|perf\w*)(?:[^a-z]|$)/.test(word),
  );
  return {
    verb: 'test',
    on: part,
    kinds: ['test', 'suite', 'spec', 'check', 'case', ...(isOtherSort ? [] : ['unit']), ...sorts],
    ...(part.length > 0 ? { part: true, named: true } : {}),
    failed: TEST_FAILED,
    done: TEST_PASSED,
    nothing: NO_TESTS,
    silentIsNoProof: true,
  };
}
