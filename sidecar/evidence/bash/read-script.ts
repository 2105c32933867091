import {
  type Command,
  type CommandNode,
  type CompoundList,
  type PipelineNode,
  parse,
  type Statement,
} from 'unbash';
import type { Verb } from '../../claims/index.ts';
import type { Deed } from '../reading.ts';
import { invocationOf, type Place } from './invocation-of.ts';
import type { Status } from './outcome.ts';
import { readInvocation } from './read-invocation.ts';

/** A command line above this proves nothing: nobody types it, and its text is not worth the time. */
const LONGEST = 256 * 1024;
const MOST_PROGRAMS = 150;
const DEEPEST_SCRIPT = 4;

/** What one program of the command line did. */
export type Found = { deeds: Deed[]; changesCode: boolean };

export type Script = {
  ok: boolean;
  output: string;
  inBackground: boolean;
};

type Surroundings = {
  place: Place;
  output: string;
  isAlone: boolean;
  isExplained?: boolean;
  repeated: ReadonlySet<Verb>;
  /** Files that the same call prints: `npm test > out.log; tail out.log`. */
  shown: ReadonlySet<string>;
  isHidden: boolean;
  /** `set -e`, `set -o pipefail`. */
  stopsAtFailure: boolean;
  seesPipes: boolean;
  depth: number;
  budget: { programs: number };
};

/**
 * Each program of a command line, in order, with what it did. The exit code is that of the whole line: it is followed
 * down through lists, pipelines and groups to the programs that it speaks for; for the others the output has to.
 */
export function readScript(source: string, { ok, output, inBackground }: Script): Found[] {
  if (source.length > LONGEST) return [];
  const status: Status = inBackground ? 'unseen' : ok ? 'ok' : 'failed';
  const place: Place = { where: [], env: new Map() };
  const around = (isAlone: boolean, repeated: ReadonlySet<Verb> = new Set()): Surroundings => ({
    place: { ...place },
    output,
    isAlone,
    repeated,
    shown: shownFiles(source),
    isHidden: false,
    stopsAtFailure: false,
    seesPipes: false,
    depth: 0,
    budget: { programs: MOST_PROGRAMS },
  });
  // Read once as if all went well, only to see how many of its programs could have printed the output.
  const speakers = readSource(source, 'ok', around(false)).filter(hasMoreThanRun);
  return readSource(source, status, around(speakers.length <= 1, repeatedIn(speakers)));
}

function shownFiles(source: string): Set<string> {
  const lines = source.slice(0, 20_000).matchAll(/\b(?:cat|tail|head|bat|less)\b([^;&|\n]*)/g);
  return new Set(
    [...lines]
      .flatMap(([, words = '']) => words.split(/\s+/))
      .filter((word) => /^[\w./~-]*\.\w+$|^\/tmp\/\S+$/.test(word)),
  );
}

function repeatedIn(found: readonly Found[]): Set<Verb> {
  const all = found.flatMap(({ deeds }) => [...new Set(deeds.map(({ verb }) => verb))]);
  return new Set(all.filter((verb, at) => all.indexOf(verb) !== at));
}

const hasMoreThanRun = ({ deeds }: Found): boolean => deeds.some(({ verb }) => verb !== 'run');

function readSource(source: string, status: Status, around: Surroundings): Found[] {
  if (around.depth > DEEPEST_SCRIPT) return [];
  const script = parse(source);
  // Bash runs nothing of a line that it cannot parse, so neither does this.
  if (script.errors !== undefined && script.errors.length > 0) return [];
  return readList(script.commands, status, {
    ...around,
    stopsAtFailure: around.stopsAtFailure || beginsWithSetE(script.commands),
  });
}

function beginsWithSetE(statements: readonly Statement[]): boolean {
  const first = statements[0]?.command;
  if (first?.type !== 'Command' || first.name?.value !== 'set') return false;
  return first.args.some((word) => 'value' in word && /^-[a-z]*e/.test(String(word.value)));
}

function readList(statements: readonly Statement[], status: Status, around: Surroundings): Found[] {
  const last = statements.length - 1;
  if (status === 'failed' && around.stopsAtFailure && last > 0) {
    return readChain(
      statements.map(({ command }) => command),
      around,
    );
  }
  return statements.flatMap((statement, at) => {
    if (statement.background) return readNode(statement.command, 'unseen', around);
    if (at === last || status === 'unseen' || status === 'excused') {
      return readNode(statement.command, status, around);
    }
    const told = toldStatus(statements[at + 1]?.command, around.output);
    const masked = around.stopsAtFailure && status === 'ok' ? 'ok' : 'masked';
    return readNode(statement.command, told ?? masked, around);
  });
}

