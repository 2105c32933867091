import type { Verb } from '../../claims/index.ts';
import { environmentOf, regionOf } from '../matching/environment.ts';
import { rolesOf } from '../matching/roles.ts';
import { wordsOfPlace } from '../matching/words.ts';
import type { Deed } from '../reading.ts';
import { isIdle, isPassive } from '../tools/idle.ts';
import { toolOf } from '../tools/index.ts';
import { readInlineScript } from '../tools/inline-scripts.ts';
import { readPlainWords } from '../tools/plain-words.ts';
import { testRun } from '../tools/task-names.ts';
import { TEST_SUMMARY } from '../tools/test-output.ts';
import type { Act, Tool, ToolReading } from '../tools/tool.ts';
import { readWrites } from '../tools/written-files.ts';
import { undoneBy } from '../undone-by.ts';
import { type Invocation, optionValues } from './invocation.ts';
import { outcomeOf, type Printed, type Status } from './outcome.ts';
import type { Found } from './read-script.ts';
import { unwrap } from './unwrap.ts';

const DEEPEST_WRAP = 8;
const MOST_WORDS = 40;
const LONGEST_WORD = 120;

type Way = Printed & { readScript: (source: string, where: readonly string[]) => Found[] };

/** What one program did: what its tool's entry says, what its redirections write, and that it ran. */
export function readInvocation(invocation: Invocation, status: Status, way: Way): Found[] {
  let inner = invocation;
  for (let depth = 0; depth < DEEPEST_WRAP; depth += 1) {
    if (isIdle(inner, toolOf(inner))) return [];
    const unwrapped = unwrap(inner);
    if (unwrapped === null) break;
    if ('script' in unwrapped) return way.readScript(unwrapped.script, [...inner.where, ...unwrapped.where]);
    inner = unwrapped.invocation;
  }
  const tool = toolOf(inner);
  const known = readTool(tool, inner);
  const acts = known.acts.some(({ verb }) => verb !== 'run')
    ? known.acts
    : [...unknownTests(inner, tool, way), ...known.acts];
  const written = readWrites(inner.writes);
  const ran = [
    ...acts,
    ...(isPassive(inner) || acts.some(({ verb }) => verb === 'run') ? [] : [runOf(inner, acts)]),
  ];
  const deedsOf = (some: readonly Act[], printed: Printed): Deed[] =>
    some.flatMap((act) => {
      const outcome = outcomeOf(act, tool, status, printed);
      return outcome === null ? [] : [deedOf(act, inner, outcome)];
    });
  // A redirection that fails says so where the shell prints, and not in the file.
  const deeds = [...deedsOf(ran, way), ...deedsOf(written.acts, { ...way, isHidden: false })].flatMap(
    (deed) => [deed, ...undoneBy(deed)],
  );
  const mayHaveWritten = status === 'ok' || status === 'masked';
  return [
    { deeds, changesCode: mayHaveWritten && (known.changesCode === true || written.changesCode === true) },
  ];
}

function readTool(tool: Tool | null, invocation: Invocation): ToolReading {
  const inline = readInlineScript(invocation);
  if (inline.acts.length > 0 || inline.changesCode) return inline;
  if (tool === null) return isPassive(invocation) ? { acts: [] } : readPlainWords(invocation);
  const answer = tool.read(invocation);
  return 'acts' in answer ? answer : { acts: answer };
}

/** A runner that the table does not know, or a script that runs one, is told by the summary that it prints. */
function unknownTests(
  invocation: Invocation,
  tool: Tool | null,
  { isAlone, isHidden, output }: Printed,
): Act[] {
  const isUnknown = tool === null || tool.names.length === 0;
  if (!isUnknown || !isAlone || isHidden || isPassive(invocation)) return [];
  return TEST_SUMMARY.test(output) ? [testRun([], [invocation.program])] : [];
}

