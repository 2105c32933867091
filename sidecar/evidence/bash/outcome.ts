import type { Verb } from '../../claims/index.ts';
import type { Act, Tool } from '../tools/tool.ts';

/**
 * What the exit code of the call says of one program in it.
 * ok        it succeeded
 * failed    it failed
 * masked    its exit code is not seen: `a; b`, `a | tail`. It ran
 * excused   it may not have run, or its failure was forgiven: `a || true`, `if …`. Only output can prove it
 * unseen    it runs in the background
 */
export type Status = 'ok' | 'failed' | 'masked' | 'excused' | 'unseen';

/** Of a program that has no pattern of its own. */
const TROUBLE =
  /^(?:[\w./-]+: )*(?:fatal|error|panic|Error|ERROR|FATAL|Traceback)\b|command not found|No such file or directory|[Pp]ermission denied|[Cc]onnection refused|exited with (?:code|status) [1-9]|ELIFECYCLE|\bERR!|^npm error|^make(?:\[\d+\])?: \*\*\*|^\S+:\d+(?::\d+)?: (?:fatal )?error\b/m;

/** What a server prints that could not start. */
const START_FAILED =
  /EADDRINUSE|[Aa]ddress already in use|Cannot find module|ModuleNotFoundError|command not found|ELIFECYCLE|npm ERR!|[Pp]ort \d+ is (?:already )?in use/;

export type Printed = {
  output: string;
  /** Its output went into a file or to nowhere. */
  isHidden: boolean;
  /** Nothing else in the call could have printed what is there. */
  isAlone: boolean;
  /** The failure that the output shows was another program's: `a || b`. */
  isExplained?: boolean;
  /** Several programs of the call do these: a failure that is printed before a success was an earlier one's. */
  repeated: ReadonlySet<Verb>;
};

/** Did, failed, or (null) not proven. */
export function outcomeOf(
  act: Act,
  tool: Tool | null,
  status: Status,
  printed: Printed,
): 'did' | 'failed' | null {
  const { output, isHidden, isAlone, isExplained, repeated } = printed;
  if (status === 'failed') return 'failed';
  if (status === 'unseen') {
    if (act.atOnce) return 'did';
    if (act.verb !== 'start' && act.verb !== 'restart') return null;
    return START_FAILED.test(output) ? 'failed' : 'did';
  }
  if (isHidden || (isExplained && status === 'ok')) return status === 'ok' ? 'did' : null;
  const failed = act.failed ?? tool?.failed;
  const done = act.done ?? tool?.done;
  // Against an exit code of 0 stands only what this very act would print, or what nobody else could have.
  const mayDoubt = status !== 'ok' || act.failed !== undefined || isAlone;
  const isEarlier =
    status === 'ok' && repeated.has(act.verb) && done !== undefined && endsWell(output, failed, done);
  if (mayDoubt && failed?.test(output) && !isEarlier) return 'failed';
  if (act.nothing?.test(output) && !provesBesides(output, act.nothing, done)) return null;
  if (status === 'ok') return 'did';
  const hasTrouble = TROUBLE.test(output);
  if (hasTrouble && isAlone && !done?.test(output)) return 'failed';
  if (done) return done.test(output) ? 'did' : null;
  if (status === 'excused' || act.silentIsNoProof) return null;
  return hasTrouble ? null : 'did';
}

/** The last line that tells of a success stands below the last that tells of a failure. */
function endsWell(output: string, failed: RegExp | undefined, done: RegExp): boolean {
  const lines = output.split('\n');
  const lastBad = lines.findLastIndex((line) => failed?.test(line));
  return lines.findLastIndex((line) => done.test(line) && !failed?.test(line)) > lastBad;
}

function provesBesides(output: string, nothing: RegExp, done: RegExp | undefined): boolean {
  return output.split('\n').some((line) => !nothing.test(line) && done?.test(line));
}