/** `npm test > log; echo "exit: $?"`: the exit code stands in the output. */
function toldStatus(next: Statement['command'] | undefined, output: string): Status | undefined {
  if (next?.type !== 'Command' || !/^(?:echo|printf)$/.test(next.name?.value ?? '')) return undefined;
  const text = next.args.map((word) => ('value' in word ? String(word.value) : '')).join(' ');
  const [before, after, ...more] = text.replace(/\\n$/, '').split(/\$\?|\$\{\?\}/);
  if (before === undefined || after === undefined || more.length > 0) return undefined;
  const plain = (part: string): string => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const codes = [...output.matchAll(new RegExp(`^${plain(before)}(\\d{1,3})${plain(after)}\\s*$`, 'gm'))];
  if (codes.length !== 1) return undefined;
  return codes[0]?.[1] === '0' ? 'ok' : 'failed';
}

type Node = Statement['command'];

function readNode(node: Node | Command | CompoundList, status: Status, around: Surroundings): Found[] {
  switch (node.type) {
    case 'Command':
      return readCommand(node, status, around);
    case 'AndOr':
      return readAndOr(node.commands, node.operators, status, around);
    case 'Pipeline': {
      if (node.prefixes.some(({ type }) => type === 'Negation')) return [];
      return readPipeline(node.commands, status, around);
    }
    case 'CompoundList':
      return readList(node.commands, status, around);
    case 'Subshell':
    case 'BraceGroup':
      return readList(node.body.commands, status, node.type === 'Subshell' ? apart(around) : around);
    case 'Redirected':
      return readNode(node.command, status, {
        ...around,
        isHidden: around.isHidden || hidesOutput(node.redirects.map(({ operator }) => operator)),
      });
    case 'For':
      // The last round speaks for the loop; the earlier ones are told by the output at most.
      return readNode(node.body, status === 'ok' ? 'masked' : 'excused', around);
    case 'If': {
      const went = branchTaken(node.then, node.else, around.output);
      if (went !== null && node.elif.length === 0 && node.else) {
        const clause = readNode(node.clause, went ? 'ok' : 'failed', around);
        return [...clause, ...readNode(went ? node.then : node.else, 'masked', around)];
      }
      return [
        ...readNode(node.clause, 'excused', around),
        ...readNode(node.then, 'excused', around),
        ...node.elif.flatMap(({ clause, then }) =>
          [clause, then].flatMap((list) => readNode(list, 'excused', around)),
        ),
        ...(node.else ? readNode(node.else, 'excused', around) : []),
      ];
    }
    case 'While':
      return readNode(node.body, 'excused', around);
    case 'Case':
      return node.items.flatMap(({ body }) => readNode(body, 'excused', around));
    default:
      return []; // A function that is defined is not called; tests and arithmetic do nothing.
  }
}

const apart = (around: Surroundings): Surroundings => ({ ...around, place: { ...around.place } });

function readPipeline(commands: readonly CommandNode[], status: Status, around: Surroundings): Found[] {
  const last = commands.length - 1;
  const isSwallowed = commands.slice(1).some(printsNothingOfIt);
  return commands.flatMap((command, at) => {
    if (at === last) return readNode(command, status, apart(around));
    const seen = status === 'ok' && around.seesPipes ? 'ok' : status === 'failed' ? 'masked' : status;
    return readNode(command, seen === 'ok' && !around.seesPipes ? 'masked' : seen, {
      ...apart(around),
      isHidden: around.isHidden || isSwallowed,
    });
  });
}

/** `| grep -q x`, `| wc -l`, `| jq .url`: what it was piped does not come out. */
function printsNothingOfIt(node: CommandNode): boolean {
  if (node.type !== 'Command') return false;
  const words = [node.name, ...node.args].map((word) => (word && 'value' in word ? String(word.value) : ''));
  return (
    /^(?:wc|true|:)$/.test(words[0] ?? '') ||
    (words[0] === 'grep' && words.some((word) => /^-\w*[qc]/.test(word)))
  );
}

/** `a && b || c` is `(a && b) || c`. */
function readAndOr(
  nodes: readonly PipelineNode[],
  operators: readonly string[],
  status: Status,
  around: Surroundings,
): Found[] {
  const at = operators.lastIndexOf('||');
  if (at < 0) {
    if (status === 'failed') return readChain(nodes, around);
    return nodes.flatMap((node) => readNode(node, status, around));
  }
  const left = (leftStatus: Status) =>
    readAndOr(nodes.slice(0, at + 1), operators.slice(0, at), leftStatus, around);
  const right = (rightStatus: Status, isExplained = false) =>
    readAndOr(
      nodes.slice(at + 1),
      operators.slice(at + 1),
      rightStatus,
      isExplained ? { ...around, isExplained } : around,
    );
  const went = branchTaken(nodes[at], nodes[at + 1], around.output);
  if (went !== null && operators.length - 1 === at) return went ? left('ok') : left('failed');
  if (status !== 'ok') return [...left(status), ...right(status)];
  const first = left('excused');
  const outcomes = first.flatMap(({ deeds }) => deeds);
  if (outcomes.some(({ outcome }) => outcome === 'failed')) return [...first, ...right('ok', true)];
  if (outcomes.length > 0) return first;
  const [one, other] = [left('ok'), right('ok')];
  // One of the two succeeded; where both do the same, it is done.
  const common = one.filter(({ deeds }) =>
    deeds.some((deed) => other.some((found) => found.deeds.some((more) => isSame(deed, more)))),
  );
  return common.length > 0
    ? common
    : other.length > 0 && one.every(({ deeds }) => deeds.length === 0)
      ? right('excused')
      : [];
}