const MAKES: ReadonlySet<Verb> = new Set(['create', 'update', 'remove']);

/** Whatever a program is, it was run; the first thing that it does tells its outcome. */
function runOf({ path, program, args }: Invocation, [main]: readonly Act[]): Act {
  const isMaker = main !== undefined && MAKES.has(main.verb);
  return {
    verb: 'run',
    // A file among its arguments is what it worked on, and was not run itself.
    on: [path, program, ...(isMaker ? [] : args.filter((word) => !/[/.]/.test(word)))],
    needsWord: true,
    // What it makes is no more than its result: who writes a migration has run none.
    kinds:
      main === undefined || isMaker
        ? []
        : [...(main.kinds ?? []), ...(main.verb === 'run' ? [] : [main.verb])],
    ...(main?.failed ? { failed: main.failed } : {}),
    ...(main?.done ? { done: main.done } : {}),
    ...(main?.silentIsNoProof ? { silentIsNoProof: true } : {}),
  };
}

/** These happen somewhere; a `--dev` of a package manager is no environment. */
const HAS_PLACE: ReadonlySet<Verb> = new Set([
  ...([
    'start',
    'stop',
    'restart',
    'deploy',
    'migrate',
    'revert',
    'remove',
    'test',
    'run',
    'release',
    'update',
  ] as const),
]);

/** What the output names as made: a package that was published, an address, how many tests ran. */
function madeBy({ verb }: Act, output: string): string[] {
  const pattern = MADE[verb];
  if (pattern === undefined) return [];
  return [...output.matchAll(pattern)].slice(0, 6).map(([, name]) => (name ?? '').replace(/[.,;]+$/, ''));
}

const PUBLISHED =
  /(?:^\+ |\b(?:Uploading|Uploaded|Published|Publishing|View at:?|Deployed|Website URL:|https?:\/\/)[ \t]*)([\w@/.:+-]{2,100}(?: v?\d[\w.+-]*)?)/gm;
const MADE: Readonly<Partial<Record<Verb, RegExp>>> = {
  release: PUBLISHED,
  deploy: PUBLISHED,
  test: /\b(\d{1,6})\)? (?:tests?|passed|passing|examples?|specs?)\b/g,
};

const RUNS: ReadonlySet<Verb> = new Set(['start', 'stop', 'restart']);

/** `--port 4000`: which of several servers it is. */
function portsOf({ verb }: Act, args: readonly string[]): string[] {
  if (verb !== 'start' && verb !== 'restart') return [];
  return optionValues(args, '--port', '-p').filter((value) => /^\d{2,5}$/.test(value));
}

function deedOf(act: Act, { where, args, env, output }: Invocation, outcome: Deed['outcome']): Deed {
  const { verb, on = [], kinds, named, needsWord, part, undoes } = act;
  const words = [
    ...new Set([
      ...on,
      ...wordsOfPlace(where),
      ...madeBy(act, output),
      ...portsOf(act, args),
      ...(RUNS.has(verb) ? rolesOf(on) : []),
    ]),
  ].filter((word) => word !== '');
  const environment =
    act.environment ??
    (HAS_PLACE.has(verb) ? environmentOf([...args, ...where, ...env.values()]) : undefined);
  const region = HAS_PLACE.has(verb) ? regionOf([...args, ...where, ...env.values()].join(' ')) : undefined;
  return {
    verb,
    outcome,
    on: words.slice(0, MOST_WORDS).map((word) => word.slice(0, LONGEST_WORD)),
    ...(kinds && kinds.length > 0 ? { kinds: [...kinds] } : {}),
    ...(named && on.length > 0 ? { named } : {}),
    ...(needsWord ? { needsWord } : {}),
    ...(environment ? { environment } : {}),
    ...(region ? { region } : {}),
    ...(part ? { part } : {}),
    ...(undoes ? { undoes } : {}),
    ...(act.worktree ? { worktree: act.worktree } : {}),
  };
}