const isSame = (one: Deed, other: Deed): boolean =>
  one.verb === other.verb && one.verb !== 'run' && one.on.some((word) => other.on.includes(word));

/** `… && echo OK || echo FAILED`: which of the two was printed tells which way it went; null where neither was. */
function branchTaken(
  yes: Node | CompoundList | undefined,
  no: Node | CompoundList | undefined,
  output: string,
): boolean | null {
  const [good, bad] = [saidBy(yes), saidBy(no)];
  if (good === null || bad === null || good === bad) return null;
  const lines = new Set(output.split('\n').map((line) => line.trim()));
  return lines.has(good) === lines.has(bad) ? null : lines.has(good);
}

/** The text of a plain `echo`. */
function saidBy(node: Node | CompoundList | undefined): string | null {
  if (node?.type === 'CompoundList')
    return node.commands.length === 1 ? saidBy(node.commands[0]?.command) : null;
  if (node?.type === 'Pipeline') return node.commands.length === 1 ? saidBy(node.commands[0]) : null;
  if (node?.type !== 'Command' || node.name?.value !== 'echo' || node.redirects.length > 0) return null;
  const text = node.args
    .map((word) => ('value' in word ? String(word.value) : ''))
    .join(' ')
    .trim();
  return text === '' || /[$`]/.test(text) ? null : text;
}

/** `a && b && c` failed: one of them did, those before it did not, those after it never ran. */
function readChain(nodes: readonly Node[], around: Surroundings): Found[] {
  const spoken = nodes.map((node) => readNode(node, 'excused', apart(around)));
  const culprit = spoken.findIndex((found) => has(found, 'failed'));
  if (culprit >= 0) {
    return nodes.flatMap((node, at) =>
      at < culprit ? readNode(node, 'ok', around) : at === culprit ? readNode(node, 'failed', around) : [],
    );
  }
  const proven = spoken.findLastIndex((found) => has(found, 'did'));
  const able = nodes.flatMap((node, at) =>
    at > proven && canFail(node) && readNode(node, 'ok', apart(around)).length > 0 ? [at] : [],
  );
  return nodes.flatMap((node, at) => {
    if (at <= proven) return readNode(node, 'ok', around);
    return able.length === 1 && able[0] === at ? readNode(node, 'failed', around) : [];
  });
}

const canFail = (node: Node): boolean => {
  const command = node.type === 'Pipeline' && node.commands.length === 1 ? node.commands[0] : node;
  return (
    command?.type !== 'Command' || !/^(?:echo|printf|true|:|date|sleep)$/.test(command.name?.value ?? '')
  );
};

const has = (found: readonly Found[], outcome: Deed['outcome']): boolean =>
  found.some(({ deeds }) => deeds.some((deed) => deed.outcome === outcome));

function readCommand(command: Command, status: Status, around: Surroundings): Found[] {
  around.budget.programs -= 1;
  if (around.budget.programs < 0) return [];
  const invocation = invocationOf(command, around.place, around.output);
  if (invocation === null) return [];
  const { program, args } = invocation;
  if (program === 'cd' || program === 'pushd') {
    around.place.where = [...around.place.where, ...args.filter((word) => !word.startsWith('-'))].slice(-8);
    return [];
  }
  if (program === 'set') {
    around.stopsAtFailure ||= args.some((word) => /^-[a-z]*e/.test(word) || word === 'errexit');
    around.seesPipes ||= args.includes('pipefail');
    return [];
  }
  // Without its complaints, only the exit code can tell that it failed.
  const ownOutput = command.redirects.filter(
    ({ descriptor }) => status !== 'ok' || descriptor?.type !== 'FileDescriptor' || descriptor.value !== 2,
  );
  const isHidden =
    around.isHidden ||
    (hidesOutput(ownOutput.map(({ operator }) => operator)) &&
      !invocation.writes.some((file) => around.shown.has(file)));
  return readInvocation(invocation, status, {
    output: around.output,
    isHidden,
    isAlone: around.isAlone,
    repeated: around.repeated,
    ...(around.isExplained ? { isExplained: true } : {}),
    readScript: (source, where) =>
      readSource(source, status, {
        ...around,
        isHidden,
        depth: around.depth + 1,
        place: { ...around.place, where: [...around.place.where, ...where] },
      }),
  });
}

const hidesOutput = (operators: readonly string[]): boolean =>
  operators.some((operator) => /^(?:&?>>?|>\|)$/.test(operator));
